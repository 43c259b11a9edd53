"""The button that takes out what the list of records is narrowed to, and the page behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.db import Error as DatabaseError
from django.db import router
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.admin.base import ModelAdmin
from consent.core.crockford import respelled
from consent.exports.archive import archived
from consent.exports.estimate import estimated
from consent.exports.formats import FormatError, find_format, offered
from consent.exports.running import Export
from consent.exports.selection import Selection, SelectionError
from consent.models import Record

PERMISSION = "consent.export_record"
_FIELDS = {
    "action__exact": "action",
    "layer__exact": "layer",
    "language": "language",
    "site": "site",
    "notice": "notice",
    "answer": "answer",
}
"""By the list's parameter: what of a selection it is."""
_TIMES = ("when", "since", "until")
"""Parameters that the list itself turns into moments."""
_ELSEWHERE = ("q", "o", "e", "p", "all", "after", "before", "_facets")
"""Parameters that narrow nothing, or are told otherwise."""


class ExportMixin(ModelAdmin):
    """A list of records with a button to export them, for who may view and export."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="consent_record_export"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, with the address of the export of what it shows."""
        offer = {"export_url": _address("export", request)} if self.may_export(request) else {}
        response: HttpResponse = super().changelist_view(
            request, {**offer, **(extra_context or {})}
        )
        return response

    def may_export(self, request: HttpRequest) -> bool:
        """Whether somebody may take records out: they have to be allowed to see them, too."""
        may_view: bool = self.has_view_permission(request)
        return may_view and request.user.has_perm(PERMISSION)

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Say what would be exported; on a post, export it."""
        if not self.may_export(request):
            raise PermissionDenied
        try:
            selection = selected(self.get_changelist_instance(request))
        except (IncorrectLookupParameters, SelectionError) as error:
            messages.error(request, _("This cannot be exported: %(why)s") % {"why": error})
            return redirect("admin:consent_record_changelist")
        if request.method != "POST":
            return self._page(request, selection)
        using = router.db_for_write(Record)
        try:
            wanted = find_format(request.POST.get("format", ""))
            export = Export(selection, wanted, who=request.user.get_username(), using=using)
            export.begin()
        except FormatError:
            return self._page(request, selection, _("Choose one of the formats."), status=400)
        except DatabaseError:
            said = _("Nothing was exported, because it could not be noted in the access log.")
            return self._page(request, selection, said, status=503)
        return sent(request, export)

    def _page(
        self, request: HttpRequest, selection: Selection, error: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export records"),
            "opts": self.opts,
            "words": list(selection.words()),
            "estimate": estimated(selection, router.db_for_read(Record)),
            "formats": offered(),
            "error": error,
            "back": _address("changelist", request),
        }
        template = "admin/consent/record/export.html"
        return TemplateResponse(request, template, context, status=status)


def selected(changelist: ChangeList) -> Selection:
    """Return what the list is narrowed to, all pages of it; raise `SelectionError` for the rest.

    A filter that is not known here is an error: nobody gets more than they see.
    """
    asked: dict[str, Any] = {}
    for name, values in changelist.filter_params.items():
        if name in _FIELDS and len(values) == 1:
            asked[_FIELDS[name]] = values[0]
        elif name not in (*_TIMES, *_ELSEWHERE):
            raise SelectionError(_("%(name)s is no filter of an export.") % {"name": name})
    if any(changelist.filter_params.get("q", [])) and not changelist.query:
        raise SelectionError(_("No receipt is written so."))  # and the list shows all
    times = getattr(changelist, "times", {})
    if "notice" in asked:
        if not (asked["notice"].isascii() and asked["notice"].isdigit()):
            raise SelectionError(_("A notice has a number."))
        asked["notice"] = int(asked["notice"][:20])
    return Selection(
        since=times.get("decided_at__gte"),
        until=times.get("decided_at__lt"),
        receipt=respelled(changelist.query),
        **asked,
    )


def sent(request: HttpRequest, export: Export) -> StreamingHttpResponse:
    """Return the response that streams an export, and closes its account whatever happens."""
    body = Body(export)
    content = AsyncBody(body) if isinstance(request, ASGIRequest) else body
    response = StreamingHttpResponse(content, content_type="application/zip")
    name = f"consent-records-{timezone.localdate(export.begun)}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Accel-Buffering"] = "no"  # nginx would keep the first bytes back
    return response


class Body:
    """The bytes of an export; `close`, which comes when the client has gone, ends it."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._bytes = archived(export)

    def __iter__(self) -> Iterator[bytes]:
        return self._bytes

    def close(self) -> None:
        """Stop reading, and note how far it was, even if nobody ever began."""
        self._bytes.close()
        self._export.end()


class AsyncBody:
    """The same under ASGI, where a plain iterator would be read to its end before it is sent."""

    def __init__(self, body: Body) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        rows = iter(self._body)
        try:
            while (data := await sync_to_async(_next)(rows)) is not None:
                yield data
        finally:
            await sync_to_async(self._body.close)()

    def close(self) -> None:
        """Stop reading."""
        self._body.close()


def _next(rows: Iterator[bytes]) -> bytes | None:
    return next(rows, None)


def _address(name: str, request: HttpRequest) -> str:
    query = request.GET.copy()
    for place in ("after", "before"):
        query.pop(place, None)
    address = reverse(f"admin:consent_record_{name}")
    return f"{address}?{query.urlencode()}" if query else address
