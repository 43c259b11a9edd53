"""What is held about a receipt, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from consent import holds, notices
from consent.conf import conf
from consent.core.asked import all_asked
from consent.core.forgetting import REMEMBERED, Step, chain_end
from consent.models import Hold, Record, SubjectRequest

MOST = 200
"""Records that are shown at most, the newest; a file to download has them all."""
_WORDS: dict[str, str | Promise] = {"yes": _("yes"), "no": _("no"), "unasked": _("not asked")}


@dataclass(frozen=True, slots=True)
class Told:
    """One record, to be told."""

    record: Record

    @property
    def decision(self) -> str:
        """What was decided."""
        return str(self.record.get_action_display())

    @property
    def url(self) -> str:
        """Where the record is shown in full."""
        return reverse("admin:consent_record_change", args=(self.record.pk,))

    @property
    def answers(self) -> Iterator[tuple[str, str | Promise]]:
        """Each question by the name that the visitor read, and its answer."""
        record = self.record
        notice = notices.load(record.site, record.notice)
        asked = all_asked(notice) if notice else ()
        names = {each.key: each.of.name.get(record.language, each.key) for each in asked}
        for key, answer in record.answers.items():
            yield names.get(key, key), _WORDS.get(answer, answer)


class Held:
    """Everything that is held about a receipt; of an empty one, nothing."""

    def __init__(self, receipt: str) -> None:
        self.receipt = receipt

    @cached_property
    def records(self) -> Sequence[Record]:
        """All records, the newest first."""
        rows = Record.objects.filter(receipt=self.receipt) if self.receipt else ()
        return list(rows and rows.order_by("-id"))

    @property
    def told(self) -> list[Told]:
        """The newest records, to be told."""
        return [Told(record) for record in self.records[:MOST]]

    @property
    def left_out(self) -> int:
        """How many records are not shown."""
        return max(0, len(self.records) - MOST)

    @cached_property
    def holds(self) -> list[Hold]:
        """The holds of the receipt itself, lifted ones too, and those of periods in force."""
        if not self.receipt:
            return []
        own = list(Hold.objects.filter(receipt=self.receipt).order_by("-id"))
        times = [record.decided_at for record in self.records]
        periods = holds.in_force("default").filter(receipt="").order_by("-id")
        return own + [row for row in periods if any(_is_in(time, row) for time in times)]

    @property
    def is_held(self) -> bool:
        """Whether a hold in force keeps the records."""
        return any(row.lifted_at is None for row in self.holds)

    @cached_property
    def requests(self) -> list[SubjectRequest]:
        """What has been asked about the receipt."""
        rows = SubjectRequest.objects.filter(receipt=self.receipt) if self.receipt else ()
        return list(rows and rows.order_by("-id"))

    @cached_property
    def _end(self) -> datetime:
        steps = [Step(record.action, record.decided_at) for record in self.records]
        return chain_end(steps, memory=timedelta(days=conf.grant_days))

    @property
    def running_until(self) -> datetime | None:
        """When the grant that is in force ends by itself; None where none is in force."""
        granted = any(record.action in REMEMBERED for record in self.records)
        return self._end if granted and self._end > timezone.now() else None

    @property
    def ended_at(self) -> datetime | None:
        """When the last grant ended; None without records."""
        return self._end if self.records else None

    def as_context(self) -> dict[str, Any]:
        """Return what the template shows."""
        return {"held": self, "receipt": self.receipt}


def _is_in(time: datetime, row: Hold) -> bool:
    return (row.since is None or row.since <= time) and (row.until is None or time < row.until)
