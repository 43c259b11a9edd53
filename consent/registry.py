"""Where ``cookie_consent`` ends: the registry is read into frozen values and planted from such.

Nothing here is in force: visitors see published notices only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.db import transaction

from consent import models
from consent.conf import conf
from consent.core.notice import Category, Service, Text, Tracker
from consent.draft import Draft, Gap, Rows, parents
from consent.drafting import draft_of

__all__ = ["Draft", "Gap", "draft", "fill_controller", "gaps", "plant", "rows"]


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


@transaction.atomic
def plant(categories: Iterable[Category], *, new_categories: bool = True) -> list[str]:
    """Declare what is not declared yet; return what was added.

    Rows that exist stay as they are. A tracker that some category already holds gets its details
    there. Texts in other languages are added only beside a source text that nobody has edited.
    """
    return list(_planted(categories, new_categories))


def _planted(categories: Iterable[Category], new_categories: bool) -> Iterable[str]:
    for place, category in enumerate(categories):
        group = CookieGroup.objects.filter(varname=category.key).first()
        if group is None:
            if not new_categories:
                continue
            group = CookieGroup.objects.create(
                varname=category.key,
                name=_source(category.name),
                description=_source(category.purpose),
                is_required=category.required,
                is_deletable=not category.required,
                ordering=place,
            )
            yield category.key
        _translate("category", group, {"name": category.name, "description": category.purpose})
        for service in category.services:
            yield from _plant_service(service, group)
        for tracker in category.trackers:
            yield from _plant_tracker(tracker, group)


def _plant_service(service: Service, group: CookieGroup) -> Iterable[str]:
    texts = {
        field.name: value
        for field in fields(service)
        if isinstance(value := getattr(service, field.name), Mapping)
    }
    row, created = models.Service.objects.get_or_create(
        category=group,
        key=service.key,
        defaults={
            **{name: _source(text) for name, text in texts.items()},
            "role": service.role,
            "country": service.country,
            "hosts": "\n".join(service.hosts),
            "patterns": "\n".join(service.patterns),
            "page_addresses": service.page_addresses,
        },
    )
    if created:
        yield f"{group.varname}:{service.key}"
    _translate("service", row, texts)


def _plant_tracker(tracker: Tracker, group: CookieGroup) -> Iterable[str]:
    declared = list(Cookie.objects.filter(name=tracker.name).select_related("consent_details"))
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
        _translate("tracker", cookie, {"description": tracker.purpose})
        if exempt:
            _translate("tracker", cookie, {"reason": tracker.reason}, holder=details)


def _translate(
    owner: str, row: Any, texts: Mapping[str, Text], *, holder: models.TrackerDetails | None = None
) -> None:
    for language in conf.languages[1:]:
        for field, text in texts.items():
            tag = next((tag for tag in parents(language) if text.get(tag)), None)
            edited = getattr(holder or row, field) != _source(text)
            if tag is None or tag == conf.source_language or edited:
                continue
            models.Translation.objects.get_or_create(
                **{owner: row}, field=field, language=tag, defaults={"text": text[tag]}
            )


def _source(text: Text) -> str:
    tags = parents(conf.source_language)
    return next((text[tag] for tag in tags if text.get(tag)), "")
