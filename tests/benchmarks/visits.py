"""Who visits which page: the registry both apps read, visitors who chose, and Django's handler."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import cycle
from random import randrange
from typing import Any

from cookie_consent.models import CookieGroup
from django.core.handlers.base import BaseHandler
from django.core.management import call_command
from django.http import HttpRequest, HttpResponseBase
from django.test import RequestFactory, override_settings

from consent import notices, publishing, registry, seeds
from consent.conf import conf
from consent.cookies import signed_value
from consent.core.notice import Category, Notice, Service, Tracker
from consent.core.state import DAY, ConsentState, refusal
from consent.recording import new_receipt

STATES = ("undecided", "granted", "refused")
MODES = {"per_visitor": False, "cacheable": True}
"""The value of ``CONSENT_CACHEABLE_PAGES`` by the mode's name."""

MIDDLEWARE: Mapping[str, list[str]] = {
    "bare": [],
    "ours": ["consent.middleware.ConsentMiddleware", "consent.middleware.ContentMiddleware"],
    "dcc": ["cookie_consent.middleware.CleanCookiesMiddleware"],
    "dcc_lean": ["cookie_consent.middleware.CleanCookiesMiddleware"],
    "vanilla": [],
}
SERVICES = {"statistics": "visits", "marketing": "ads", "media": "film"}
TRACKERS = 5
CONTROLLER = {
    "name": "Clinic",
    "address": "1 Example Street, Dublin",
    "contact": "privacy@clinic.example",
    "authority": "Data Protection Commission",
    "jurisdiction": "Ireland",
}
OTHERS = {"sessionid": "x" * 32, "csrftoken": "y" * 32}
"""What every visitor's browser sends besides."""
DECLARED_BY = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
"""Whose cookies those are."""


@cache
def published() -> Notice:
    """Fill an empty database and publish; return the notice that is in force."""
    call_command("migrate", verbosity=0)
    with override_settings(MIDDLEWARE=DECLARED_BY):
        registry.plant([_declared(category) for category in seeds.categories()])
    registry.fill_controller(CONTROLLER)
    publishing.publish(by="the benchmarks")
    notice = notices.in_force(conf.site)
    assert notice is not None
    assert [len(category.trackers) for category in notice.optional] == [TRACKERS] * 4
    return notice


def cookies(app: str, state: str) -> dict[str, str]:
    """Return what the browser of a visitor in that state sends to a site with that app.

    Everybody who granted has a cookie of their own.
    """
    if state == "undecided" or app in ("bare", "vanilla"):
        return dict(OTHERS)
    if app != "ours":
        return {**OTHERS, "cookie_consent": _dcc_value(is_grant=state == "granted")}
    return {**OTHERS, conf.cookie_name: signed_value(_decided(state), site=conf.site)}


def _decided(state: str) -> ConsentState:
    notice, now = published(), int(time.time())
    if state == "refused":
        return refusal(notice.number, now)
    granted = frozenset(category.key for category in notice.optional)
    decided = now - randrange(100 * DAY)
    return ConsentState(notice.number, decided, granted, receipt=new_receipt())


def _dcc_value(*, is_grant: bool) -> str:
    groups = CookieGroup.objects.filter(is_required=False)
    return "|".join(f"{g.varname}={g.get_version() if is_grant else '-1'}" for g in groups)


def handler(app: str) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return Django's own handler with that app's middlewares, without a server or test client."""
    with override_settings(MIDDLEWARE=MIDDLEWARE[app]):
        base = BaseHandler()
        base.load_middleware()
    return base.get_response


def visit(app: str, state: str, *, visitors: int = 1) -> Callable[[], HttpRequest]:
    """Return a function that makes one request for that app's page, by so many visitors in turn."""
    factory = RequestFactory()
    sent = cycle([_header(cookies(app, state)) for _ in range(visitors)])
    return lambda: factory.get(f"/{app}/", headers={"cookie": next(sent)})


def _header(sent: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in sent.items())


def _declared(category: Category) -> Category:
    if category.required:
        return category
    names = [f"{category.key}_{number}" for number in range(1, TRACKERS + 1)]
    service = SERVICES.get(category.key)
    return replace(
        category,
        trackers=tuple(_tracker(name) for name in names),
        services=(_service(service),) if service else (),
    )


def _tracker(name: str) -> Tracker:
    return Tracker(
        name=name,
        kind="cookie",
        domain="",
        path="/",
        lifetime=180 * 86400,
        provider={},
        purpose={"en": "Tells one browser from another for half a year."},
        third_party=True,
        criterion="",
        reason={},
    )


def _service(key: str) -> Service:
    texts: dict[str, Any] = {
        "name": f"Example {key}",
        "provider": "Example Ltd",
        "purpose": "Receives which page is open and answers with what it shows.",
        "recipients": "Example Ltd",
        "transfer": "",
        "data_types": "IP address, page address",
        "retention": "13 months",
        "policy_url": f"https://{key}.example/privacy",
    }
    return Service(
        key=key,
        role="processor",
        country="IE",
        hosts=(f"{key}.example",),
        page_addresses=True,
        trackers=(),
        **{name: {"en": text} for name, text in texts.items()},
    )
