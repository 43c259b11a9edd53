"""The data protection officer's pages: what is held about a receipt, and what is asked about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from consent import erasing, requests
from consent.accesses import note_access
from consent.admin.base import EMPTY, ReadOnlyAdmin
from consent.admin.handouts import hand_out
from consent.admin.requestforms import (
    AnswerForm,
    EntryForm,
    EraseForm,
    LookupForm,
    RefuseAccessForm,
    RefuseErasureForm,
)
from consent.admin.steps import form_of, opened, page, require, take, who
from consent.admin.subjects import Held
from consent.admin.wording import due_words
from consent.core.crockford import parse_receipt
from consent.models import Removal, SubjectRequest
from consent.proofs import ProofError

LIST = "admin:consent_subjectrequest_changelist"
_ERASURE = SubjectRequest.Kind.ERASURE
_hidden = method_decorator(sensitive_post_parameters("receipt"))


@admin.register(SubjectRequest)
class SubjectRequestAdmin(ReadOnlyAdmin):
    """What visitors ask for; written through `consent.requests` and `consent.erasing` alone."""

    list_display = ("number", "kind", "received_at", "due", "outcome", "closed_at", "closed_by")
    list_display_links = ("number", "kind")
    list_filter = ("outcome", "kind")
    ordering = requests.URGENCY
    sortable_by = ()
    change_list_template = "admin/consent/subjectrequest/list.html"

    class Media:
        css = {"all": ("consent/admin/requests.css",)}  # noqa: RUF012 - as Django has it

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which something is looked up, downloaded, or done."""
        guarded = self.admin_site.admin_view
        own = (
            ("lookup/", self.lookup, "lookup"),
            ("download/", self.download, "download"),
            ("<int:number>/answer/", self.answer, "answer"),
            ("<int:number>/erase/", self.erase, "erase"),
            ("<int:number>/refuse/", self.refuse, "refuse"),
        )
        mine = [path(p, guarded(v), name=f"consent_subjectrequest_{n}") for p, v, n in own]
        return [*mine, *super().get_urls()]

    @admin.display(description=_("number"))
    def number(self, row: SubjectRequest) -> int:
        """Show its number."""
        return int(row.pk)

    @admin.display(description=_("due"))
    def due(self, row: SubjectRequest) -> SafeString | str:
        """Say until when it is to be answered, and mark what is late."""
        words = due_words(row) or EMPTY
        if requests.is_overdue(row):
            return format_html('<strong class="consent-overdue">{}</strong>', words)
        return words

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Offer to look a receipt up, and to enter a request, to whoever may."""
        may_enter = request.user.has_perm("consent.add_subjectrequest")
        may_look = request.user.has_perm("consent.view_record")
        context = {"may_enter": may_enter, "may_look": may_look, **(extra_context or {})}
        return super().changelist_view(request, context)

    @_hidden
    def lookup(self, request: HttpRequest) -> HttpResponse:
        """Show everything that is held about a receipt, which is posted, never in an address."""
        require(request, "view_subjectrequest", "view_record")
        form = form_of(LookupForm, request)
        found: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            held = Held(form.cleaned_data["receipt"])
            note_access("lookup", who=who(request), count=len(held.records))
            found = held.as_context()
        return self._file(request, form=form, title=_("Look up a receipt"), **found)

    @_hidden
    def download(self, request: HttpRequest) -> HttpResponse:
        """Hand out what is held about a receipt as a file."""
        require(request, "view_subjectrequest", "view_record", "change_subjectrequest")
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        held = Held(parse_receipt(request.POST.get("receipt", "")))
        form = LookupForm(initial={"receipt": held.receipt})
        try:
            return hand_out(held.records, request.POST.get("form", ""), by=who(request))
        except ProofError as error:
            title = _("Look up a receipt")
            found = held.as_context()
            return self._file(request, form=form, title=title, fault=str(error), **found)

    @_hidden
    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Enter a request."""
        require(request, "add_subjectrequest")
        form = form_of(EntryForm, request)

        def act(typed: Mapping[str, Any]) -> tuple[str, str]:
            row = requests.enter(
                typed["kind"], typed["receipt"], by=who(request), received_at=form.received_at
            )
            return gettext("Request %(number)s is entered.") % {"number": row.pk}, _page_of(row)

        title, submit = _("Enter a request"), _("Enter the request")
        return take(self, request, form, act=act, title=title, submit=submit, back=reverse(LIST))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show a request, what is held about its receipt, and what can be done."""
        row = opened(self, request, object_id)
        held = Held(row.receipt if request.user.has_perm("consent.view_record") else "")
        subject = f"request {row.pk}"
        note_access("view", who=who(request), subject=subject, count=len(held.records))
        return self._file(
            request,
            title=gettext("Request %(number)s") % {"number": row.pk},
            asked=row,
            due=due_words(row),
            is_overdue=requests.is_overdue(row),
            removal=row.removal and Removal.objects.filter(pk=row.removal).first(),
            **held.as_context(),
        )

    def answer(self, request: HttpRequest, number: int) -> HttpResponse:
        """Close a request as answered."""

        def act(typed: Mapping[str, Any]) -> tuple[str, str]:
            row = requests.answer(number, by=who(request), reason=typed["reason"])
            return gettext("Request %(number)s is answered.") % {"number": number}, _page_of(row)

        form = form_of(AnswerForm, request)
        return self._close(
            request, number, form, act, title=_("Close as answered"), submit=_("Close as answered")
        )

    @transaction.non_atomic_requests
    def erase(self, request: HttpRequest, number: int) -> HttpResponse:
        """Say what goes and what stays, and erase."""

        def act(typed: Mapping[str, Any]) -> tuple[str, str]:
            entry = erasing.erase_as_asked(number, reason=typed["reason"], by=who(request))
            said = gettext("Erased: %(count)s records, by removal %(number)s of the ledger.")
            onward = reverse("admin:consent_subjectrequest_change", args=(number,))
            return said % {"count": entry.count, "number": entry.pk}, onward

        form = form_of(EraseForm, request)
        return self._close(
            request,
            number,
            form,
            act,
            kinds=(_ERASURE,),
            title=_("Erase the records"),
            submit=_("Erase for good"),
            template="admin/consent/subjectrequest/erase.html",
            is_final=True,
        )

    def refuse(self, request: HttpRequest, number: int) -> HttpResponse:
        """Refuse a request, with the ground and the reason."""

        def act(typed: Mapping[str, Any]) -> tuple[str, str]:
            row = requests.refuse(number, by=who(request), **typed)
            return gettext("Request %(number)s is refused.") % {"number": number}, _page_of(row)

        is_erasure = SubjectRequest.objects.filter(pk=number, kind=_ERASURE).exists()
        form = form_of(RefuseErasureForm if is_erasure else RefuseAccessForm, request)
        return self._close(
            request, number, form, act, title=_("Refuse the request"), submit=_("Refuse")
        )

    def _close(
        self,
        request: HttpRequest,
        number: int,
        form: Any,
        act: Any,
        *,
        kinds: tuple[str, ...] = (),
        **context: Any,
    ) -> HttpResponse:
        """Take a step that closes a request, if it is open and of one of the kinds."""
        require(request, "view_subjectrequest", "change_subjectrequest", "view_record")
        row = self.get_object(request, str(number))
        if row is None:
            raise Http404
        is_possible = row.outcome == SubjectRequest.Outcome.OPEN and (
            not kinds or row.kind in kinds
        )
        held = Held(row.receipt)
        return take(
            self,
            request,
            form,
            act=act,
            asked=row,
            held=held,
            back=_page_of(row),
            is_possible=is_possible,
            **context,
        )

    def _file(self, request: HttpRequest, **context: Any) -> HttpResponse:
        names = ("add_subjectrequest", "change_subjectrequest", "add_hold", "change_hold")
        may = {name: request.user.has_perm(f"consent.{name}") for name in names}
        template = "admin/consent/subjectrequest/file.html"
        return page(self, request, template, may=may, kinds=SubjectRequest.Kind.choices, **context)


def _page_of(row: SubjectRequest) -> str:
    return reverse("admin:consent_subjectrequest_change", args=(row.pk,))
