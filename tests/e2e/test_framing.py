"""A page of another site around ours grants nothing; a page of our own does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from consent.models import Record
from tests.e2e.conftest import Enter
from tests.e2e.expecting import EVERYTHING, NOTHING, eventually, loaded
from tests.e2e.visitor import Visitor
from tests.site import settings as site
from tests.site.thirdparty import ThirdParty

pytestmark = pytest.mark.urls("tests.e2e.pages")

Records = Callable[[], list[Record]]


@pytest.fixture(autouse=True)
def _may_be_framed(settings: Any) -> None:
    """Take the protection away that the demonstration site has."""
    settings.X_FRAME_OPTIONS = "ALLOWALL"  # no browser knows such a word
    settings.ALLOWED_HOSTS = ["*"]


def around(visitor: Visitor, host: str, *, sandbox: str = "", deep: bool = False) -> Page:
    """Open a page of a host that frames the clinic; ``deep`` with a page of the clinic on top."""
    port = visitor.base.rpartition(":")[2]
    own, outer = f"http://clinic.localhost:{port}", f"http://{host}:{port}"
    pages = [f"{outer}/around/", f"{own}/en/"] if deep else [f"{own}/en/"]
    query = urlencode({"page": pages, "sandbox": sandbox}, doseq=True)
    visitor.page.goto(f"{own if deep else outer}/around/?{query}")
    return visitor.page


def clinic_in(page: Page, *, deep: bool = False) -> FrameLocator:
    outer = page.frame_locator("iframe")
    return outer.frame_locator("iframe") if deep else outer


@pytest.mark.parametrize("host", ["evil.localhost", "www.clinic.localhost", "127.0.0.1"])
@pytest.mark.parametrize("deep", [False, True])
def test_another_origins_frame_grants_nothing_and_lets_refuse(
    enter: Enter, records: Records, page_mode: bool, third_party: ThirdParty, host: str, deep: bool
) -> None:
    """U12, P8: a neighbour of the same site or not, and behind a page of our own too."""
    visitor = enter()
    frame = clinic_in(around(visitor, host, deep=deep), deep=deep)
    frame.locator("[data-consent-action=accept]:visible").first.click()
    error = frame.locator("[data-consent-dialog=banner] [role=alert]")
    expect(error).to_contain_text("Open it in a window of its own")
    assert records() == []
    assert loaded(third_party) == NOTHING
    frame.locator("[data-consent-action=refuse]:visible").first.click()
    expect(frame.locator("[data-consent-dialog=banner]")).to_be_hidden()
    assert eventually(lambda: len(records()) == 1, visitor.page.wait_for_timeout)
    assert records()[0].action == "refuse"


def test_a_frame_that_forbids_script_grants_nothing(
    enter: Enter, records: Records, third_party: ThirdParty
) -> None:
    """U12, B10: the browser says that the form was sent in a frame."""
    visitor = enter()
    frame = clinic_in(around(visitor, "evil.localhost", sandbox="allow-forms allow-same-origin"))
    frame.locator("[data-consent-action=accept]:visible").first.click()
    expect(frame.locator("main [role=alert]").first).to_contain_text("in a window of its own")
    assert records() == []
    assert loaded(third_party) == NOTHING


def test_our_own_frame_grants(enter: Enter, records: Records, third_party: ThirdParty) -> None:
    visitor = enter()
    frame = clinic_in(around(visitor, "clinic.localhost"))
    frame.locator("[data-consent-action=accept]:visible").first.click()
    assert eventually(lambda: loaded(third_party) == EVERYTHING, visitor.page.wait_for_timeout)
    assert [record.action for record in records()] == ["accept"]


def test_a_site_that_is_meant_to_be_framed_grants(
    enter: Enter, records: Records, settings: Any, third_party: ThirdParty
) -> None:
    settings.CONSENT_FRAMED = True
    visitor = enter()
    frame = clinic_in(around(visitor, "www.clinic.localhost"))
    frame.locator("[data-consent-action=accept]:visible").first.click()
    assert eventually(lambda: loaded(third_party) == EVERYTHING, visitor.page.wait_for_timeout)
    assert [record.action for record in records()] == ["accept"]


def test_the_demonstration_site_is_framed_by_itself_alone(enter: Enter, settings: Any) -> None:
    settings.X_FRAME_OPTIONS = site.X_FRAME_OPTIONS
    visitor = enter()
    for host, shown in (("clinic.localhost", 1), ("evil.localhost", 0)):
        frame = clinic_in(around(visitor, host))
        expect(frame.locator("[data-consent-dialog=banner]")).to_have_count(shown)


def share(route: Route) -> None:
    """Serve a static file as WhiteNoise does."""
    answer = route.fetch(url=route.request.url.replace("clinic.localhost", "127.0.0.1"))
    route.fulfill(response=answer, headers={**answer.headers, "access-control-allow-origin": "*"})


@pytest.mark.parametrize("action", ["refuse", "close"])
@pytest.mark.parametrize("sandbox", ["allow-scripts", "allow-scripts allow-forms"])
def test_a_sandboxed_frames_banner_can_be_dismissed(
    enter: Enter, page_mode: bool, third_party: ThirdParty, sandbox: str, action: str
) -> None:
    """U5, U7: although nothing can be kept there, and forms may be forbidden; nothing grants.

    Browsers run a module there only where static files say that any origin may have them.
    """
    visitor = enter()
    visitor.context.route("**/static/**", share)
    frame = clinic_in(around(visitor, "clinic.localhost", sandbox=sandbox))
    banner = frame.locator("[data-consent-dialog=banner]")
    banner.locator("[data-consent-action=accept]").click()
    visitor.page.wait_for_timeout(500)
    assert loaded(third_party) == NOTHING
    banner.locator(f"[data-consent-action={action}]").click()
    expect(banner).to_be_hidden()
    assert loaded(third_party) == NOTHING
    assert visitor.errors == []
