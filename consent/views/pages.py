"""What the app's own pages share: their language, their sentences, and what is in force."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from consent.api import get_consent
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.policy import nonce_of
from consent.status import status_of
from consent.texts import WORDING
from consent.views.contexts import preferences_context


def page_language(request: HttpRequest) -> tuple[Notice, str] | None:
    """Return the notice in force and its language for one of our pages; None without a notice.

    The page that led here names the language; else it is the request's own, else the nearest.
    """
    notice = get_consent(request).notice
    if notice is None:
        return None
    named = request.POST.get("language") or request.GET.get("language") or ""
    return notice, notice.nearest_language(named, get_language() or "")


def sentence(request: HttpRequest, key: str) -> str:
    """Return a sentence of the notice in the page's language, in English where it has none."""
    spoken = page_language(request)
    if spoken is None:
        return WORDING[key]
    notice, language = spoken
    return notice.wording[language].get(key, WORDING[key])


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Return where to go next: a whole address of this site, else the preferences."""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_whole = wanted.startswith(("/", "http://", "https://"))
    return wanted if is_whole and allowed else reverse("consent:preferences")


def preferences_page(
    request: HttpRequest,
    spoken: tuple[Notice, str],
    *,
    next_url: str,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the preferences as a page of their own, with the true state of every control."""
    notice, language = spoken
    consent = get_consent(request)
    # What the site's own base shows leads there, too: not back here with all that led here.
    consent.address = next_url
    consent.presented.append(render_dialog(notice, language))
    state, refused = consent.state, consent.refused_by_signal
    context = preferences_context(
        notice,
        language,
        next_url=next_url,
        granted=state.granted_keys(notice),
        status=status_of(notice, language, state, refused=refused),
        message=message,
        head=head(request, spoken),
        signal=bool(refused),
    )
    context["visitor"] = consent
    with override(language):
        return render(request, "consent/preferences.html", context, status=status)


def head(request: HttpRequest, spoken: tuple[Notice, str]) -> SafeString:
    """Return the elements for ``<head>`` of one of our pages."""
    granted = get_consent(request).state.is_grant
    filled = render_dialog(*spoken).head(nonce=nonce_of(request), granted=granted)
    return mark_safe(filled.html)  # noqa: S308 - our own template, its values escaped
