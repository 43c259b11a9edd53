"""A complete registry in the database, for tests that read or publish it."""

from __future__ import annotations

from typing import Any

from cookie_consent.models import Cookie, CookieGroup

from consent import registry, seeds
from consent.models import Controller, Service, TrackerDetails, Translation

CONTROLLER = {
    "name": "Clínica Ejemplo S.L.",
    "address": "Calle Mayor 1, 28013 Madrid",
    "contact": "privacidad@clinica.example",
    "authority": "Agencia Española de Protección de Datos",
    "jurisdiction": "Spain",
}


def declare() -> Controller:
    """Plant the seeds and name the controller: nothing is missing then."""
    registry.plant(seeds.categories())
    controller = registry.fill_controller(CONTROLLER)
    assert controller is not None
    return controller


def group(key: str) -> CookieGroup:
    found: CookieGroup = CookieGroup.objects.get(varname=key)
    return found


def declare_service(key: str = "youtube", category: str = "media", **fields: Any) -> Service:
    """Declare a service with its Spanish texts."""
    values = {
        "name": "YouTube",
        "provider": "Google Ireland Ltd",
        "purpose": "Plays the videos of our results.",
        "role": "separate",
        "recipients": "Google LLC",
        "country": "US",
        "transfer": "EU-US Data Privacy Framework",
        "data_types": "IP address, video watched",
        "retention": "18 months",
        "hosts": "www.youtube.com\nwww.youtube-nocookie.com",
        "page_addresses": True,
    }
    service = Service(category=group(category), key=key, **{**values, **fields})
    service.full_clean()
    service.save()
    spanish = {
        "purpose": "Reproduce los vídeos de nuestros resultados.",
        "transfer": "Marco de privacidad UE-EE. UU.",
        "data_types": "Dirección IP, vídeo visto",
        "retention": "18 meses",
    }
    for field, text in spanish.items():
        translate(field, text, service=service)
    return service


def declare_tracker(
    name: str = "VISITOR_INFO1_LIVE",
    category: str = "media",
    *,
    service: Service | None = None,
    **fields: Any,
) -> TrackerDetails:
    """Declare a tracker with its Spanish purpose."""
    cookie = Cookie.objects.create(
        cookiegroup=group(category), name=name, description="Estimates your bandwidth."
    )
    translate("description", "Calcula su ancho de banda.", tracker=cookie)
    details = TrackerDetails(
        tracker=cookie, service=service, **{"lifetime": 180 * 86400, "third_party": True, **fields}
    )
    details.full_clean()
    details.save()
    return details


def translate(field: str, text: str, language: str = "es", **owner: Any) -> Translation:
    """Translate one text of one owner, given as ``service=…`` or the like."""
    translation = Translation(field=field, language=language, text=text, **owner)
    translation.full_clean()
    translation.save()
    return translation
