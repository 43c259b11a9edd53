"""What the templates show: banner, preferences, status, link and placeholder.

Everything here follows from a published notice and a language. What depends on the visitor or on
the page comes in as an argument and replaces a marker, so that a page view costs a few
``str.replace``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime
from django.utils.translation import override

from consent.conf import conf
from consent.core.localized import answer_names, granted_names, localized
from consent.core.notice import Notice
from consent.rendering import MARKERS as MARKERS
from consent.rendering import dialog_context, filled, next_values, rendered

_STATIC = Path(__file__).parent / "static" / "consent"
_MESSAGES: dict[tuple[str, str, frozenset[str], bool], str] = {}
_MESSAGES_LIMIT = 500


class Shown(NamedTuple):
    """A dialog as rendered, markers and all; the digest of what was shown; its bare "saved"."""

    html: str
    digest: str
    saved: str


@dataclass(frozen=True, slots=True)
class Assets:
    """The dialog's script (both files) and style, as shipped."""

    script: str
    style: str


@cache
def assets() -> Assets:
    """Return the script and the style that belong to every presentation."""
    script, state, style = (
        (_STATIC / name).read_text("utf-8") for name in ("dialog.js", "state.js", "dialog.css")
    )
    return Assets(script=f"{script}\n{state}", style=style)


def render_dialog(notice: Notice, language: str) -> Shown:
    """Return banner, preferences and status for a language of the notice."""
    html = rendered("consent/dialog.html", notice, language)
    return Shown(html, _digest(html), notice.wording[language]["status_saved"])


def page_html(
    shown: Shown, *, next_url: str, banner_hidden: bool, status: Mapping[str, str] | None = None
) -> SafeString:
    """Return the dialog for one page; ``status`` is what `status_text` gives."""
    status = status or {}
    return filled(
        shown.html,
        {
            **next_values(next_url),
            "presentation": shown.digest,
            "banner": "hidden" if banner_hidden else "",
            "message": status.get("message", shown.saved),
            "since": status.get("since", ""),
            "receipt": status.get("receipt", ""),
            "receipt-shown": "" if status.get("receipt") else "hidden",
        },
    )


def head_html(notice: Notice, *, nonce: str = "", cacheable: bool = False) -> SafeString:
    """Return the elements for ``<head>``; only cacheable pages get the render-blocking script."""
    context = {
        "script": static("consent/dialog.js"),
        "style": static("consent/dialog.css"),
        "state_js": static("consent/state.js") if cacheable else "",
        "nonce": nonce,
        "number": str(notice.number),
        "oldest": str(notice.oldest_valid),
        "grant": str(conf.grant_days),
        "refusal": str(conf.refusal_days),
        "conf": conf,
        "decision_url": reverse("consent:decision"),
    }
    return mark_safe(render_to_string("consent/head.html", context).strip())  # noqa: S308 - escaped by the template


def link_html(
    notice: Notice, language: str, *, next_url: str, grant_in_force: bool = False
) -> SafeString:
    """Return the "Privacy choices" link and the form that withdraws in one action.

    On cacheable pages ``grant_in_force`` is False, and the script shows the form.
    """
    values = {
        **next_values(next_url),
        "presentation": render_dialog(notice, language).digest,
        "shown": "" if grant_in_force else "hidden",
    }
    return filled(rendered("consent/link.html", notice, language), values)


def placeholder_html(
    notice: Notice,
    language: str,
    *,
    category: str,
    service: str = "",
    gate: str,
    next_url: str,
    link: str = "",
    hidden: bool = False,
) -> SafeString:
    """Return what stands in for a gate's content; empty where the notice does not know it.

    ``gate`` is the id of the gate's template, ``link`` the content's own address.
    """
    found = notice.category(category)
    if found is None or (service and found.service(service) is None):
        return mark_safe("")
    values = {
        **next_values(f"{next_url.partition('#')[0]}#{gate}"),
        "presentation": render_dialog(notice, language).digest,
        "gate": gate,
        "link": link,
        "shown": "hidden" if hidden else "",
    }
    keys = (category, service, bool(link))
    return filled(rendered("consent/placeholder.html", notice, language, *keys), values)


def preferences_context(
    notice: Notice,
    language: str,
    *,
    next_url: str,
    granted: Collection[str] = (),
    status: Mapping[str, str] | None = None,
    message: str = "",
    head: str = "",
) -> dict[str, Any]:
    """Return the context of ``consent/preferences.html``, with the true state of every control.

    ``granted`` holds ``category`` and ``category:service``; ``message`` is an error to be read
    first; ``head`` is what `head_html` gives.
    """
    values = {**next_values(next_url), "presentation": render_dialog(notice, language).digest}
    return {
        **dialog_context(notice, language, granted=granted),
        "marker": {name.replace("-", "_"): value for name, value in values.items()},
        "next_url": next_url,
        "status": status,
        "receipt_shown": "" if status and status["receipt"] else "hidden",
        "message": message,
        "head": head,
    }


def receipt_context(
    notice: Notice, language: str, *, record: Mapping[str, Any] | None, head: str = ""
) -> dict[str, Any]:
    """Return the context of ``consent/receipt.html``.

    ``record`` holds receipt, decided_at, action, notice, language, site and answers (by key); the
    notice is the one that the record points to.
    """
    context = dialog_context(notice, language)
    wording = context["w"]
    if record is not None:
        asked = answer_names(context["optional"])
        answers = [
            {"name": asked.get(key, key), "answer_text": wording[f"answer_{answer}"]}
            for key, answer in record["answers"].items()
        ]
        decided = _moment(record["decided_at"], language)
        action = wording[f"action_{record['action']}"]
        record = {**record, "answers": answers, "decided_text": decided, "action_text": action}
    return {**context, "record": record, "head": head}


def status_text(
    notice: Notice,
    language: str,
    *,
    granted: Collection[str] = (),
    decided_at: datetime | None = None,
    receipt: str = "",
) -> dict[str, str]:
    """Return what is in force in words: message, since and receipt.

    ``decided_at`` is None while undecided; a refusal, which carries only its day, shows no time.
    """
    wording = notice.wording[language]
    since = ""
    if decided_at:
        moment = _moment(decided_at, language, day_only=not granted)
        since = wording["status_since"].format(date=moment)
    message = _in_force(notice, language, frozenset(granted), decided_at is not None)
    return {"message": message, "since": since, "receipt": receipt}


def _in_force(notice: Notice, language: str, granted: frozenset[str], is_decided: bool) -> str:
    cache_key = (notice.digest, language, granted, is_decided)
    if (message := _MESSAGES.get(cache_key)) is None:
        context = localized(notice, language, granted)
        if names := granted_names(context["optional"]):
            everything = all(category["checked"] for category in context["optional"])
            key = "status_all" if everything else "status_some"
        else:
            key = "status_none" if is_decided else "status_undecided"
        if len(_MESSAGES) >= _MESSAGES_LIMIT:
            _MESSAGES.clear()
        message = _MESSAGES[cache_key] = context["w"][key].format(names=", ".join(names))
    return message


def _moment(moment: datetime, language: str, *, day_only: bool = False) -> str:
    local = localtime(moment) if is_aware(moment) else moment
    with override(language):
        return date_format(local, "DATE_FORMAT" if day_only else "DATETIME_FORMAT")


@lru_cache(maxsize=100)
def _digest(html: str) -> str:
    shipped = assets()
    return hashlib.sha256("\0".join((html, shipped.script, shipped.style)).encode()).hexdigest()
