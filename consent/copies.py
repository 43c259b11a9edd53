"""A record in the forms that standards give a receipt, in the words of its own notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from consent import notices
from consent.conf import conf
from consent.core.notice import Notice
from consent.core.receipt import iso_27560, kantara

Body = Mapping[str, Any]


class CopyError(Exception):
    """A record has no copy in a standard's form; says why."""


def standard_copy(record: Body, form: str) -> Body:
    """Return a record, its columns by name, in one of `STANDARDS` as plain JSON values.

    What finds the record for its visitor is the receipt: neither the row's id nor what binds it
    stands in the copy. Raise `CopyError` where the record's notice is not stored any more.
    """
    notice = notices.load(record["site"], record["notice"])
    if notice is None:
        raise CopyError(_("The notice of this record is not stored any more."))
    language = notice.language_for(record["language"]) or notice.languages[0]
    named = {**record, "id": record["receipt"], "commitment": ""}
    return STANDARDS[form](named, notice, language)


def _iso(record: Body, notice: Notice, language: str) -> Body:
    days = conf.grant_days if "yes" in record["answers"].values() else conf.refusal_days
    remembered = None if record["action"] == "once" else days
    return iso_27560(record, notice, language, validity_days=remembered, sensitive=conf.sensitive)


def _kantara(record: Body, notice: Notice, language: str) -> Body:
    return kantara(record, notice, language, sensitive=conf.sensitive)


STANDARDS: Mapping[str, Callable[[Body, Notice, str], Body]] = MappingProxyType(
    {"iso": _iso, "kantara": _kantara}
)
"""ISO/IEC TS 27560:2023, and Kantara Consent Receipt 1.1.0."""
