"""Show a dialog again as it was stored, for one record; no template of the dialog is rendered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from html import escape

from django.template.loader import render_to_string
from django.utils.text import capfirst

from consent import models
from consent.core.evidence import RECORD_FIELDS, commitment, record_bytes, record_key
from consent.core.notice import Category
from consent.histories import read_notice
from consent.keys import evidence_keys
from consent.rendering import MARKERS, answer_values, signal_values

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
"""Nothing in a replay loads, runs or can be sent."""

_NEUTRAL = {
    **dict.fromkeys(MARKERS, ""),
    **answer_values(None),
    **signal_values(False),
    "next": "/",
    "next-query": "%2F",
    **dict.fromkeys(("receipt-shown", "shown", "signal"), "hidden"),
}
_MARKER = re.compile("%%consent-([a-z-]+)%%")
_CLOSED = re.compile(r"<dialog\b(?![^>]*\sopen\b)", re.IGNORECASE)
_END_OF_STYLE = re.compile("</(?=style)", re.IGNORECASE)
_ANSWERS = {"yes": "yes", "no": "no", "unasked": "not asked"}
_FACTS = ("receipt", "site", "action", "means", "layer", "by", "language", "notice")


class ReplayError(Exception):
    """What a visitor was shown cannot be shown again; the text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A digest that a record names or carries, and whether what is stored gives it.

    ``holds`` is None where there is nothing to compare with; ``text`` says so in words.
    """

    what: str
    digest: str
    holds: bool | None
    text: str


def replay(record: models.Record) -> str:
    """Return one HTML file with the dialog of a record as it was stored, and what was chosen.

    It is complete in itself, and inert. Raise `ReplayError` where the record names no
    presentation, or one that is not stored.
    """
    shown, row = presentation_shown(record), _notice(record)
    context = {
        "policy": POLICY,
        "record": record,
        "facts": list(_facts(record)),
        "answers": _answers(record, row),
        "findings": list(_findings(record, shown, row)),
        "shown": shown,
        "stored_at": _in_utc(shown.created),
        "banner": frame(shown, preferences=False),
        "preferences": frame(shown, preferences=True),
    }
    return render_to_string("admin/consent/replay.html", context)


def findings(record: models.Record) -> list[Finding]:
    """Return what becomes of each digest of a record; raise `ReplayError` as `replay` does."""
    return list(_findings(record, presentation_shown(record), _notice(record)))


def presentation_shown(record: models.Record) -> models.Presentation:
    """Return what a record says was shown; raise `ReplayError` as `replay` does."""
    if not record.presentation:
        raise ReplayError(
            f"Record {record.pk} names no presentation: the page that sent the choice named none."
        )
    shown = models.Presentation.objects.filter(digest=record.presentation).first()
    if not isinstance(shown, models.Presentation):
        raise ReplayError(
            f"The presentation {record.presentation}, which record {record.pk} names, is not "
            "stored: it was never shown by this site, could not be stored, or has been purged."
        )
    return shown


def _notice(record: models.Record) -> models.Notice | None:
    return models.Notice.objects.filter(site=record.site, number=record.notice).first()


def _facts(record: models.Record) -> Iterator[tuple[str, str]]:
    yield "Record", str(record.pk)
    yield "Decided at", _in_utc(record.decided_at)
    for name in _FACTS:
        value = getattr(record, f"get_{name}_display", partial(getattr, record, name))()
        label = record._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column
        yield capfirst(str(label)), str(value) or "none"


def _answers(record: models.Record, row: models.Notice | None) -> list[tuple[str, str]]:
    """Return each answer by the name that the visitor read, or by its key without the notice."""
    names: dict[str, str] = {}
    for category in _optional(row):
        names[category.key] = name = category.name.get(record.language, category.key)
        for service in category.services:
            spoken = service.name.get(record.language, service.key)
            names[f"{category.key}:{service.key}"] = f"{name}: {spoken}"
    return [(names.get(key, key), _ANSWERS.get(said, said)) for key, said in record.answers.items()]


def _optional(row: models.Notice | None) -> tuple[Category, ...]:
    notice = read_notice(row) if row else None
    return notice.optional if notice else ()


def _findings(
    record: models.Record, shown: models.Presentation, row: models.Notice | None
) -> Iterator[Finding]:
    found = shown.text_digest()
    yield _compared("Presentation", record.presentation, found == record.presentation)
    same = (shown.notice_digest, shown.language) == (record.notice_digest, record.language)
    words = "is" if same else "is NOT"
    text = f"the presentation {words} of the notice and language that the record names"
    yield Finding("Presentation's notice", shown.notice_digest, same, text)
    if row is None:
        yield Finding("Notice", record.notice_digest, None, "the notice is not stored")
    else:
        is_same = row.digest == _digest(row.document) == record.notice_digest
        yield _compared("Notice", record.notice_digest, is_same)
    if record.commitment:
        yield _compared("Record's commitment", record.commitment, is_committed(record))
    else:
        yield Finding("Record's commitment", "", None, "the record has none")


def _compared(what: str, digest: str, holds: bool) -> Finding:
    return Finding(what, digest, holds, "recomputes" if holds else "does NOT recompute")


def is_committed(record: models.Record) -> bool:
    """Whether a record is as its commitment says, by one of the site's keys."""
    try:
        written = record_bytes({name: getattr(record, name) for name in RECORD_FIELDS})
        keys = [record_key(key, record.salt) for key in evidence_keys()]
    except (TypeError, ValueError):  # somebody wrote into the row what no record holds
        return False
    return record.commitment in (commitment(key, written) for key in keys)


def _in_utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def frame(shown: models.Presentation, *, preferences: bool, scheme: str = "") -> str:
    """Return a document with the banner, or with the preferences open.

    ``scheme`` is "light" or "dark"; by default the reader's own.
    """
    values = {**_NEUTRAL, "presentation": escape(shown.digest)}
    values["banner"] = "hidden" if preferences else ""
    html = _MARKER.sub(lambda marker: values.get(marker[1], ""), shown.html)
    if preferences:
        html = _CLOSED.sub("<dialog open", html)
    style = _END_OF_STYLE.sub(r"<\\/", shown.style)
    if scheme:
        style += f":root{{--consent-scheme:{scheme};color-scheme:{scheme}}}"
    return (
        f'<!doctype html><html lang="{escape(shown.language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'<meta name="color-scheme" content="{scheme or "light dark"}">'
        f"<title>{escape(shown.digest)}</title><style>{style}</style></head><body>{html}</body></html>"
    )
