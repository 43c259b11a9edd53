"""What a notice says for the controller's records of processing activities (Art. 30 GDPR)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from consent.core.localized import localized
from consent.core.notice import Notice

Plain = dict[str, Any]

CONSENT_LOG = "consent-log"
"""The key of the service by which a notice declares the log of decisions itself."""


def processing(notice: Notice, language: str, *, inside: Collection[str] = ()) -> Plain:
    """Return controller, purposes, data, recipients, transfers and retention in one language.

    ``inside`` holds the countries to which a transfer needs no basis of its own. A service of the
    controller's own is no recipient; one in the controller's own country is no transfer.
    """
    said = localized(notice, language)
    categories: list[Plain] = said["optional"] + said["required"]
    services = [service for category in categories for service in category["services"]]
    return {
        "controller": said["controller"],
        "purposes": [
            {
                "name": category["name"],
                "purpose": category["purpose"],
                "is_asked": not category["required"],
                "services": [(each["name"], each["purpose"]) for each in category["services"]],
            }
            for category in categories
        ],
        "data": _by_text(services, "data_types"),
        "recipients": _recipients(services),
        "transfers": [
            {
                "service": service["name"],
                "country": service["country_text"],
                "basis": service["transfer"],
            }
            for service in services
            if service["country"] and service["country"] not in inside
        ],
        "retention": _by_text(services, "retention"),
        "declares_log": any(service["key"] == CONSENT_LOG for service in services),
    }


def _by_text(services: Iterable[Plain], field: str) -> list[tuple[str, str]]:
    """Return each text of a field once, with the names of the services that it is of."""
    names: dict[str, list[str]] = {}
    for service in services:
        names.setdefault(service[field], []).append(service["name"])
    return [(text, ", ".join(dict.fromkeys(of))) for text, of in names.items() if text]


def _recipients(services: Iterable[Plain]) -> list[tuple[str, str]]:
    """Return who receives data, with the role of each; a provider receives what its tool does."""
    found: dict[str, list[str]] = {}
    for service in services:
        if service["third_party"]:
            for name in (service["provider"], *service["recipients"]):
                if name:
                    roles = found.setdefault(name, [])
                    roles.append(f"{service['name']}: {service['role_text']}")
    return [(name, "; ".join(dict.fromkeys(roles))) for name, roles in found.items()]
