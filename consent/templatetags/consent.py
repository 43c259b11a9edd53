"""Template tags; each asks the visitor's state and delegates."""

from __future__ import annotations

import logging
from html.parser import HTMLParser
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from consent import dialog
from consent.api import get_consent
from consent.conf import conf
from consent.once import PARAMETER
from consent.visitor import Consent, status_of

logger = logging.getLogger("consent")
register = template.Library()

NOTHING = SafeString("")


def _visitor(context: Context) -> tuple[HttpRequest, Consent]:
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        raise ImproperlyConfigured(
            "The consent tags need the request: add 'django.template.context_processors.request' "
            "to the template engine's context processors, and render with a request."
        )
    return request, get_consent(request)


def _next_url(request: HttpRequest) -> str:
    """Return the page's own address, without a one-minute link."""
    if PARAMETER not in request.GET:
        return request.get_full_path()
    query = request.GET.copy()
    del query[PARAMETER]
    return f"{request.path}?{query.urlencode()}" if query else request.path


@register.simple_tag(takes_context=True)
def consent_head(context: Context) -> SafeString:
    """Return style and script for ``<head>``; nothing where the page's language has no text."""
    request, consent = _visitor(context)
    if consent.notice is None or consent.language is None or not conf.is_enabled(request):
        return NOTHING
    nonce = context.get("csp_nonce") or getattr(request, "csp_nonce", "")
    return dialog.head_html(consent.notice, nonce=str(nonce), cacheable=conf.cacheable_pages)


@register.simple_tag(takes_context=True)
def consent_banner(context: Context) -> SafeString:
    """Return banner, preferences and status; put it first after the skip link."""
    request, consent = _visitor(context)
    notice, language = consent.notice, consent.language
    if notice is None or language is None or not conf.is_enabled(request):
        return NOTHING
    shown = dialog.render_dialog(notice, language)
    next_url = _next_url(request)
    if conf.cacheable_pages:
        return dialog.page_html(shown, next_url=next_url, banner_hidden=False)
    state = consent.state
    return dialog.page_html(
        shown,
        next_url=next_url,
        banner_hidden=state.is_decided and not state.unasked,
        status=status_of(notice, language, state) if state.is_decided else None,
    )


@register.simple_tag(takes_context=True)
def consent_link(context: Context) -> SafeString:
    """Return the link that reopens the preferences, and the withdrawal of a grant in force."""
    request, consent = _visitor(context)
    notice, language = consent.notice, consent.language
    if notice is None or language is None or not conf.is_enabled(request):
        return NOTHING
    in_force = not conf.cacheable_pages and consent.state.is_grant
    return dialog.link_html(notice, language, next_url=_next_url(request), grant_in_force=in_force)


@register.simple_block_tag(takes_context=True, name="consent", end_name="endconsent")
def consent_gate(
    context: Context,
    content: SafeString,
    category: str,
    service: str = "",
    *,
    placeholder: bool = False,
    link: str = "",
) -> SafeString:
    """Render the content where it is granted, else an inert template that script can activate.

    With ``placeholder`` something stands in for it; ``link`` is the content's plain address, by
    default that of its first frame. What no notice has published stays inert.
    """
    request, consent = _visitor(context)
    notice, language = consent.notice, consent.language
    gate = consent.next_gate()
    found = notice.category(category) if notice and language else None
    if found is None or (service and found.service(service) is None):
        found = None
        logger.warning("No published notice knows %s:%s; it stays inert.", category, service)
        placeholder = False
    elif found.required:
        return content
    key = f"{category}:{service}" if service else category
    asked = found is not None and not conf.cacheable_pages
    granted = asked and (consent.granted(category, service) or consent.allows_once(key, gate=gate))
    box = NOTHING
    if placeholder and notice and language:
        box = dialog.placeholder_html(
            notice,
            language,
            category=category,
            service=service,
            gate=gate,
            next_url=_next_url(request),
            link=link or first_address(content),
            hidden=granted,
        )
    return _gate(content, box, granted, {"category": category, "service": service, "gate": gate})


def _gate(content: SafeString, box: SafeString, granted: bool, names: dict[str, str]) -> SafeString:
    attributes = format_html('data-consent-category="{category}"', **names)
    if names["service"]:
        attributes += format_html(' data-consent-service="{service}"', **names)
    attributes += format_html(' id="{gate}"', **names)
    end = mark_safe("<template data-consent-end></template>")
    if granted:
        opening = format_html("<template {} data-consent-granted></template>", attributes)
        return opening + content + box + end
    return format_html("<template {}>{}</template>{}{}", attributes, content, box, end)


class _FirstFrame(HTMLParser):
    """Finds the address of the first frame, else of the first link."""

    def __init__(self) -> None:
        super().__init__()
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the first address that a person could open."""
        values: dict[str, Any] = dict(attrs)
        address = values.get("src") if tag in ("iframe", "video", "embed") else values.get("href")
        if tag in ("iframe", "video", "embed", "a") and address and not self.address:
            self.address = str(address)


def first_address(content: str) -> str:
    """Return the plain web address of a gate's content, or nothing."""
    parser = _FirstFrame()
    parser.feed(content)
    return parser.address if parser.address.startswith(("https://", "http://", "/")) else ""
