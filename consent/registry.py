"""Where ``cookie_consent`` ends: the registry is read into frozen values and planted from such.

Nothing here is in force: visitors see published notices only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.db import transaction

from consent import models
from consent.conf import conf
from consent.core.notice import Category, Service, Text, Tracker
from consent.draft import Draft, Gap, Rows, parents
from consent.drafting import draft_of

__all__ = [
    "Draft",
    "Gap",
    "draft",
    "existing_categories",
    "fill_controller",
    "gaps",
    "groups_of_the_site",
    "places",
    "plant",
    "rows",
]


def rows() -> Rows:
    """Read everything declared, in five queries."""
    translations = {
        (owner, pk, row.field, row.language): row.text.strip()
        for row in models.Translation.objects.all()
        for owner in models.OWNERS
        if (pk := getattr(row, f"{owner}_id"))
    }
    return Rows(
        controller=models.Controller.objects.first(),
        groups=list(CookieGroup.objects.order_by("ordering", "pk")),
        services=list(models.Service.objects.order_by("ordering", "key")),
        cookies=list(
            Cookie.objects.select_related("consent_details", "cookiegroup").order_by(
                "name", "domain", "pk"
            )
        ),
        translations=translations,
    )


def draft(languages: Iterable[str] | None = None) -> Draft:
    """Return the registry as values; the first language is that of DCC's columns."""
    return draft_of(rows(), tuple(languages or conf.languages))


def gaps(languages: Iterable[str] | None = None) -> list[Gap]:
    """Return what is missing, in the order of the registry."""
    return list(draft(languages).gaps)


def fill_controller(values: Mapping[str, str]) -> models.Controller | None:
    """Fill what the controller still lacks, and overwrite nothing.

    Return None where there is neither a controller nor a value. Raise
    `django.core.exceptions.ValidationError` for a value that the field does not accept.
    """
    row = models.Controller.objects.first() or models.Controller()
    new = {name: value for name, value in values.items() if value and not getattr(row, name)}
    for name, value in new.items():
        setattr(row, name, value)
    row.clean_fields(exclude={field.name for field in row._meta.fields} - set(new))
    if new:
        row.save()
    return row if row.pk else None


def groups_of_the_site(known: Collection[str]) -> list[tuple[str, str, bool, tuple[str, ...]]]:
    """Return key, name, whether it is required, and cookies of groups that are not known."""
    rows = CookieGroup.objects.exclude(varname__in=known).order_by("ordering", "pk")
    return [
        (
            str(row.varname),
            str(row.name),
            bool(row.is_required),
            tuple(row.cookie_set.order_by("name").values_list("name", flat=True)),
        )
        for row in rows
    ]


def existing_categories() -> dict[str, bool]:
    """Return the key of every category that is declared, and whether it is required."""
    return dict(CookieGroup.objects.values_list("varname", "is_required"))


def places() -> dict[str, str]:
    """Return, for each category that set-up has dealt with, the one that stands for it."""
    return dict(models.Seeded.objects.exclude(place="").values_list("path", "place"))


