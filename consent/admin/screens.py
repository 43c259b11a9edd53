"""Which screen mends what is missing or wrong in the draft, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consent.conf import conf
from consent.core.wording import IMPLIED, INCENTIVE, SHAMING, VAGUE, Finding
from consent.draft import Gap
from consent.models import Controller, Service, TrackerDetails
from consent.preview import Preview

FAULTS = {
    IMPLIED: _("takes consent for granted"),
    VAGUE: _("does not say what for"),
    SHAMING: _("shames whoever refuses"),
    INCENTIVE: _("offers something for accepting"),
}

Keyed = dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Screen:
    """A page of the admin: what it is about, and its address, empty where there is none."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing, in which language, and where it is written."""

    what: str
    language: str
    screen: Screen


class Screens:
    """The screens of everything declared, found by path; three queries at most."""

    def missing(self, gaps: Iterable[Gap]) -> Iterator[Missing]:
        """Yield what gaps say, with the screens that fill them."""
        for gap in gaps:
            screen = self.of(gap.where)
            if gap.language != conf.source_language or gap.where == "wording":
                url = reverse("admin:consent_translation_language", args=(gap.language,))
                screen = Screen(screen.name, url)
            yield Missing(gap.what, gap.language, screen)

    def of(self, where: str) -> Screen:
        """Return the screen of a path such as ``media:youtube.purpose``."""
        for path in (where, where.rpartition(".")[0]):
            if (found := self._at(path)) is not None:
                return found
        return Screen(where, "")

    def _at(self, path: str) -> Screen | None:
        if path == "controller":
            return Screen(str(_("Controller")), self._controller)
        if path == "wording":
            return Screen(str(_("Sentences of the dialog")), "")
        if path in self._trackers:
            return _screen("cookie_consent_cookie", *self._trackers[path])
        if path in self._services:
            return _screen("consent_service", *self._services[path])
        if path in self._categories:
            return _screen("cookie_consent_cookiegroup", *self._categories[path])
        return None

    @cached_property
    def _controller(self) -> str:
        row = Controller.objects.first()
        if row is None:
            return reverse("admin:consent_controller_add")
        return reverse("admin:consent_controller_change", args=(row.pk,))

    @cached_property
    def _categories(self) -> Keyed:
        model = Service._meta.get_field("category").related_model
        rows = model._default_manager.values_list("varname", "pk", "name")
        return {key: (pk, name or key) for key, pk, name in rows}

    @cached_property
    def _services(self) -> Keyed:
        rows = Service.objects.values_list("category__varname", "key", "pk", "name")
        return {f"{category}:{key}": (pk, name or key) for category, key, pk, name in rows}

    @cached_property
    def _trackers(self) -> Keyed:
        model = TrackerDetails._meta.get_field("tracker").related_model
        rows = model._default_manager.values_list(
            "pk",
            "name",
            "cookiegroup__varname",
            "consent_details__service__category__varname",
            "consent_details__service__key",
        )
        found: Keyed = {}
        for pk, name, category, service_category, service in rows:
            ours = service and service_category == category
            owner = f"{category}:{service}" if ours else category
            found[f"{owner}/{name}"] = (pk, name)
        return found


def blocking(seen: Preview) -> tuple[list[Gap], list[str]]:
    """Return what prevents publication: gaps in the source language, and what else there is."""
    gaps = [gap for gap in seen.gaps if gap.language == conf.source_language]
    told = {f"Missing: {gap}." for gap in gaps}
    return gaps, [problem for problem in seen.problems if problem not in told]


def fault_of(finding: Finding) -> str:
    """Say in words what a finding is about."""
    return str(FAULTS.get(finding.code, finding.code))


def _screen(model: str, pk: int, name: str) -> Screen:
    return Screen(name, reverse(f"admin:{model}_change", args=(pk,)))
