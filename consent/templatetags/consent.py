"""Template tags; each asks the visitor's state and delegates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.base import Node, Parser, Token
from django.utils.safestring import SafeString, mark_safe

from consent import gates, vendors
from consent.dialog import Dialog
from consent.guard import guard_html
from consent.nodes import TextTag, gate_tag, visitor
from consent.policy import nonce_of
from consent.rendering import NOTHING
from consent.status import status_of
from consent.visitor import Consent

register = template.Library()


def _text_tag(write: Callable[[Context], str]) -> Callable[[Context], str]:
    """Register a tag without arguments that returns safe markup, in a text that says so."""
    name = write.__name__

    @register.simple_tag(takes_context=True, name=name)
    def safe(context: Context) -> SafeString:
        return mark_safe(write(context))  # noqa: S308 - says who uses this

    compiled = register.tags[name]

    @register.tag(name)
    def compile_tag(parser: Parser, token: Token) -> Node:
        node = compiled(parser, token)
        return TextTag(write) if node.target_var is None else node

    return write


def _leading(context: Context) -> tuple[HttpRequest, Consent, Dialog, bool] | None:
    """Return also what the page leads to, and whether it asks: in another language it does not.

    None where nobody is asked.
    """
    if (found := visitor(context)) is None:
        return None
    request, consent = found
    if not consent.enabled:
        return None
    asking = consent.dialog
    nearest = asking or consent.nearest
    return (request, consent, nearest, asking is not None) if nearest else None


@_text_tag
def consent_head(context: Context) -> str:
    """Return style and script for ``<head>``; style alone where the page's language has no text."""
    if (leading := _leading(context)) is None:
        return NOTHING
    request, consent, shown, is_asked = leading
    nonce = nonce_of(request, context.get("csp_nonce"))
    if not is_asked:
        return consent.vouch(shown.style(nonce=nonce))
    cacheable = consent.is_cacheable
    granted = not cacheable and consent.state.is_grant
    return consent.vouch(shown.head(nonce=nonce, cacheable=cacheable, granted=granted))


@_text_tag
def consent_guard(context: Context) -> str:
    """Return the guard that holds what scripts insert; put it at the top of ``<head>``."""
    request, consent = visitor(context) or (None, None)
    if consent is None or consent.notice is None:
        return NOTHING
    nonce = nonce_of(request, context.get("csp_nonce"))
    return guard_html(consent.notice, nonce=nonce).html


@_text_tag
def consent_signals(context: Context) -> str:
    """Return the script that tells vendors what is granted; put it before any of their own.

    Where nothing can be granted on this page, vendors are still told that all is denied.
    """
    request, consent = visitor(context) or (None, None)
    may_grant = consent is not None and consent.language is not None and consent.enabled
    nonce = nonce_of(request, context.get("csp_nonce"))
    return vendors.signals_html(consent.notice if consent and may_grant else None, nonce=nonce)


@_text_tag
def consent_banner(context: Context) -> str:
    """Return banner, preferences and status; put it first after the skip link.

    Where the page's language has no text, the form alone by which its buttons act.
    """
    if (leading := _leading(context)) is None:
        return NOTHING
    _, consent, shown, is_asked = leading
    consent.has_form = True
    if not is_asked:
        return consent.vouch(shown.controls(next_url=consent.address))
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


@_text_tag
def consent_link(context: Context) -> str:
    """Return the link that reopens the preferences, and the withdrawal of a grant in force.

    Where the page's language has no text it leads to the preferences in the nearest that has.
    """
    if (leading := _leading(context)) is None:
        return NOTHING
    _, consent, shown, _ = leading
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
    if (found := visitor(context)) is None:
        return NOTHING
    gate = gates.gate_of(category, service, bool(placeholder), link)
    return mark_safe(gates.write(found[1], gate, gates.content_of(content)))  # noqa: S308


@register.tag("consent")
def _compile_gate(parser: Parser, token: Token, compiled: Any = register.tags["consent"]) -> Node:
    return gate_tag(compiled(parser, token))
