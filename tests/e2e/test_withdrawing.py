"""After a withdrawal the browser holds nothing of the withdrawn services, and asks them nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cookie_consent.models import Cookie, CookieGroup
from playwright.sync_api import Browser, expect

from consent import publishing
from consent.models import Service, TrackerDetails, Translation
from tests.e2e.conftest import Enter
from tests.e2e.expecting import NOTHING, eventually, loaded
from tests.e2e.visitor import CHOICE, Visitor
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.pages")
DEEP = "/gates/writing/"
SEED = """async () => {
    for (const name of ["_visits", "_visits_1", "_visits_deep"]) {
        for (const path of ["/", "/gates/"]) {
            for (const domain of ["", "clinic.localhost", "www.clinic.localhost"]) {
                const place = domain && `; Domain=${domain}`;
                document.cookie = `${name}=1; Max-Age=1000; Path=${path}${place}`;
            }
        }
    }
    document.cookie = "unrelated=1; Path=/";
    localStorage.setItem("visits_queue", 1);
    localStorage.setItem("unrelated", 1);
    sessionStorage.setItem("visits_tab", 1);
    await new Promise((done) => {
        const request = indexedDB.open("visits-db");
        request.onsuccess = () => done(request.result.close());
    });
}"""


def declare(name: str, kind: str, **where: str) -> None:
    """Declare one more tracker of the clinic's statistics."""
    group = CookieGroup.objects.get(varname="statistics")
    cookie = Cookie.objects.create(cookiegroup=group, name=name, description="Counts.", **where)
    TrackerDetails.objects.create(
        tracker=cookie, kind=kind, lifetime=3600, service=Service.objects.get(key="visits")
    )
    Translation.objects.create(tracker=cookie, field="description", language="es", text="Cuenta.")


@pytest.fixture
def www(clinic: Any, settings: Any, browser: Browser) -> Any:
    """Enter the clinic at a sub-domain, with trackers of every kind and on two domains declared."""
    settings.ALLOWED_HOSTS = ["*"]
    declare("_visits_deep", "cookie", domain=".clinic.localhost", path="/gates/")
    declare("visits_tab", "session")
    declare("visits-db", "indexeddb")
    assert publishing.publish(by="tests", reason="More trackers are declared.")
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(10_000)
    yield Visitor.enter(context, clinic.url.replace("127.0.0.1", "www.clinic.localhost"))
    context.close()


def left(visitor: Visitor) -> dict[str, Any]:
    """Return what is left but the choice and what belongs to nobody in the registry."""
    cookies = [c for c in visitor.context.cookies() if c["name"] not in (CHOICE, "unrelated")]
    own = [(c["name"], c["domain"], c["path"]) for c in cookies if "clinic" in c["domain"]]
    stored = visitor.storage()
    stored.get("local", {}).pop("unrelated", None)
    return {"cookies": own, **{kind: held for kind, held in stored.items() if held}}


@pytest.mark.parametrize("by", ["withdraw", "refuse in the preferences"])
def test_nothing_of_the_withdrawn_service_is_left(
    www: Visitor,
    third_party: ThirdParty,
    page_mode: bool,
    records: Callable[[], list[Any]],
    by: str,
) -> None:
    """W3, W4: on two domains and two paths, in storage and databases, written again every 50 ms."""
    www.open("/en/").choose("accept")
    www.open(DEEP)
    www.page.evaluate(SEED)
    assert eventually(lambda: "again" in www.cookies().values(), www.page.wait_for_timeout)
    assert len(left(www)["cookies"]) >= 12
    assert {"local", "session", "databases"} <= set(left(www))
    third_party.clear()
    www.page.evaluate("window.before = true")
    if by == "withdraw":
        www.page.locator("[data-consent-action=withdraw]:visible").click()
    else:
        www.page.locator("a.consent-link").first.click()
        www.control("refuse", inside="preferences").click()
    www.page.wait_for_function("!window.before")  # the script had run, so the page reloads
    www.page.wait_for_load_state("load")
    assert www.page.url.endswith("#consent-elsewhere")
    assert eventually(lambda: left(www) == {"cookies": []}, www.page.wait_for_timeout), left(www)
    www.page.wait_for_timeout(300)
    assert left(www) == {"cookies": []}
    assert "unrelated" in www.cookies()
    assert www.page.evaluate("localStorage.getItem('unrelated')") == "1"
    assert records()[-1].action == "withdraw"
    assert www.status.get_by_text("cannot be deleted from here").is_visible()
    assert loaded(third_party) == NOTHING
    assert third_party.log == []


@pytest.mark.parametrize("fragment", ["", "#/orders/7", "#main"])
def test_a_reload_keeps_the_fragment_and_says_what_there_is_to_say(
    enter: Enter, page_mode: bool, fragment: str
) -> None:
    """W3, W4: a single page's own address stays, and nothing is kept of what was said."""
    visitor = enter().open("/en/" + fragment)
    visitor.choose("accept")
    assert eventually(lambda: visitor.answers != "", visitor.page.wait_for_timeout)
    visitor.open("/public/").open("/en/" + fragment)
    visitor.page.wait_for_timeout(500)
    visitor.page.evaluate("window.before = true")
    visitor.page.locator("[data-consent-action=withdraw]:visible").first.click()
    visitor.page.wait_for_function("!window.before")
    expect(visitor.status.locator("p:visible").first).to_be_visible()
    if fragment:
        expect(visitor.status).to_contain_text("You allow nothing optional")
        assert visitor.page.evaluate("location.hash") == fragment
    assert visitor.storage() == {}
    visitor.page.reload()
    if fragment:
        expect(visitor.status.locator("p:visible")).to_have_count(0)
