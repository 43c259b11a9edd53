"""Declare and publish, as the shop's owner would in the admin."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

from cookie_consent.models import Cookie, CookieGroup
from django.core.management import call_command

from consent import registry
from consent.models import Service, TrackerDetails
from consent.publishing import publish
from tests.site.shop.declaration import CONTROLLER, SERVICES, Tracker

OWNER = "the shop's owner"


def set_up(port: int) -> None:
    """Declare the ten services at that port, and put the notice into force."""
    call_command("consent_setup", "--draft", "--no-input", verbosity=0, stdout=StringIO())
    registry.fill_controller(CONTROLLER)
    for name, declared in SERVICES.items():
        category, _, key = name.partition(":")
        _declare(CookieGroup.objects.get(varname=category), key, declared, port)
    publish(by=OWNER, reason="What the shop uses has been declared.")


def _declare(group: CookieGroup, key: str, declared: Mapping[str, Any], port: int) -> None:
    service = Service(
        category=group,
        key=key,
        name=declared["name"],
        provider=f"{declared['name']} Ltd (invented)",
        purpose=declared["purpose"],
        role="processor",
        country="IE",
        data_types="IP address, browser, page visited",
        retention="14 months",
        hosts="\n".join(_at(port, place) for place in declared["hosts"]),
        patterns="\n".join(declared.get("patterns", ())),
        page_addresses=declared.get("page_addresses", False),
    )
    service.full_clean()
    service.save()
    for tracker in declared.get("trackers", ()):
        _declare_tracker(service, tracker)


def _declare_tracker(service: Service, tracker: Tracker) -> None:
    domain = f"{tracker.domain}.localhost" if tracker.domain else ""
    cookie = Cookie.objects.create(
        cookiegroup=service.category,
        name=tracker.name,
        domain=domain,
        description=tracker.description,
    )
    details = TrackerDetails(
        tracker=cookie,
        service=service,
        kind=tracker.kind,
        lifetime=tracker.lifetime,
        third_party=bool(domain),
    )
    details.full_clean()
    details.save()


def _at(port: int, place: str) -> str:
    """Return ``host/path`` as it is declared: with what the host ends in, and the port."""
    host, slash, path = place.partition("/")
    return f"{host}.localhost:{port}{slash}{path}"
