"""What the app's own pages show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from consent.core.localized import answer_names, said
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.rendering import (
    dialog_context,
    moment_text,
    next_values,
    page_answer_values,
    signal_values,
)
from consent.texts import WORDING

DOWNLOADS = {
    "json": "record_download",
    "iso": "record_download_iso",
    "kantara": "record_download_kantara",
}
"""The forms in which a record can be downloaded, and the sentence that offers each."""


def preferences_context(
    notice: Notice,
    language: str,
    *,
    next_url: str,
    granted: Collection[str] = (),
    status: Mapping[str, str] | None = None,
    message: str = "",
    head: str = "",
    signal: bool = False,
) -> dict[str, Any]:
    """Return the context of ``consent/preferences.html``, with the true state of every control.

    ``granted`` holds ``category`` and ``category:service``; ``message`` is an error to be read
    first; ``head`` is what `head_html` gives; ``signal`` shows what the browser's signal refuses.
    """
    values: dict[str, str] = {
        **next_values(next_url),
        **signal_values(signal),
        **page_answer_values(status),
    }
    values["presentation"] = render_dialog(notice, language).digest
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
    notice: Notice,
    language: str,
    *,
    record: Mapping[str, Any] | None,
    head: str = "",
    asks: tuple[Notice, str] | None = None,
) -> dict[str, Any]:
    """Return the context of ``consent/receipt.html``.

    ``record`` holds receipt, decided_at, action, notice, language, site and answers (by key); the
    notice is the one that the record points to. ``asks`` is the notice in force and its language:
    who erases is its controller. Sentences that the notice did not have yet are English.
    """
    context = dialog_context(notice, language)
    wording = context["w"] = {**WORDING, **context["w"]}
    if record is not None:
        asked = answer_names(context["optional"])
        answers = [
            {"name": asked.get(key, key), "answer_text": wording[f"answer_{answer}"]}
            for key, answer in record["answers"].items()
        ]
        decided = moment_text(record["decided_at"], language)
        action = wording[f"action_{record['action']}"]
        record = {**record, "answers": answers, "decided_text": decided, "action_text": action}
    downloads = [{"form": form, "text": wording[key]} for form, key in DOWNLOADS.items()]
    erase = _erase_text(*(asks or (notice, language)))
    return {
        **context,
        "record": record,
        "head": head,
        "downloads": downloads,
        "erase": erase,
        "marker": {"next": context["urls"]["receipt"]},
    }


def _erase_text(notice: Notice, language: str) -> str:
    wording = {**WORDING, **notice.wording[language]}
    controller = notice.controller
    return said(
        wording["record_erase"],
        controller=controller.name.get(language, ""),
        contact=controller.contact.get(language, ""),
    )
