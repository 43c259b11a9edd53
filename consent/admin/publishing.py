"""Publish from the admin: look at every word that changed, then put it into force."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from consent.admin.base import ModelAdmin
from consent.admin.differences import difference
from consent.admin.screens import Screen, Screens, blocking, fault_of
from consent.admin.summary import summary_of
from consent.core.wording import Finding
from consent.grants import estimate_grants
from consent.models import Notice
from consent.publishing import DraftChangedError, Preview, PublishingError, preview, publish
from consent.texts import language_name

MAY_PUBLISH = "consent.publish_notice"
_AREA = {"rows": 2, "cols": 60}


def _long(label: Any, help_text: Any, *, required: bool) -> forms.CharField:
    widget = forms.Textarea(attrs=_AREA)
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=2000, widget=widget
    )


class PublishForm(forms.Form):
    """Why, and why what was found does not count."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, seen: Preview, data: Any = None) -> None:
        super().__init__(data, initial={"seen": seen.digest}, label_suffix="")
        self.overrides = dict(_overrides(seen.findings))
        for name, key in self.overrides.items():
            label = _("Why it may stay all the same")
            self.fields[name] = _long(label, "", required=True)
            self.fields[name].widget.attrs["aria-describedby"] = f"{name}_what"
            self.fields[name].error_messages["required"] = _(
                "Give a reason, which is stored with the notice, or change the text: %(key)s."
            ) % {"key": key}
        for language in seen.dropped:
            name = language_name(language)
            self.fields[f"drop_{language}"] = forms.BooleanField(
                label=_("Let %(name)s go") % {"name": name},
                help_text=_(
                    "Pages in %(name)s will ask nobody and grant nothing any more. They still lead "
                    "to the preferences, in another language."
                )
                % {"name": name},
                error_messages={
                    "required": _(
                        "The notice in force speaks %(name)s. Complete the texts in %(name)s "
                        "first, or tick this."
                    )
                    % {"name": name}
                },
            )
        self.dropped = seen.dropped
        self.fields["reason"] = _long(
            _("Reason"),
            _("Why you publish, in a sentence. It is kept with the notice for good."),
            required=seen.previous is not None,
        )
        if seen.previous is not None and seen.material:
            self.fields["correction"] = _long(
                _("This is a correction: why earlier permissions still hold"),
                _(
                    "Only where the old text was a mistake and nothing changed in what happens to "
                    "the data. Then nobody is asked again. Leave it empty otherwise."
                ),
                required=False,
            )

    def drops(self) -> list[forms.BoundField]:
        """Return the boxes for the languages that would go."""
        return [self[f"drop_{language}"] for language in self.dropped]

    def reasons(self) -> dict[str, str]:
        """Return the overrides, as `publish` takes them."""
        return {key: self.cleaned_data[name] for name, key in self.overrides.items()}


class PublishingScreen(ModelAdmin):
    """Adds the publish screen to the notices."""

    def get_urls(self) -> list[URLPattern]:
        """Mount it."""
        view = self.admin_site.admin_view(self.publish_view)
        return [path("publish/", view, name="consent_notice_publish"), *super().get_urls()]

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """Show the difference; publish on POST."""
        if not request.user.has_perm(MAY_PUBLISH):
            raise PermissionDenied
        seen = preview()
        form = PublishForm(seen, request.POST if request.method == "POST" else None)
        if request.method == "POST":
            if form.data.get("seen") != seen.digest:
                messages.warning(request, DraftChangedError().problems[0])
                return HttpResponseRedirect(request.path)
            if form.is_valid() and (done := self._publish(request, form)):
                return done
        return self._page(request, seen, form)

    def _publish(self, request: HttpRequest, form: PublishForm) -> HttpResponse | None:
        given = form.cleaned_data
        try:
            row = publish(
                by=request.user.get_username(),
                reason=given["reason"],
                correction=given.get("correction", ""),
                overrides=form.reasons(),
                drop_languages=form.dropped,
                seen=given["seen"],
            )
        except DraftChangedError as changed:
            messages.warning(request, changed.problems[0])
            return HttpResponseRedirect(request.path)
        except PublishingError as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
            return None
        if row is None:
            messages.info(request, _("Nothing has changed: nothing was published."))
            return HttpResponseRedirect(request.path)
        messages.success(request, _outcome(row))
        if not self.has_view_permission(request, row):
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(reverse("admin:consent_notice_change", args=(row.pk,)))

    def _page(self, request: HttpRequest, seen: Preview, form: PublishForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Publish"),
            "form": form,
            "seen": seen,
            "may_list": self.has_view_permission(request),
            **_facts(seen, form),
        }
        return TemplateResponse(request, "admin/consent/publish.html", context)


def _facts(seen: Preview, form: PublishForm) -> dict[str, Any]:
    screens = Screens()
    gaps, problems = blocking(seen)
    fatal = [finding for finding in seen.findings if not finding.overridable]
    groups = []
    if seen.previous and seen.notice:
        groups = difference(seen.changes, seen.previous, seen.notice)
    return {
        "gaps": list(screens.missing(gaps)),
        "problems": problems,
        "fatal": [_found(finding, screens) for finding in fatal],
        "overridable": list(_asked(seen, form, screens)),
        "left_out": list(screens.missing(seen.left_out)),
        "left_out_names": _names(dict.fromkeys(gap.language for gap in seen.left_out)),
        "languages": _names(seen.languages),
        "groups": groups,
        "why": [change for change in seen.changes if change.material],
        "reasked": _reasked(seen),
        "may_go": seen.is_new and not (gaps or problems or fatal),
        "summary": mark_safe(summary_of(seen.notice)) if seen.notice else "",  # noqa: S308 - rendered by a template
    }


def _reasked(seen: Preview) -> int | None:
    if seen.reasked is None or seen.notice is None:
        return None
    first, last = seen.reasked
    return estimate_grants(seen.notice.site, first=first, last=last)


def _names(languages: Any) -> str:
    return ", ".join(language_name(language) for language in languages)


def _found(finding: Finding, screens: Screens) -> dict[str, Any]:
    screen: Screen = screens.of(finding.where)
    return {
        "fault": fault_of(finding),
        "requirement": finding.requirement,
        "screen": screen,
        "language": finding.language,
        "language_name": language_name(finding.language),
        "where": finding.where,
        "excerpt": finding.excerpt,
    }


def _asked(seen: Preview, form: PublishForm, screens: Screens) -> Iterator[dict[str, Any]]:
    """Yield what can be overridden, each with its field."""
    for name, key in form.overrides.items():
        found = [
            _found(finding, screens)
            for finding in seen.findings
            if finding.overridable and f"{finding.code}@{finding.where}" == key
        ]
        yield {"found": found, "field": form[name], "id": f"{name}_what"}


def _overrides(findings: tuple[Finding, ...]) -> Iterator[tuple[str, str]]:
    """Yield a field's name for each place in which something is found, whatever the language."""
    keys = (f"{one.code}@{one.where}" for one in findings if one.overridable)
    for number, key in enumerate(dict.fromkeys(keys)):
        yield f"override_{number}", key


def _outcome(row: Notice) -> str:
    values = {"number": row.number, "oldest": row.oldest_valid}
    if row.number == 1:
        return _("Published: this is the first notice.") % values
    if row.material and row.correction:
        return _("Published notice %(number)s as a correction: nobody is asked again.") % values
    if row.material:
        text = _(
            "Published notice %(number)s. It is material: whoever allowed something before is "
            "asked again. Refusals last out."
        )
        return text % values
    return _("Published notice %(number)s. It is not material: nobody is asked again.") % values
