"""What is held about a receipt, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from consent import holds, moments
from consent.admin.recordfile import answer_rows
from consent.conf import conf
from consent.core.forgetting import REMEMBERED, Step, chain_end
from consent.histories import notices_of
from consent.models import Hold, Record, SubjectRequest

MOST = 200
"""Records that are shown at most, the newest; a file to download has them all."""


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
    def told(self) -> list[dict[str, Any]]:
        """The newest records, each with its answers by the names that the visitor read."""
        newest = self.records[:MOST]
        read = notices_of(newest)
        return [
            {"record": row, "answers": list(answer_rows(row, read.get((row.site, row.notice))))}
            for row in newest
        ]

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
        return self._end if granted and self._end > moments.now() else None

    @property
    def ended_at(self) -> datetime | None:
        """When the last grant ended; None without records."""
        return self._end if self.records else None

    def as_context(self) -> dict[str, Any]:
        """Return what the template shows."""
        return {"held": self, "receipt": self.receipt}


def _is_in(time: datetime, row: Hold) -> bool:
    return (row.since is None or row.since <= time) and (row.until is None or time < row.until)
