"""Hosts that the page's guard met and no notice declares."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from consent import sightings
from consent.api import get_consent
from consent.conf import conf
from consent.core.hosts import is_host
from consent.judged import is_settled
from consent.views.origin import is_same_origin

MOST = 100
"""Hosts that a process takes from browsers: whoever makes names up takes no place from others."""

_taken: set[str] = set()


@login_not_required
@require_safe
def undeclared(request: HttpRequest) -> HttpResponse:
    """Count ``?host=`` among the undeclared; the same answer whoever asks, for a day.

    The browser's own cache answers when a page meets the host again. Nothing else is read or kept:
    no page, no visitor. Without a host it is 400, from another site's page 403.
    """
    host = request.GET.get("host", "")
    if len(host) > sightings.LONGEST_NAME or not is_host(host):
        return HttpResponse("Name a host.", status=400, content_type="text/plain")
    if not is_same_origin(request):
        return HttpResponse("This site's own pages alone report.", status=403)
    is_known = is_settled("host", host, get_consent(request).notice)
    if conf.undeclared_hosts != "allow" and not is_known and _take(host):
        sightings.note("host", host)
    return HttpResponse(
        content_type="text/plain",
        headers={"Cache-Control": "private, max-age=86400", "X-Robots-Tag": "noindex"},
    )


def _take(host: str) -> bool:
    if len(_taken) < MOST:
        _taken.add(host)
    return host in _taken
