"""What the app's own pages show."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from consent.core.localized import answer_names
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.rendering import dialog_context, moment_text, next_values, signal_values


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
    values: dict[str, str] = {**next_values(next_url), **signal_values(signal)}
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
        decided = moment_text(record["decided_at"], language)
        action = wording[f"action_{record['action']}"]
        record = {**record, "answers": answers, "decided_text": decided, "action_text": action}
    return {**context, "record": record, "head": head}
