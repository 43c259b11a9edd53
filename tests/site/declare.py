"""Fill the registry as the clinic's administrator would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cookie_consent.models import Cookie, CookieGroup
from django.db import models, transaction

from consent.models import Controller, Service, TrackerDetails, Translation
from tests.site.declaration import CATEGORIES, CONTROLLER, SERVICES

SPANISH = "es"
DETAILS = ("kind", "lifetime", "third_party")


def declare(third_party_origin: str) -> bool:
    """Declare what is missing; keep every edit, but let the hosts follow the origin.

    Return whether anything had to be declared.

    Needs neither the demonstration's command nor consent_setup, though the latter's necessary
    cookies stay undeclared then.
    """
    host = urlsplit(third_party_origin).netloc
    with transaction.atomic():
        changed = _declare_controller()
        for key, texts in CATEGORIES.items():
            changed |= _declare_category(key, texts)
        groups = {group.varname: group for group in CookieGroup.objects.all()}
        for position, (name, declared) in enumerate(SERVICES.items()):
            category, _, key = name.partition(":")
            changed |= _declare_service(
                groups[category], key, declared, host=host, position=position
            )
    return changed


def _declare_controller() -> bool:
    if Controller.objects.exists():
        return False
    controller = Controller.objects.create(**_english(CONTROLLER))
    _translate({"controller": controller}, CONTROLLER)
    return True


def _declare_category(key: str, texts: Mapping[str, Any]) -> bool:
    group, created = CookieGroup.objects.get_or_create(varname=key, defaults=_english(texts))
    if created:
        _translate({"category": group}, texts)
    return created


def _declare_service(
    group: CookieGroup, key: str, declared: Mapping[str, Any], *, host: str, position: int
) -> bool:
    fields = {name: value for name, value in declared.items() if name not in ("trackers", "paths")}
    hosts = "\n".join(f"{host}{path}" for path in declared["paths"])
    service, created = Service.objects.get_or_create(
        category=group,
        key=key,
        defaults={**_english(fields), "hosts": hosts, "ordering": position},
    )
    if created:
        service.full_clean()
        _translate({"service": service}, fields)
    moved = service.hosts != hosts
    if moved:
        service.hosts = hosts
        service.save(update_fields=["hosts"])
    added = [_declare_tracker(service, *tracker) for tracker in declared["trackers"].items()]
    return created or moved or any(added)


def _declare_tracker(service: Service, name: str, declared: Mapping[str, Any]) -> bool:
    tracker, created = Cookie.objects.get_or_create(
        cookiegroup=service.category,
        name=name,
        domain=declared.get("domain", ""),
        defaults={"description": declared["description"][0]},
    )
    if created:
        details = {field: declared[field] for field in DETAILS if field in declared}
        TrackerDetails.objects.create(tracker=tracker, service=service, **details)
        _translate({"tracker": tracker}, {"description": declared["description"]})
    return created


def _english(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value[0] if _is_text(value) else value for name, value in fields.items()}


def _translate(owner: Mapping[str, models.Model], fields: Mapping[str, Any]) -> None:
    texts: Iterable[tuple[str, Any]] = ((n, v) for n, v in fields.items() if _is_text(v))
    Translation.objects.bulk_create(
        Translation(**owner, field=field, language=SPANISH, text=text[1]) for field, text in texts
    )


def _is_text(value: object) -> bool:
    return isinstance(value, tuple)
