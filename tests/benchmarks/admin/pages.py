"""The admin's pages as an auditor opens them, and how long each takes, in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from time import perf_counter
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from consent.admin.keyset import Place
from consent.models import Record
from tests.benchmarks.admin import millions

LIST = "/admin/consent/record/"
STOCK = "/stock/consent/record/"
STOCK_SECONDS = 60
"""How long a page of the stock admin may take before the database gives up."""

FILTERS = {
    "today": "when=today",
    "past 7 days": "when=7",
    "past 365 days": "when=365",
    "a quarter": "since=2025-01-01&until=2025-03-31",
    "a day": "since=2025-02-03&until=2025-02-03",
    "decision": "action__exact=refuse",
    "a rare decision": "action__exact=once",
    "category granted": "answer=statistics%3Dyes",
    "service refused": "answer=media%3Afilm%3Dno",
    "language": "language=es",
    "a rare language": f"language={millions.RARE_LANGUAGE}",
    "layer": "layer__exact=preferences",
    "a rare layer": f"layer__exact={millions.RARE_LAYER}",
    "site": "site=shop",
    "notice": "notice=1",
    "refusals in Spanish of a quarter": "action__exact=refuse&language=es"
    "&since=2025-01-01&until=2025-03-31",
    "granted and refused in one site": "answer=media%3Dyes&action__exact=choose&site=shop",
    "the rarest combination": f"action__exact=once&language={millions.RARE_LANGUAGE}"
    f"&layer__exact={millions.RARE_LAYER}&site=shop&notice=2",
    "no match": f"language={millions.NO_LANGUAGE}",
}
YEAR = "overview, a year"
SOUGHT = {
    "search, found": millions.HISTORY,
    "search, one found": "{receipt}",
    "search, not found": "0" * 25 + "2",
}


def addresses() -> dict[str, str]:
    """Return by name the address of every page that is measured."""
    middle, first, last = (_nth(share) for share in (0.5, 0, 1))
    after = f"after={Place.of(middle)}"
    sealed = Record.objects.filter(receipt=millions.HISTORY)
    found = {
        "first": LIST,
        "middle": f"{LIST}?{after}",
        "last": f"{LIST}?before=oldest",
        **{f"by {name}": f"{LIST}?{query}" for name, query in FILTERS.items()},
        "by decision, middle": f"{LIST}?action__exact=refuse&{after}",
        "by decision, last": f"{LIST}?action__exact=refuse&before=oldest",
        "by a rare language, middle": f"{LIST}?language={millions.RARE_LANGUAGE}&{after}",
        "by site, last": f"{LIST}?site=shop&before=oldest",
    }
    one = Record.objects.filter(pk__lte=middle.pk).exclude(receipt="").latest("pk").receipt
    for name, receipt in SOUGHT.items():
        found[name] = f"{LIST}?q={receipt.replace('{receipt}', one)}"
    details = {"newest": last, "oldest": first, "with a history": sealed.latest("pk")}
    for name, row in details.items():
        found[f"record, {name}"] = reverse("admin:consent_record_change", args=[row.pk])
    overview = reverse("admin:app_list", args=["consent"])
    found["overview"] = overview
    return {**found, "overview, 90 days": f"{overview}?days=90", YEAR: f"{overview}?days=365"}


def stock_addresses() -> dict[str, str]:
    """Return the pages of the stock admin that answer the same, by the same names."""
    pages = -(-Record.objects.count() // 100)
    middle = _nth(0.5)
    return {
        "first": STOCK,
        "middle": f"{STOCK}?p={pages // 2}",
        "last": f"{STOCK}?p={pages}",
        "by decision": f"{STOCK}?action__exact=refuse",
        "by a rare language": f"{STOCK}?language={millions.RARE_LANGUAGE}",
        "by layer": f"{STOCK}?layer__exact=preferences",
        "by a quarter": f"{STOCK}?decided_at__gte=2025-01-01&decided_at__lt=2025-04-01",
        "search, found": f"{STOCK}?q={millions.HISTORY}",
        "record, newest": f"{STOCK}{middle.pk}/change/",
    }


def timed(address: str) -> tuple[float, float, int]:
    """Return how many milliseconds a page took, how many of them the database, and its rows."""
    with _database_seconds() as seconds:
        start = perf_counter()
        shown = client().get(address)
        taken = perf_counter() - start
    assert shown.status_code == 200, (address, shown.status_code, shown.headers.get("Location"))
    # What templates were given is kept for tests alone.
    listed = (getattr(shown, "context_data", None) or {}).get("cl")
    return taken * 1000, seconds() * 1000, len(listed.result_list) if listed else 0


def stock_timed(address: str) -> float:
    """Return how many milliseconds a page of the stock admin took at least."""
    client()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{STOCK_SECONDS}s'")
    start = perf_counter()
    with suppress(OperationalError):  # as many at least
        timed(address)
    return (perf_counter() - start) * 1000


@cache
def client() -> Client:
    """Return somebody who is logged in right after the newest record was made."""
    patch("django.utils.timezone.now", return_value=millions.END).start()
    client = Client()
    client.force_login(User.objects.get(username=millions.USER))
    return client


def _nth(share: float) -> Any:
    last = Record.objects.order_by("-pk").values_list("pk", flat=True)[0]
    return Record.objects.filter(pk__gte=max(1, int(last * share))).earliest("pk")


@contextmanager
def _database_seconds() -> Iterator[Callable[[], float]]:
    spent: list[float] = []

    def watch(execute: Any, *arguments: Any) -> Any:
        start = perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(perf_counter() - start)

    with connection.execute_wrapper(watch):
        yield lambda: sum(spent)