@transaction.atomic
def plant(
    categories: Iterable[Category],
    *,
    new_categories: bool = True,
    places: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """Declare what is not declared yet; return what was added.

    Rows that exist stay as they are, and what was planted before and is there no more stays away:
    somebody deleted it. A tracker that some category already holds gets its details there. Texts in
    other languages are added only beside a source text that nobody has edited. ``places`` maps the
    key of a category to that of the one that stands for it on this site.
    """
    planting = _Planting(new_categories, places)
    added = [name for at, category in enumerate(categories) for name in planting.add(category, at)]
    planting.remember()
    return added


class _Planting:
    """One run of planting, which knows what was planted before."""

    def __init__(self, new_categories: bool, places: Mapping[str, str]) -> None:
        self._new_categories = new_categories
        self._before = dict(models.Seeded.objects.values_list("path", "place"))
        self._places = {**{path: place for path, place in self._before.items() if place}, **places}
        self._now: dict[str, str] = {}

    def remember(self) -> None:
        """Keep what was planted, or dealt with."""
        for path, place in self._now.items():
            if self._before.get(path) != place:
                defaults = {"place": place}
                models.Seeded.objects.update_or_create(path=path, defaults=defaults)

    def _is_first(self, path: str, place: str = "") -> bool:
        self._now[path] = place
        return path not in self._before

    def add(self, category: Category, at: int) -> Iterator[str]:
        """Declare a category and what it holds; yield what was added."""
        place = self._places.get(category.key, category.key)
        group = CookieGroup.objects.filter(varname=place).first()
        if group is None:
            if not self._new_categories or category.key in self._before:
                return
            group = CookieGroup.objects.create(
                varname=place,
                name=_source(category.name),
                description=_source(category.purpose),
                is_required=category.required,
                is_deletable=not category.required,
                ordering=at,
            )
            yield place
        self._is_first(category.key, place)
        path = category.key
        texts = {"name": category.name, "description": category.purpose}
        self._translate("category", group, texts, path)
        for service in category.services:
            yield from self._service(service, group, f"{path}:{service.key}")
        for tracker in category.trackers:
            yield from self._tracker(tracker, group, f"{path}/{tracker.name}")

    def _service(self, service: Service, group: CookieGroup, path: str) -> Iterator[str]:
        texts = {
            field.name: value
            for field in fields(service)
            if isinstance(value := getattr(service, field.name), Mapping)
        }
        row = models.Service.objects.filter(category=group, key=service.key).first()
        if not (self._is_first(path) or row):
            return
        if row is None:
            row = models.Service.objects.create(
                category=group,
                key=service.key,
                role=service.role,
                country=service.country,
                hosts="\n".join(service.hosts),
                patterns="\n".join(service.patterns),
                page_addresses=service.page_addresses,
                **{name: _source(text) for name, text in texts.items()},
            )
            yield f"{group.varname}:{service.key}"
        self._translate("service", row, texts, path)

    def _tracker(self, tracker: Tracker, group: CookieGroup, path: str) -> Iterator[str]:
        declared = list(Cookie.objects.filter(name=tracker.name).select_related("consent_details"))
        if not (self._is_first(path) or declared):
            return
        if not declared:
            cookie = Cookie.objects.create(
                cookiegroup=group,
                name=tracker.name,
                description=_source(tracker.purpose),
                path=tracker.path,
                domain=tracker.domain,
            )
            declared = [cookie]
            yield f"{group.varname}/{tracker.name}"
        for cookie in declared:
            exempt = cookie.cookiegroup.is_required
            details, _ = models.TrackerDetails.objects.get_or_create(
                tracker=cookie,
                defaults={
                    "kind": tracker.kind,
                    "lifetime": tracker.lifetime,
                    "third_party": tracker.third_party,
                    "criterion": tracker.criterion if exempt else "",
                    "reason": _source(tracker.reason) if exempt else "",
                },
            )
            self._translate("tracker", cookie, {"description": tracker.purpose}, path)
            if exempt:
                self._translate("tracker", cookie, {"reason": tracker.reason}, path, details)

    def _translate(
        self,
        owner: str,
        row: Any,
        texts: Mapping[str, Text],
        path: str,
        holder: models.TrackerDetails | None = None,
    ) -> None:
        for language in conf.languages[1:]:
            for field, text in texts.items():
                tag = next((tag for tag in parents(language) if text.get(tag)), None)
                edited = getattr(holder or row, field) != _source(text)
                if tag is None or tag == conf.source_language or edited:
                    continue
                key: dict[str, Any] = {owner: row, "field": field, "language": tag}
                if self._is_first(f"{path}.{field}.{tag}.{row.pk}"):
                    models.Translation.objects.get_or_create(**key, defaults={"text": text[tag]})


def _source(text: Text) -> str:
    tags = parents(conf.source_language)
    return next((text[tag] for tag in tags if text.get(tag)), "")
