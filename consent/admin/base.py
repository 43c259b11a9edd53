"""What the admin's pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

EMPTY = "-"


def exact(moment: datetime) -> str:
    """Return a moment to the second, with the time zone in which it is told; alike everywhere."""
    local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    zone = local.tzname() or settings.TIME_ZONE
    return f"{local:%Y-%m-%d %H:%M:%S} {zone}"


@lru_cache(maxsize=100)
def _column(field: DateTimeField[Any, Any]) -> Callable[[Model], str]:
    """Return a column of a list that tells a field's moments exactly; ordered as the field is."""

    def column(row: Model) -> str:
        moment = getattr(row, field.name)
        return exact(moment) if moment else EMPTY

    column.__name__ = field.name
    return admin.display(description=field.verbose_name, ordering=field.name)(column)


class ExactTimes(ModelAdmin):
    """Lists whose times are told to the second: what auditors compare."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Replace the columns that are moments."""
        return [self._exactly(name) for name in super().get_list_display(request)]

    def get_list_display_links(self, request: HttpRequest, list_display: Sequence[Any]) -> Any:
        """Keep links on the columns that were replaced."""
        columns: Any = list_display
        names = super().get_list_display_links(request, columns)
        return names and [self._exactly(name) for name in names]

    def _exactly(self, name: Any) -> Any:
        try:
            field = self.opts.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            return name
        return _column(field) if isinstance(field, DateTimeField) else name


class ReadOnlyAdmin(ExactTimes):
    """Evidence: whoever may view it can read it, and nobody can do anything else."""

    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they would count the table

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody may."""
        return False

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Nobody may."""
        return False

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Nobody may."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse what no column can hold, and PostgreSQL answers with an error."""
        return "\x00" not in str(value) and super().lookup_allowed(lookup, value, request)


def link(label: object, *, to: Model | None) -> SafeString | str:
    """Return a link to a row's page in the admin; the bare label where there is no row."""
    if to is None:
        return str(label)
    name = f"admin:{to._meta.app_label}_{to._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=(to.pk,)), label)


def links(rows: Iterable[Model]) -> SafeString | str:
    """Return links to rows, comma separated."""
    return format_html_join(", ", "{}", ((link(row, to=row),) for row in rows)) or EMPTY


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> SafeString:
    """Return a table, escaped cell by cell."""
    cells = format_html_join("", '<th scope="col">{}</th>', ((cell,) for cell in head))
    body = format_html_join("", "<tr>{}</tr>", ((_cells(row),) for row in rows))
    return format_html(
        "<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        cells,
        body,
    )


def listing(lines: Iterable[object]) -> SafeString | str:
    """Return a list, one line an item."""
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<ul>{}</ul>", items) if items else EMPTY


def _cells(row: Sequence[object]) -> SafeString:
    return format_html_join("", "<td>{}</td>", ((cell,) for cell in row))
