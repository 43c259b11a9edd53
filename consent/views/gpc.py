"""The site's word that it follows Global Privacy Control, where the specification looks for it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from consent.conf import conf
from consent.models import Notice
from consent.moments import day_in_utc

DAY = 86_400


@login_not_required
@require_safe
@cache_control(public=True, max_age=DAY)
def gpc(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the same for everybody
    """Tell whether the signal refuses anything here, since the day of the notice in force.

    404 while no notice is published, because nothing is promised before.
    """
    newest = Notice.objects.filter(site=conf.site).order_by("-number")
    published = newest.values_list("published_at", flat=True).first()
    if published is None:
        raise Http404("No notice is published.")
    day = day_in_utc(published).isoformat()
    return JsonResponse({"gpc": bool(conf.gpc_categories), "lastUpdate": day})
