"""What the notice in force says for the record of processing (Art. 30), as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from consent import models, moments
from consent.core.declarations import EEA
from consent.core.formulas import neutralised
from consent.core.notice import MalformedNoticeError, Notice
from consent.core.processing import processing

Plain = dict[str, Any]
Line = tuple[str, str, str, str]

FORMS = ("csv", "json")
HEAD = ("section", "subject", "what", "detail")


class ProcessingError(Exception):
    """There is nothing to tell; the text says why."""


def processing_document(site: str, language: str, *, using: str = DEFAULT_DB_ALIAS) -> Plain:
    """Return what the newest notice of a site says, in one of its languages, as plain JSON values.

    ``notice`` and ``made_at`` say what it was told from; the rest is that of
    `consent.core.processing.processing`. Raise `ProcessingError` where nothing is published, or not
    in that language.
    """
    row = models.Notice.objects.using(using).filter(site=site).order_by("-number").first()
    if row is None:
        raise ProcessingError(f"No notice of site {site!r} is published.")
    return document_of(row, language)


def document_of(row: models.Notice, language: str) -> Plain:
    """Return the same of one stored notice, which need not be in force any more."""
    try:
        notice = Notice.parse(row.document)
    except MalformedNoticeError:
        raise ProcessingError(f"Notice {row.number} of {row.site!r} cannot be read.") from None
    spoken = notice.language_for(language)
    if not spoken:
        there = ", ".join(notice.languages)
        raise ProcessingError(f"Notice {row.number} has no language {language!r}, only: {there}.")
    said = processing(notice, spoken, inside=EEA)
    return {
        "site": row.site,
        "notice": {
            "number": row.number,
            "digest": row.digest,
            "published_at": moments.written(row.published_at),
        },
        "language": spoken,
        "made_at": moments.written(moments.now()),
        **{key: value for key, value in said.items() if key != "purposes"},
        "purposes": [_purpose(each) for each in said["purposes"]],
        "data": [{"what": what, "services": of} for what, of in said["data"]],
        "recipients": [{"name": name, "roles": roles} for name, roles in said["recipients"]],
        "retention": [{"how_long": text, "services": of} for text, of in said["retention"]],
    }


def processing_text(document: Plain, form: str) -> str:
    """Return a document as JSON, or as CSV: one fact a line, of which none runs as a formula."""
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for line in _lines(document):
        writer.writerow([neutralised(cell) for cell in line])
    return out.getvalue()


def _purpose(said: Plain) -> Plain:
    services = [{"name": name, "purpose": purpose} for name, purpose in said["services"]]
    return {**said, "services": services}


def _lines(document: Plain) -> Iterator[Line]:
    notice = document["notice"]
    yield "notice", document["site"], str(notice["number"]), notice["published_at"]
    for field, text in document["controller"].items():
        yield "controller", field, str(text), ""
    for purpose in document["purposes"]:
        asked = "asked" if purpose["is_asked"] else "not asked"
        yield "purpose", purpose["name"], purpose["purpose"], asked
        for service in purpose["services"]:
            yield "service", service["name"], service["purpose"], purpose["name"]
    for data in document["data"]:
        yield "data", data["services"], data["what"], ""
    for recipient in document["recipients"]:
        yield "recipient", recipient["name"], recipient["roles"], ""
    for transfer in document["transfers"]:
        yield "transfer", transfer["service"], transfer["country"], transfer["basis"]
    for kept in document["retention"]:
        yield "retention", kept["services"], kept["how_long"], ""
