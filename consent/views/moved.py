"""django-cookie-consent's addresses: pages lead on to the preferences, and nothing is recorded."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

GONE = "Choices are made in the dialog and on the preferences page.\n"


@login_not_required
@csrf_exempt  # it changes nothing
@never_cache
def moved(request: HttpRequest) -> HttpResponse:
    """Redirect to the preferences, whatever the method; 410 for a script that awaits an answer.

    Nothing is granted or refused here: what such a page showed is not known. Its script must not
    take the preferences for its answer either, or it would run what it guards.
    """
    if "X-Cookie-Consent-Fetch" in request.headers or "X-Requested-With" in request.headers:
        return HttpResponse(GONE, status=410, content_type="text/plain")
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return HttpResponseRedirect(reverse("consent:preferences") + query, status=303)
