"""The dialog by itself, for front ends that put their pages together in the browser."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import get_script_prefix
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_safe

from consent.api import get_consent
from consent.conf import conf
from consent.dialog import Dialog, render_dialog

CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=600"
"""Short: a notice that is no longer valid is still shown, and its grants hold, until it ends."""
POLICY = "default-src 'none'; frame-ancestors 'none'"
"""It is data for a page's script; as a page of its own it loads nothing."""


@login_not_required
@require_safe
def fragment(request: HttpRequest) -> HttpResponseBase:
    """Return head elements, dialog and link, the same for everybody; 404 while nobody is asked.

    ``?language=`` names the language. Where the notice does not speak it the answer is in the
    nearest, else the notice's first: the browser's own wish would make the answer differ.
    """
    consent = get_consent(request)
    notice = consent.notice
    if notice is None or not conf.is_enabled(request):
        raise Http404("Nobody is asked here.")
    language = notice.nearest_language(request.GET.get("language", ""))
    with override(language):
        shown = render_dialog(notice, language)
        body = _html(shown).encode()
    consent.presented.append(shown)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE_CONTROL,
        "Content-Language": language,
        "Content-Security-Policy": POLICY,
        "X-Robots-Tag": "noindex",
    }
    response = HttpResponse(body, headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


def _html(shown: Dialog) -> str:
    home = get_script_prefix()
    parts = (
        shown.head(cacheable=True, blocking=False),
        shown.page(next_url=home, banner_hidden=True),
        shown.link(next_url=home),
    )
    return "\n".join(part.html for part in parts)
