"""The middlewares' asynchronous twins, and asynchronous views."""

from __future__ import annotations

import time
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction
from django.test import AsyncClient

from consent import notices
from consent.cookies import signed_value
from consent.core.notice import Notice
from consent.core.state import ConsentState
from consent.middleware import ConsentMiddleware, ContentMiddleware
from consent.testing import grant
from tests.core.notices import category, tracker
from tests.visiting import NAME, ORIGIN, PRESENTATION, Visitor, awaited, deleted, records, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_ours(settings: Any) -> None:
    """Run nothing but asynchronous code, so that any synchronous query would raise."""
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "consent.middleware.ContentMiddleware",
    ]


def choice(**fields: Any) -> dict[str, Any]:
    shown = {"notice": 1, "language": "en", "presentation": PRESENTATION, "layer": "banner"}
    return {**shown, **fields}


def get(path: str, client: AsyncClient) -> Any:
    return awaited(client.get(path))


def test_the_twins_are_told_apart() -> None:
    async def later(request: Any) -> None: ...

    for middleware in (ConsentMiddleware, ContentMiddleware):
        assert iscoroutinefunction(middleware(later))
        assert not iscoroutinefunction(middleware(lambda _: None))


@pytest.mark.parametrize("path", ["/async/", "/page/"])
@pytest.mark.usefixtures("asked")
def test_a_cold_asynchronous_page_shows_the_dialog(path: str) -> None:
    """B1."""
    notices.forget()
    response = get(path, AsyncClient())
    html = response.content.decode()
    assert 'data-consent-dialog="banner"' in html
    assert "data-consent-granted" not in html
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.usefixtures("asked")
def test_an_asynchronous_page_shows_what_is_granted_and_nothing_on_garbage() -> None:
    """B7."""
    client = AsyncClient()
    grant(client, "media")  # type: ignore[arg-type]  # it has cookies, as the other has
    assert "data-consent-granted" in get("/async/", client).content.decode()
    client.cookies[NAME].set(NAME, "garbage", "garbage")
    assert "data-consent-granted" not in get("/async/", client).content.decode()


@pytest.mark.usefixtures("asked")
def test_a_page_that_does_not_ask_is_untouched() -> None:
    response = get("/async-plain/", AsyncClient())
    assert response["ETag"] == '"plain"'
    assert response["Cache-Control"] == "public, max-age=600"
    assert not response.cookies


@pytest.mark.usefixtures("asked")
def test_a_decision_is_taken_and_recorded() -> None:
    """P1."""
    client = AsyncClient()

    async def choose_and_look() -> tuple[Any, Any]:
        taken = await client.post(
            "/privacy/decision/", choice(means="accept", next="/async/"), headers=ORIGIN
        )
        return taken, await client.get("/async/")

    taken, page = awaited(choose_and_look())
    assert taken.status_code == 303
    assert "data-consent-granted" in page.content.decode()
    assert [record.action for record in records()] == ["accept"]


def test_cookies_of_what_is_not_granted_go(publish: Any) -> None:
    """W3."""
    publish(worded(category("media", trackers=[tracker("player", domain=".clinic.example")])))
    client = AsyncClient()
    client.cookies["player"] = "1"
    assert deleted(get("/async/", client)) == {
        ("player", path, domain)
        for path in ("/", "/async/", "/async")
        for domain in ("", ".clinic.example")
    }


def test_a_signed_cookie_that_names_a_newer_notice_makes_the_process_look(publish: Any) -> None:
    """W7."""
    publish(worded())
    notices.in_force("clinic")
    held = dict(notices._HELD)
    newer: Notice = publish(worded(), number=2, oldest_valid=2)
    notices._HELD.update(held)
    state = ConsentState(2, int(time.time()), frozenset({"media"}), receipt="0" * 26)
    value = signed_value(state, site=newer.site)
    client = AsyncClient()
    client.cookies[NAME] = ""
    client.cookies[NAME].set(NAME, value, value)
    assert "data-consent-granted" in get("/async/", client).content.decode()


@pytest.mark.parametrize("path", ["/async/", "/page/"])
@pytest.mark.usefixtures("asked")
def test_a_middleware_that_knows_no_async_between_ours_breaks_nothing(
    path: str, settings: Any
) -> None:
    """The first one runs in a thread then, and the second one in the event loop."""
    settings.MIDDLEWARE = [
        "consent.middleware.ConsentMiddleware",
        "tests.test_async.synchronous",
        "consent.middleware.ContentMiddleware",
    ]
    notices.forget()
    response = get(path, AsyncClient())
    assert 'data-consent-dialog="banner"' in response.content.decode()


def synchronous(get_response: Any) -> Any:
    """Do nothing, in a thread."""
    return lambda request: get_response(request)  # noqa: PLW0108 - sync, which the other is not


@pytest.mark.parametrize("path", ["/async/", "/async-plain/"])
def test_a_synchronous_server_runs_an_asynchronous_view(publish: Any, path: str) -> None:
    """DESIGN 4.12: it asks for the notice before the view's event loop, warm or not."""
    publish(worded())
    for _time in range(2):
        notices.forget()
        for _again in range(2):
            response = Visitor().get(path)
            assert response.status_code == 200
    assert ("<form" in response.content.decode()) == (path == "/async/")
