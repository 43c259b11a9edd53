"""A visitor of the tests' pages, and a notice complete enough to be shown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client

from consent.core.notice import Category, Notice
from consent.models import Record
from consent.texts import compile_wording
from tests.core.notices import notice

NAME = "privacy_choice"
ORIGIN = {"origin": "http://testserver"}
COUNTRIES = ("DE", "NL", "US")
PRESENTATION = "5" * 64


@cache
def _wording(language: str) -> dict[str, str]:
    return compile_wording(language, COUNTRIES)


def worded(*categories: Category, **fields: Any) -> Notice:
    """Return a notice with every sentence, in English and Spanish."""
    wording = {language: _wording(language) for language in ("en", "es")}
    return replace(notice(*categories), **{"wording": wording, **fields})


class Visitor(Client):
    """A browser that keeps cookies and posts choices as the dialog's forms do."""

    def choose(self, means: str = "", *, headers: Any = ORIGIN, **fields: Any) -> HttpResponse:
        """Post a choice as a plain form; keywords beyond the fields replace them."""
        extra = {"secure": fields.pop("secure", False)}
        data = {
            "notice": 1,
            "language": "en",
            "presentation": PRESENTATION,
            "layer": "banner",
            "next": "/page/",
            **({"means": means} if means else {}),
            **fields,
        }
        data = {name: value for name, value in data.items() if value is not None}
        return self.post("/privacy/decision/", data, headers=headers, **extra)

    def choose_json(self, means: str = "", *, headers: Any = ORIGIN, **fields: Any) -> HttpResponse:
        """Post a choice as script does."""
        accept = {"accept": "application/json"}
        return self.choose(means, headers={**headers, **accept}, **{"by": "script", **fields})

    @property
    def value(self) -> str:
        """The value of the cookie that the browser holds, or nothing."""
        morsel = self.cookies.get(NAME)
        return morsel.value if morsel else ""

    def carry(self, value: str, name: str = NAME) -> None:
        """Let the browser send a cookie exactly as it stands."""
        self.cookies[name] = ""
        self.cookies[name].set(name, value, value)


def records() -> list[Record]:
    """Return every record, oldest first."""
    return list(Record.objects.order_by("id"))


def set_cookies(response: HttpResponse) -> set[str]:
    """Return the names of the cookies that a response sets or deletes."""
    return {morsel.key for morsel in response.cookies.values()}


def deleted(response: HttpResponse) -> set[tuple[str, str, str]]:
    """Return name, path and domain of every cookie that a response deletes."""
    return {
        (morsel.key, morsel["path"], morsel["domain"])
        for morsel in response.cookies.values()
        if morsel["max-age"] in ("0", 0)
    }


def awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in an event loop of its own; close the connections of its thread."""

    async def run() -> Any:
        try:
            return await coroutine
        finally:
            await sync_to_async(connections.close_all)()

    return asyncio.run(run())


@contextmanager
def refusing(*starts: str) -> Iterator[list[str]]:
    """Let the database refuse statements that start so; without any, all of them."""
    tried: list[str] = []

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.replace("`", '"').startswith(starts or ""):  # MariaDB quotes names otherwise
            tried.append(sql)
            raise OperationalError("the database is gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield tried


def answers(yes: Iterable[str] = (), unasked: Iterable[str] = ()) -> dict[str, str]:
    """Return the answers to the usual notice: no, but for those named."""
    keys = ("statistics", "statistics:visits", "marketing", "media", "media:video", "media:maps")
    said = dict.fromkeys(keys, "no") | dict.fromkeys(unasked, "unasked")
    return said | dict.fromkeys(yes, "yes")
