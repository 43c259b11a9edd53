"""Which records are exported: plain data, for a manifest, for the log and for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent import moments
from consent.models import Action, Layer, Record

_ANSWERS = {"yes": _("granted"), "no": _("refused"), "unasked": _("not asked")}
_EQUAL = ("site", "language", "layer", "action", "receipt")
_NAMES: dict[str, str | Promise] = {
    "site": _("site"),
    "notice": _("notice"),
    "language": _("language"),
    "layer": _("layer"),
    "action": _("decision"),
    "answer": _("answer"),
    "since": _("from"),
    "until": _("before"),
    "receipt": _("receipt"),
}


class SelectionError(ValueError):
    """No record can be selected so; the text says why."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What records have in common; an empty field leaves it open.

    ``answer`` is ``key=yes``, ``key=no`` or ``key=unasked`` for a ``category`` or
    ``category:service``; ``since`` is the first moment, ``until`` the first that is out again.
    Raise `SelectionError` for what no record can have.
    """

    site: str = ""
    notice: int | None = None
    language: str = ""
    layer: str = ""
    action: str = ""
    answer: str = ""
    since: datetime | None = None
    until: datetime | None = None
    receipt: str = ""

    def __post_init__(self) -> None:
        """Refuse what a database would answer with an error, or every format with nothing."""
        texts = [value for value in asdict(self).values() if isinstance(value, str)]
        if any("\x00" in text for text in texts):
            raise SelectionError("A text with a NUL is in no record.")
        if self.layer and self.layer not in Layer.values:
            raise SelectionError(f"{self.layer!r} is no layer, only: {', '.join(Layer.values)}.")
        if self.action and self.action not in Action.values:
            known = ", ".join(Action.values)
            raise SelectionError(f"{self.action!r} is no decision, only: {known}.")
        key, _equals, answer = self.answer.rpartition("=")
        if self.answer and not (key and answer in _ANSWERS):
            raise SelectionError(f"An answer is such as statistics=yes, not {self.answer!r}.")
        if self.notice is not None and not 0 < self.notice < 2**31:
            raise SelectionError(f"{self.notice} is no notice's number.")

    def records(self, using: str) -> QuerySet[Record]:
        """Return the records, in the order of their ids."""
        same = {name: getattr(self, name) for name in _EQUAL if getattr(self, name)}
        rows: QuerySet[Record] = Record.objects.using(using).filter(**same).order_by("id")
        if self.notice is not None:
            rows = rows.filter(notice=self.notice)
        if self.since:
            rows = rows.filter(decided_at__gte=self.since)
        if self.until:
            rows = rows.filter(decided_at__lt=self.until)
        if self.answer:
            key, _equals, answer = self.answer.rpartition("=")
            rows = rows.alias(answered=KeyTransform(key, "answers")).filter(answered=answer)
        return rows

    def bounds(self, using: str, *, upto: int) -> tuple[int, int]:
        """Return ids between which all its records are, the newest being ``upto`` at most.

        What an index finds is looked up, so that little else is read; else it is all there are.
        """
        everything = Record.objects.using(using).filter(id__lte=upto)
        rows: QuerySet[Record] = everything.order_by()
        if self.receipt:
            rows = rows.filter(receipt=self.receipt)
        elif self.since or self.until:
            rows = Selection(since=self.since, until=self.until).records(using).order_by()
            rows = rows.filter(id__lte=upto)
        else:
            first = rows.aggregate(first=Min("id"))["first"]
            return (first or 1, upto if first else 0)
        # As expressions, lest PostgreSQL walk all ids until one fits.
        found = rows.aggregate(first=Min(Coalesce("id", 0)), last=Max(Coalesce("id", 0)))
        return found["first"] or 1, found["last"] or 0

    def document(self) -> dict[str, Any]:
        """Return what is asked for, as plain JSON values."""
        return {
            name: moments.written(value) if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
            if value not in ("", None)
        }

    def logged(self) -> dict[str, Any]:
        """Return the same without the receipt: an erased one must not live on in the log."""
        return {**self.document(), **({"receipt": True} if self.receipt else {})}

    def words(self) -> Iterator[tuple[str, str]]:
        """Yield what is asked for in words: what it is about, and what it has to be."""
        for name, value in asdict(self).items():
            if value not in ("", None):
                yield str(_NAMES[name]), self._word(name, value)

    def _word(self, name: str, value: Any) -> str:
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        if name == "answer":
            key, _equals, answer = value.rpartition("=")
            return f"{key}: {_ANSWERS[answer]}"
        choices = {"action": dict(Action.choices), "layer": dict(Layer.choices)}.get(name, {})
        return str(choices.get(value, value))
