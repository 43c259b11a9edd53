"""The pages of one record: to read, to see the dialog again, and to take the proof away."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from consent import replays
from consent.accesses import note_access
from consent.admin.base import ModelAdmin
from consent.admin.recordfile import record_context
from consent.copies import STANDARDS, CopyError, standard_copy
from consent.core.evidence import RECORD_FIELDS
from consent.models import Record
from consent.proofs import ProofError, prove

POLICY = f"{replays.POLICY}; sandbox"
"""A replay is as inert in a window of its own as in the frame of the page."""
PARTS = ("banner", "preferences", "whole")


class RecordPages(ModelAdmin):
    """Shows a record as a file that reads from top to bottom; each view of it is logged."""

    def get_urls(self) -> list[URLPattern]:
        """Add the replay and the downloads."""
        begin, wrap = "<int:pk>", self.admin_site.admin_view
        views = (
            (f"{begin}/replay/<str:part>/", self.replay_view, "replay"),
            (f"{begin}/proof/", self.proof_view, "proof"),
            (f"{begin}/receipt/<str:form>/", self.receipt_view, "receipt"),
        )
        return [
            *(path(at, wrap(view), name=f"consent_record_{name}") for at, view, name in views),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a record; whatever else is asked of its address is refused."""
        record = self.get_object(request, unquote(object_id))
        is_read = request.method in ("GET", "HEAD")
        if not is_read or not self.has_view_permission(request, record):
            raise PermissionDenied
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]  # Django's own
        _note(request, "view", record)
        context = {
            **self.admin_site.each_context(request),
            **record_context(record),
            "title": _("Record %(number)s") % {"number": record.pk},
            "opts": self.opts,
            "original": record,
            "may_see_notices": request.user.has_perm("consent.view_notice"),
            "may_see_dialogs": request.user.has_perm("consent.view_presentation"),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/consent/record/file.html", context)

    @property
    def replay_view(self) -> Any:
        """The dialog as it was shown, for a frame, or the whole replay."""
        return xframe_options_sameorigin(never_cache(require_safe(self._replay)))

    @property
    def proof_view(self) -> Any:
        """The proof file of one record."""
        return never_cache(require_safe(self._proof))

    @property
    def receipt_view(self) -> Any:
        """The record in one of the standards' forms."""
        return never_cache(require_safe(self._receipt))

    def _replay(self, request: HttpRequest, pk: int, part: str) -> HttpResponse:
        record = self._record(request, pk)
        if part not in PARTS:
            raise Http404
        if part == "whole":
            # The parts are on a page that was logged itself, and show nothing of the record.
            _note(request, "view", record, replay=True)
        try:
            if part == "whole":
                text = replays.replay(record)
            else:
                shown = replays.presentation_shown(record)
                text = replays.frame(shown, preferences=part == "preferences")
        except replays.ReplayError:
            raise Http404(_("What the visitor was shown is not stored.")) from None
        return HttpResponse(text, headers={"Content-Security-Policy": POLICY})

    def _proof(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self._record(request, pk)
        try:
            text = prove([record])
        except ProofError as error:
            return self._sorry(request, record, _("There is no proof: %(why)s"), error)
        _note(request, "download", record, form="proof")
        return _attachment(text, f"proof-record-{record.pk}.json")

    def _receipt(self, request: HttpRequest, pk: int, form: str) -> HttpResponse:
        record = self._record(request, pk)
        if form not in STANDARDS:
            raise Http404
        try:
            body = standard_copy({name: getattr(record, name) for name in RECORD_FIELDS}, form)
        except CopyError as error:
            return self._sorry(request, record, _("There is no such receipt: %(why)s"), error)
        _note(request, "download", record, form=form)
        text = json.dumps(body, indent=2, ensure_ascii=False)
        return _attachment(text, f"receipt-record-{record.pk}-{form}.json")

    def _record(self, request: HttpRequest, pk: int) -> Record:
        """Return a record for whoever may view it."""
        record: Record | None = self.get_object(request, str(pk))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        return record

    def _sorry(
        self, request: HttpRequest, record: Record, words: str, error: Exception
    ) -> HttpResponse:
        self.message_user(request, words % {"why": error}, messages.ERROR)
        name = f"{self.admin_site.name}:consent_record_change"
        return HttpResponseRedirect(reverse(name, args=(record.pk,)))


def _note(request: HttpRequest, what: str, record: Record, **detail: Any) -> None:
    who = request.user.get_username()
    note_access(what, who=who, subject=f"record {record.pk}", count=1, **detail)


def _attachment(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
