"""Notices for tests of the core, built without Django."""

from __future__ import annotations

from collections.abc import Sequence

from consent.core.notice import Category, Controller, Notice, Service, Tracker


def text(english: str, spanish: str | None = None) -> dict[str, str]:
    return {"en": english, "es": english if spanish is None else spanish}


def tracker(name: str = "_visits", *, lifetime: int | None = 3600, **fields: object) -> Tracker:
    values: dict[str, object] = {
        "name": name,
        "kind": "cookie",
        "domain": "",
        "path": "/",
        "lifetime": lifetime,
        "provider": text("Clinic"),
        "purpose": text("Counts visits", "Cuenta visitas"),
        "third_party": False,
        "criterion": "",
        "reason": text(""),
    }
    return Tracker(**{**values, **fields})  # type: ignore[arg-type]  # fields come by name


def service(key: str = "video", *, trackers: Sequence[Tracker] = (), **fields: object) -> Service:
    values: dict[str, object] = {
        "key": key,
        "name": text(key.title()),
        "provider": text("Provider Ltd"),
        "purpose": text("Shows a film", "Muestra un vídeo"),
        "role": "separate",
        "recipients": text(""),
        "country": "US",
        "transfer": text("Adequacy decision"),
        "data_types": text("address, browser"),
        "retention": text("2 years"),
        "policy_url": text("https://provider.example/privacy"),
        "hosts": ("provider.example",),
        "page_addresses": True,
        "trackers": tuple(trackers),
    }
    return Service(**{**values, **fields})  # type: ignore[arg-type]  # fields come by name


def category(
    key: str,
    *services: Service,
    required: bool = False,
    trackers: Sequence[Tracker] = (),
    purpose: str = "Says what it is for",
) -> Category:
    return Category(
        key=key,
        required=required,
        name=text(key.title()),
        purpose=text(purpose),
        services=services,
        trackers=tuple(trackers),
    )


def notice(*categories: Category, number: int = 1, oldest_valid: int = 1) -> Notice:
    default = (
        category("necessary", required=True, trackers=[tracker("sessionid", criterion="B")]),
        category("statistics", service("visits"), trackers=[tracker()]),
        category("marketing"),
        category("media", service("video"), service("maps")),
    )
    return Notice(
        site="clinic",
        number=number,
        oldest_valid=oldest_valid,
        languages=("en", "es"),
        controller=Controller(
            name=text("Clinic"),
            address=text("1 Street"),
            contact=text("privacy@clinic.example"),
            dpo=text(""),
            authority=text("Authority"),
            jurisdiction=text("ES"),
            policy_url=text(""),
        ),
        categories=categories or default,
        wording={"en": {"accept": "Accept all"}, "es": {"accept": "Aceptar todo"}},
    )
