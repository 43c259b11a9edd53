"""Templates rendered once for each notice and language, with markers for what a page puts in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from consent.conf import conf
from consent.core.localized import lifetime_words, localized
from consent.core.notice import Notice

MARKERS: Mapping[str, str] = {
    name: f"%%consent-{name}%%"
    for name in (
        "next",
        "next-query",
        "presentation",
        "banner",
        "message",
        "since",
        "receipt",
        "receipt-shown",
        "gate",
        "link",
        "shown",
    )
}
"""What stands in a rendered dialog where a page puts its own."""

_RENDERED: dict[tuple[Any, ...], str] = {}
_RENDERED_LIMIT = 500
_ABOUT_CONTENT = (
    "placeholder_title",
    "placeholder_text",
    "placeholder_addresses",
    "placeholder_country",
    "always",
    "open_instead",
)


def dialog_context(
    notice: Notice, language: str, *, granted: Collection[str] = ()
) -> dict[str, Any]:
    """Return what the dialog's templates show; ``granted`` sets the controls."""
    context = localized(notice, language, granted)
    wording, name = context["w"], context["controller"]["name"]
    grant, refusal = (
        lifetime_words(days * 86400, wording) for days in (conf.grant_days, conf.refusal_days)
    )
    sentences = {
        "intro": wording["intro"].format(controller=name),
        "preferences_intro": wording["preferences_intro"].format(controller=name),
        "transfers": wording["transfers"].format(countries=context["countries"]),
        "withdraw_how": wording["withdraw_how"].format(link=wording["link"]),
        "status_change": wording["status_change"].format(link=wording["link"]),
        "scope": wording["scope" if grant == refusal else "scope_two"].format(
            lifetime=grant, refusal_lifetime=refusal
        ),
    }
    for category in context["optional"] + context["required"]:
        category["in_detail"] = wording["in_detail"].format(name=category["name"])
    yes_no = f"{wording['yes']},{wording['no']}"
    return {**context, "says": sentences, "yes_no": yes_no, "urls": urls()}


def placeholder_context(
    notice: Notice, language: str, category_key: str, service_key: str, has_link: bool
) -> dict[str, Any]:
    """Return what the placeholder's template shows for a category, or one service of it."""
    context = localized(notice, language)
    category = next(
        c for c in context["optional"] + context["required"] if c["key"] == category_key
    )
    services = [s for s in category["services"] if service_key in ("", s["key"])]
    named = {
        "service": services[0]["name"] if service_key else category["name"],
        "provider": _joined(s["provider"] for s in services) or context["controller"]["name"],
        "countries": _joined(s["country_text"] for s in services if s["country"]),
    }
    named["hosts"] = _joined(s["hosts"] for s in services) or named["provider"]
    return {
        **context,
        **named,
        "says": {key: context["w"][key].format(**named) for key in _ABOUT_CONTENT},
        "category": category_key,
        "service_key": service_key,
        "grant": f"{category_key}:{service_key}" if service_key else category_key,
        "page_addresses": any(s["page_addresses"] for s in services),
        "has_link": has_link,
        "urls": urls(),
    }


def rendered(template: str, notice: Notice, language: str, *keys: Any) -> str:
    """Render a template with markers in place, once for each notice, language and keys."""
    settings = (*urls().values(), conf.grant_days, conf.refusal_days)
    key = (template, notice.digest, language, keys, settings)
    if (html := _RENDERED.get(key)) is None:
        build = placeholder_context if keys else dialog_context
        context = build(notice, language, *keys)
        context["marker"] = {name.replace("-", "_"): value for name, value in MARKERS.items()}
        if len(_RENDERED) >= _RENDERED_LIMIT:
            _RENDERED.clear()
        html = _RENDERED[key] = render_to_string(template, context).strip()
    return html


def filled(html: str, values: Mapping[str, str]) -> SafeString:
    """Put a page's own values, escaped, where the markers stand."""
    for name, value in values.items():
        html = html.replace(MARKERS[name], conditional_escape(value))
    return mark_safe(html)  # noqa: S308 - the templates escape, and so does every value


def next_values(url: str) -> dict[str, str]:
    """Return the page to come back to, as a field's value and as a query's."""
    return {"next-query": quote(url), "next": url}


def urls() -> dict[str, str]:
    """Return the addresses that every template may use."""
    return {name: reverse(f"consent:{name}") for name in ("decision", "preferences", "receipt")}


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))
