"""Template tags; each asks the visitor's state and delegates."""

from __future__ import annotations

import logging

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString

from consent import dialog, gates, vendors
from consent.api import get_consent
from consent.policy import nonce_of
from consent.rendering import NOTHING
from consent.status import status_of
from consent.visitor import Consent

logger = logging.getLogger("consent")
register = template.Library()


def _visitor(context: Context) -> tuple[HttpRequest, Consent]:
    request = context.get("request")
    if not isinstance(request, HttpRequest):
        raise ImproperlyConfigured(
            "The consent tags need the request: add 'django.template.context_processors.request' "
            "to the template engine's context processors, and render with a request."
        )
    return request, get_consent(request)


def _asking(context: Context) -> tuple[HttpRequest, Consent, dialog.Dialog | None]:
    """Return also the dialog, or None where nobody is asked."""
    request, consent = _visitor(context)
    return request, consent, consent.dialog if consent.enabled else None


@register.simple_tag(takes_context=True)
def consent_head(context: Context) -> SafeString:
    """Return style and script for ``<head>``; nothing where the page's language has no text."""
    request, consent, shown = _asking(context)
    if shown is None:
        return NOTHING
    nonce = nonce_of(request, context.get("csp_nonce"))
    cacheable = consent.is_cacheable
    granted = not cacheable and consent.state.is_grant
    return consent.vouch(shown.head(nonce=nonce, cacheable=cacheable, granted=granted))


@register.simple_tag(takes_context=True)
def consent_guard(context: Context) -> SafeString:
    """Return the guard that holds what scripts insert; put it at the top of ``<head>``."""
    request, consent = _visitor(context)
    if consent.notice is None:
        return NOTHING
    return dialog.guard_html(consent.notice, nonce=nonce_of(request, context.get("csp_nonce")))


@register.simple_tag(takes_context=True)
def consent_signals(context: Context) -> SafeString:
    """Return the script that tells vendors what is granted; put it before any of their own.

    Where nothing can be granted on this page, vendors are still told that all is denied.
    """
    request, consent = _visitor(context)
    may_grant = consent.language is not None and consent.enabled
    nonce = nonce_of(request, context.get("csp_nonce"))
    return vendors.signals_html(consent.notice if may_grant else None, nonce=nonce)


@register.simple_tag(takes_context=True)
def consent_banner(context: Context) -> SafeString:
    """Return banner, preferences and status; put it first after the skip link."""
    _, consent, shown = _asking(context)
    if shown is None:
        return NOTHING
    if consent.is_cacheable:
        return consent.vouch(shown.page(next_url=consent.address, banner_hidden=False))
    state, refused = consent.state, consent.refused_by_signal
    status = None
    if state.is_decided:
        status = status_of(shown.notice, shown.language, state, refused=refused)
    html = shown.page(
        next_url=consent.address,
        banner_hidden=state.is_decided and not state.unasked,
        status=status,
        signal=bool(refused),
    )
    return consent.vouch(html)


@register.simple_tag(takes_context=True)
def consent_link(context: Context) -> SafeString:
    """Return the link that reopens the preferences, and the withdrawal of a grant in force."""
    _, consent, shown = _asking(context)
    if shown is None:
        return NOTHING
    in_force = not consent.is_cacheable and consent.state.is_grant
    return consent.vouch(shown.link(next_url=consent.address, grant_in_force=in_force))


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
    default that of its first frame. What no notice has published stays inert. No frame's host
    learns more of the page than the site's origin.
    """
    _, consent = _visitor(context)
    gate, shown, inside = consent.next_gate(), consent.dialog, gates.content_of(content)
    kind = shown.kind(category, service) if shown else None
    if kind == "exempt":
        return content
    if shown is None or kind is None:
        logger.warning("No published notice knows %s:%s; it stays inert.", category, service)
        start = gates.opening(category, service, gate, granted=False)
        return gates.closed_gate(start, inside, None)[0]
    key = f"{category}:{service}" if service else category
    granted = not consent.is_cacheable and (
        consent.state.answer(category, service) == "yes" or consent.allows_once(key, gate=gate)
    )
    box = None
    if placeholder:
        box = shown.placeholder(
            category=category,
            service=service,
            gate=gate,
            next_url=consent.address,
            link=link or inside.address,
            hidden=granted,
        )
    write = gates.granted_gate if granted else gates.closed_gate
    start = gates.opening(category, service, gate, granted=granted)
    html, piece = write(start, inside, box)
    if piece:
        consent.pieces.append(piece)
    return html
