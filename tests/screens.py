"""Every screen of the app in Django's admin, found by walking it, and rows to be shown on them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, reverse

from consent import moments
from consent.accesses import note_access
from consent.models import (
    Access,
    Anchor,
    AnswerTally,
    Hold,
    Presentation,
    Removal,
    Run,
    Service,
    Sighting,
    SubjectRequest,
    Translation,
)
from consent.publishing import publish
from consent.sealing import seal
from tests.remembering import NOW, OTHER, RECEIPT, remember
from tests.site.setup import set_up

APPS = ("consent", "cookie_consent")
WORDS = {
    "language": "es",
    "digest": "0" * 64,
    "kind": "record",
    "form": "iso",
    "part": "whole",
}
"""What stands for an argument of an address that is not a row's key."""
KEYS = ("object_id", "number", "pk", "id")
QUERIES = {"consent_notice_preview_frame": "?language=es"}
"""What an address is nothing without."""

Screens = dict[str, str]


def demonstrate(third_party_origin: str = "http://localhost:8001") -> User:
    """Fill the clinic with rows of every kind; return a superuser."""
    set_up(third_party_origin)
    shown = Presentation.objects.order_by("pk").first()
    digest = shown.digest if shown else ""
    republish()
    for days, action in enumerate(("withdraw", "choose", "accept", "once")):
        remember(action, days + 1, RECEIPT, presentation=digest)
    remember("refuse", 1, presentation=digest, language="es", layer="preferences")
    seal()
    for action in ("accept", "refuse", "choose"):
        remember(action, 0, OTHER, decided_at=moments.now())
    remember("accept", 0, RECEIPT, presentation=digest)
    user = User.objects.create_superuser("root")
    AnswerTally.objects.get_or_create(
        site="clinic", day="2030-05-31", notice=1, language="en", layer="banner",
        key="media", defaults={"granted": 1},
    )  # fmt: skip
    Hold.objects.create(receipt=RECEIPT, reason="A claim.", set_by="root")
    SubjectRequest.objects.create(kind="access", receipt=RECEIPT, entered_by="root")
    SubjectRequest.objects.create(kind="erasure", receipt=RECEIPT, entered_by="root")
    seen = {"first_seen": NOW, "last_seen": NOW}
    Sighting.objects.get_or_create(site="clinic", name="_new", kind="cookie", defaults=seen)
    Run.objects.create(task="seal", ended_at=moments.now(), is_sound=True)
    Anchor.objects.create(kind="file", seal=1, digest="0" * 64, place="/srv/anchors.txt")
    Removal.objects.create(
        kind="purge", reason="Older than that.", removed_by="consent_purge", count=3,
        digest="0" * 64, mac="0" * 64,
    )  # fmt: skip
    note_access(Access.What.REQUEST, who="root", subject="request 1")
    return user


def republish() -> None:
    """Publish a second notice, and leave a change in the draft and a text without a translation."""
    service = Service.objects.get(key="visits")
    service.retention = "Thirty days"
    service.save()
    publish(by="root", reason="The period was stated.")
    service.purpose = "Counts which pages are read, and how long."
    service.provider = "Visits Ltd."
    service.save()
    Translation.objects.filter(service=service, field="retention").delete()


def screens(client: Client) -> Screens:
    """Return the address of every page that answers with HTML, by the name of its URL.

    Raise LookupError for an address with an argument that nothing here stands for.
    """
    found = {f"{app} index": reverse("admin:app_list", args=[app]) for app in APPS}
    found["admin index"] = reverse("admin:index")
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in APPS:
            row = model._default_manager.order_by("-pk").first()
            for pattern in model_admin.get_urls():
                found |= _address(pattern, model, row)
    return {name: address for name, address in found.items() if _is_page(client, address)}


def _address(pattern: Any, model: type[Model], row: Model | None) -> Screens:
    # Django's own address for what used to be a change page only redirects.
    if not isinstance(pattern, URLPattern) or pattern.name is None:
        return {}
    arguments: dict[str, Any] = {}
    for name in pattern.pattern.converters:
        if name in KEYS:
            if row is None:
                return {}
            arguments[name] = row.pk
        elif name in WORDS:
            arguments[name] = WORDS[name]
        else:
            raise LookupError(f"{pattern.name} of {model.__name__} asks for {name}: see WORDS")
    address = reverse(f"admin:{pattern.name}", kwargs=arguments)
    return {pattern.name: address + QUERIES.get(pattern.name, "")}


def _is_page(client: Client, address: str) -> bool:
    """Whether there is a page to see: no download, nothing that only takes what is sent to it."""
    answer = client.get(address)
    assert answer.status_code < 500, address
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    return answer.status_code == 200 and is_html
