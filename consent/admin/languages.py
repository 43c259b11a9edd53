"""Translations: every text of the registry in one language, on one screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consent import registry
from consent.admin.base import ModelAdmin
from consent.conf import conf
from consent.models import Translation
from consent.models.validators import validate_policy_url
from consent.texts import WORDING, direction, language_name, may_be_same, missing_wording
from consent.translating import Entry, entries, same_wording, save_same_wording, save_texts

SAME = "same_wording"
"""Posted by the form of messages that are the same in English."""
PER_PAGE = 100
"""Texts on one page: Django reads 1,000 fields of a form at most."""


class TextsForm(forms.Form):
    """The texts of one page in one language, each with its source beside it."""

    def __init__(self, found: list[Entry], language: str, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.entries = {entry.name: entry for entry in found}
        marks = {"lang": language, "dir": direction(language)}
        for name, entry in self.entries.items():
            lines = min(8, 1 + len(entry.source) // 60 + entry.source.count("\n"))
            attrs = {**marks, "rows": lines, "cols": 40, "aria-describedby": f"{name}_source"}
            if entry.inherited:
                attrs["placeholder"] = entry.inherited
            self.fields[name] = forms.CharField(
                initial=entry.text,
                required=False,
                label=f"{entry.about}: {entry.label}",
                max_length=10000,
                widget=forms.Textarea(attrs=attrs),
                validators=[validate_policy_url] if entry.field == "policy_url" else [],
            )

    def changed(self) -> dict[Entry, str]:
        """Return what was sent and differs; what a form left out stays as it is."""
        return {
            entry: self.cleaned_data[name].strip()
            for name, entry in self.entries.items()
            if name in self.data and self.cleaned_data[name].strip() != entry.text
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return each text with its input."""
        return [{"entry": entry, "field": self[name]} for name, entry in self.entries.items()]


class SameForm(forms.Form):
    """Which of the dialog's short messages the language says as English does."""

    def __init__(self, language: str, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.language = language
        lacking = (WORDING[key] for key in missing_wording(language))
        self.offered = list(dict.fromkeys(filter(may_be_same, lacking)))
        self.fields["same"] = forms.MultipleChoiceField(
            choices=[(message, message) for message in self.offered],
            initial=sorted(same_wording(language)),
            required=False,
            label=_("Said as in English"),
            widget=forms.CheckboxSelectMultiple(attrs={"lang": "en"}),
        )

    def save(self) -> None:
        """Store the decision."""
        save_same_wording(self.language, self.cleaned_data["same"])


@admin.register(Translation)
class TranslationAdmin(ModelAdmin):
    """A list of the site's languages, and a screen for each."""

    def get_urls(self) -> list[URLPattern]:
        """Mount both, and none of Django's: a text is no row for anybody but the database."""
        guard = self.admin_site.admin_view
        return [
            path("", guard(self.languages_view), name="consent_translation_changelist"),
            path("<str:language>/", guard(self.language_view), name="consent_translation_language"),
        ]

    def languages_view(self, request: HttpRequest) -> HttpResponse:
        """List the languages, each with what it lacks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = registry.rows()
        listed = [_state(language, entries(rows, language)) for language in conf.languages[1:]]
        return self._page(request, "languages", languages=listed, title=_("Translations"))

    def language_view(self, request: HttpRequest, language: str) -> HttpResponse:
        """Show every text beside its source, what is missing first; save what was written."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if language not in conf.languages:
            raise Http404
        found = entries(registry.rows(), language) if language != conf.source_language else []
        may_write = _may_write(request)
        if request.method == "POST":
            if not may_write:
                raise PermissionDenied
            if SAME in request.POST:
                return _keep_same(request, language)
            sent = [entry for entry in found if entry.name in request.POST]
            form = TextsForm(sent, language, request.POST)
            if form.is_valid():
                _saved(request, save_texts(language, form.changed()))
                return HttpResponseRedirect(request.path)
            page = None
        else:
            page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
            form = TextsForm(list(page), language)
        return self._language_page(request, language, found, form, page, may_write)

    def _language_page(
        self,
        request: HttpRequest,
        language: str,
        found: list[Entry],
        form: TextsForm,
        page: Page[Entry] | None,
        may_write: bool,
    ) -> HttpResponse:
        return self._page(
            request,
            "language",
            title=language_name(language),
            state=_state(language, found),
            source=conf.source_language,
            source_name=language_name(conf.source_language),
            source_dir=direction(conf.source_language),
            form=form,
            page=page,
            sentences=[message for message in _lacking(language) if not may_be_same(message)],
            same=SameForm(language),
            may_write=may_write,
        )

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        shown = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/consent/{template}.html", shown)


def _lacking(language: str) -> list[str]:
    """Return the dialog's messages that a language neither translates nor says as English does."""
    return [WORDING[key] for key in missing_wording(language, same=same_wording(language))]


def _may_write(request: HttpRequest) -> bool:
    verbs = ("add", "change", "delete")
    return request.user.has_perms([f"consent.{verb}_translation" for verb in verbs])


def _keep_same(request: HttpRequest, language: str) -> HttpResponse:
    form, name = SameForm(language, request.POST), {"name": language_name(language)}
    if form.is_valid():
        form.save()
        messages.success(request, _("Stored: what %(name)s says as English does.") % name)
    else:
        messages.error(request, " ".join(map(str, form.errors.get("same", ()))))
    return HttpResponseRedirect(request.path)


def _state(language: str, found: list[Entry]) -> dict[str, Any]:
    needed = [entry for entry in found if entry.mandatory]
    return {
        "language": language,
        "name": language_name(language),
        "dir": direction(language),
        "all": len(found),
        "missing": sum(entry.is_missing for entry in found),
        "needed": sum(entry.is_needed for entry in needed),
        "sentences": len(_lacking(language)),
    }


def _saved(request: HttpRequest, count: int) -> None:
    if not count:
        messages.info(request, _("Nothing has changed."))
        return
    text = ngettext("%(count)s text was saved.", "%(count)s texts were saved.", count)
    messages.success(request, text % {"count": count})
