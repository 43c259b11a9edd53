"""What the admin's pages have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

EMPTY = "-"


class ReadOnlyAdmin(ModelAdmin):
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
