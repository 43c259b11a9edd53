"""What recording is held against: an equal table without evidence, and a view that fills it."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from consent.models import Record

PROVES = ("salt", "commitment")
"""The columns of a record that a plain row goes without; it has no triggers either."""


class Plain(models.Model):
    """A record's other columns and indexes, in a table of Django's own making."""

    class Meta:
        app_label = "benchmarks"
        indexes = tuple(
            models.Index(fields=index.fields, name=f"benchmarks_plain_{index.fields[0][:8]}")
            for index in Record._meta.indexes
        )

    def __str__(self) -> str:
        return f"{self.pk}"


for _field in Record._meta.local_concrete_fields:
    if _field.name not in PROVES and not _field.primary_key:
        Plain.add_to_class(_field.name, _field.clone())

ROW: dict[str, Any] = {}
"""What `insert` inserts, but for a receipt, which is everybody's own, and the time."""
RECEIPTS = cycle(("",))
"""Whose decisions they are, in turn."""


def create_table() -> None:
    """Create the table of plain rows."""
    with connection.schema_editor() as editor:
        editor.create_model(Plain)


def insert(request: HttpRequest) -> HttpResponse:
    """Insert one row and answer: the least that a view can do that writes."""
    Plain.objects.create(**ROW, receipt=next(RECEIPTS), decided_at=timezone.now())
    return HttpResponse()
