"""What vendors are told: every call, its payload, and their order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from consent.core.notice import Notice
from consent.vendors import signals_html
from tests.js.pages import SIGNED, STATIC, Answer, Site, gate_html, page, placeholder, sample_notice
from tests.js.test_gates import GRANT, REFUSAL, press
from tests.js.test_state import BELIEVED, DOUBTED, FORGED, granted, refused

Visit = Callable[..., Page]
Types = dict[str, str]

GOOGLE = (
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
)
SIGNALS = {
    "statistics": ["google:analytics_storage", "clarity:analytics_Storage", "matomo"],
    "marketing": [
        "google:ad_storage",
        "google:ad_user_data",
        "google:ad_personalization",
        "uet:ad_storage",
        "clarity:ad_Storage",
    ],
    "media:video": ["google:personalization_storage"],
}
ALL_OF = {
    "google": [f"google:{kind}" for kind in GOOGLE],
    "uet": ["uet:ad_storage"],
    "clarity": ["clarity:ad_Storage", "clarity:analytics_Storage"],
    "matomo": ["matomo"],
}
GLOBALS = {"google": "dataLayer", "uet": "uetq", "clarity": "clarity", "matomo": "_paq"}
HEARD = """() => ({
  google: window.dataLayer?.map((entry) => entry.toString() == "[object Arguments]"
    ? [...entry] : entry),
  uet: window.uetq && [...window.uetq],
  clarity: window.clarity && [...window.clarity.q].map((entry) => [...entry]),
  matomo: window._paq && [..._paq],
})"""


def google(command: str, *yes: str) -> list[Any]:
    """Return a command of Consent Mode as Google documents it, all seven types in it."""
    types = {kind: "granted" if kind in yes else "denied" for kind in GOOGLE}
    return ["consent", command, {**types, "security_storage": "granted"}]


def uet(command: str, answer: str = "denied") -> list[Any]:
    """Return UET's command: three entries of its queue."""
    return ["consent", command, {"ad_storage": answer}]


def clarity(ads: str = "denied", analytics: str = "denied") -> list[Any]:
    """Return Clarity's command, which is the same for default and update."""
    return ["consentv2", {"ad_Storage": ads, "analytics_Storage": analytics}]


MATOMO = ["requireConsent"], ["setConsentGiven"], ["forgetConsentGiven"]
REQUIRE, GIVE, FORGET = (list(call) for call in MATOMO)
NOTHING_YET = {
    "google": [google("default")],
    "uet": uet("default"),
    "clarity": [clarity()],
    "matomo": [REQUIRE],
}
NOTHING = {
    "google": [google("default"), google("update")],
    "uet": uet("default") + uet("update"),
    "clarity": [clarity(), clarity()],
    "matomo": [REQUIRE],
}
EVERYTHING = {
    "google": [google("default"), google("update", *set(GOOGLE) - {"functionality_storage"})],
    "uet": uet("default") + uet("update", "granted"),
    "clarity": [clarity(), clarity("granted", "granted")],
    "matomo": [REQUIRE, GIVE],
}


@pytest.fixture(autouse=True)
def _mapping(settings: Any) -> None:
    settings.CONSENT_SIGNALS = SIGNALS


def heard(opened: Page) -> dict[str, Any]:
    """Return what each vendor's queue holds; a vendor without a queue is left out."""
    found: dict[str, Any] = opened.evaluate(HEARD)
    return {vendor: queue for vendor, queue in found.items() if queue is not None}


def html(
    notice: Notice | None = None,
    *,
    before: str = "",
    after: str = "",
    nonce: str = "",
    **fields: Any,
) -> str:
    """Return a page with the signals in its head, and scripts before and after them."""
    notice = notice or sample_notice()
    at = '<meta name="viewport"'
    head = f"{before}{signals_html(notice, nonce=nonce)}{after}{at}"
    return page(notice, nonce=nonce, **fields).replace(at, head)


def script(source: str) -> str:
    return f"<script>{source}</script>"


@pytest.mark.parametrize("cacheable", [False, True])
@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("", NOTHING_YET),
        (refused(), NOTHING),
        (granted("statistics~marketing~media", notice=1), EVERYTHING),
        (
            granted("statistics~?marketing~?media", notice=1),
            {
                "google": [google("default"), google("update", "analytics_storage")],
                "uet": uet("default") + uet("update"),
                "clarity": [clarity(), clarity(analytics="granted")],
                "matomo": [REQUIRE, GIVE],
            },
        ),
        (
            granted("media:video", notice=1),
            {
                **NOTHING,
                "google": [google("default"), google("update", "personalization_storage")],
            },
        ),
    ],
)
def test_every_page_tells_the_default_and_then_what_is_in_force(
    visit: Visit, stored: str, expected: dict[str, Any], cacheable: bool
) -> None:
    """W3, B1: undecided, refused, granted whole, in part with the rest unasked, one service."""
    opened = visit(html(cacheable=cacheable), stored=stored)
    assert heard(opened) == expected
    assert opened.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("stored", [*DOUBTED, *FORGED])
def test_doubt_is_told_to_nobody_as_a_decision(visit: Visit, stored: str) -> None:
    """B7: malformed, expired, from the future, of a notice no longer valid, forged."""
    opened = visit(html(sample_notice(number=3, oldest_valid=2)), stored=stored)
    assert heard(opened) == NOTHING_YET


@pytest.mark.parametrize("stored", BELIEVED)
def test_what_the_dialog_believes_is_told(visit: Visit, stored: str) -> None:
    """W7: the same cookie, the same answer as the dialog's script."""
    opened = visit(html(sample_notice(number=3, oldest_valid=2)), stored=stored)
    assert heard(opened)["google"][1][:2] == ["consent", "update"]
    assert len(heard(opened)["google"]) == 2


@pytest.mark.parametrize(
    ("answers", "category", "video"),
    [
        ("media", True, True),
        ("media:video", False, True),
        ("media:video~?media", False, True),
        ("media~!media:video", False, False),
        ("media~!media:maps", False, True),
        ("?media~statistics", False, False),
        ("mediator", False, False),
    ],
)
def test_a_type_follows_its_own_key_alone(
    visit: Visit, settings: Any, answers: str, category: bool, video: bool
) -> None:
    """G1: a category counts when it is granted whole, a service when it is granted at all."""
    settings.CONSENT_SIGNALS = {
        "media": ["google:ad_storage"],
        "media:video": ["google:ad_user_data"],
    }
    opened = visit(html(), stored=granted(answers, notice=1))
    yes = [kind for kind, on in (("ad_storage", category), ("ad_user_data", video)) if on]
    assert heard(opened) == {"google": [google("default"), google("update", *yes)]}


def test_any_of_several_keys_grants_a_type(visit: Visit, settings: Any) -> None:
    settings.CONSENT_SIGNALS = {"statistics": ["matomo"], "media:video": ["matomo"]}
    for answers in ("statistics", "media:video"):
        opened = visit(html(), stored=granted(answers, notice=1))
        assert heard(opened) == {"matomo": [REQUIRE, GIVE]}
    assert heard(visit(html(), stored=granted("marketing", notice=1))) == {"matomo": [REQUIRE]}


def test_a_key_that_the_notice_does_not_know_grants_nothing(visit: Visit, settings: Any) -> None:
    """B7: even where a cookie holds it; the vendor is told its default all the same."""
    settings.CONSENT_SIGNALS = {"adverts": ["uet:ad_storage"], "necessary": ["matomo"]}
    opened = visit(html(), stored=granted("adverts~necessary", notice=1))
    assert heard(opened) == {"uet": uet("default") + uet("update"), "matomo": [REQUIRE]}


@pytest.mark.parametrize("vendor", ALL_OF)
def test_only_vendors_that_are_named_are_spoken_to(
    visit: Visit, settings: Any, vendor: str
) -> None:
    """Nothing global is made for anybody else, nor for us."""
    everything = {**EVERYTHING, "google": [google("default"), google("update", *GOOGLE)]}
    settings.CONSENT_SIGNALS = {"marketing": ALL_OF[vendor]}
    stored = granted("marketing", notice=1)
    opened = visit(html(), stored=stored)
    assert heard(opened) == {vendor: everything[vendor]}
    names = "Object.getOwnPropertyNames(window)"
    added = set(opened.evaluate(names)) - set(visit(page(sample_notice())).evaluate(names))
    assert added == {GLOBALS[vendor]}


STUBS = script(
    "window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments)}"
    "gtag('config', 'G-1'); window.uetq = window.uetq || []; uetq.push('event', 'x', {});"
    "window.clarity = window.clarity || function () {"
    "  (window.clarity.q = window.clarity.q || []).push(arguments) };"
    "clarity('set', 'a', 'b'); window._paq = window._paq || []; _paq.push(['trackPageView']);"
)
QUEUED = {
    "google": [["config", "G-1"]],
    "uet": ["event", "x", {}],
    "clarity": [["set", "a", "b"]],
    "matomo": [["trackPageView"]],
}


def test_stubs_that_come_later_queue_behind_what_vendors_were_told(visit: Visit) -> None:
    opened = visit(html(after=STUBS), stored=refused())
    assert heard(opened) == {vendor: NOTHING[vendor] + QUEUED[vendor] for vendor in NOTHING}


def test_the_default_comes_before_what_a_stub_has_queued_already(visit: Visit) -> None:
    """The default precedes any config or event, although the page speaks first."""
    opened = visit(html(before=STUBS), stored=refused())
    updates = {"google": [google("update")], "uet": uet("update"), "clarity": [clarity()]}
    assert heard(opened) == {
        vendor: NOTHING_YET[vendor] + QUEUED[vendor] + updates.get(vendor, [])
        for vendor in NOTHING_YET
    }


def test_vendors_that_have_loaded_already_hear_it_at_once(visit: Visit) -> None:
    """What stands in their queue's place then is their own, and takes one command after another."""
    loaded = script(
        "window.log = []; const hear = (name) => (...all) => log.push([name, ...all]);"
        "window.dataLayer = []; dataLayer.push = (command) => log.push(['google', ...command]);"
        "window.uetq = { push: hear('uet') }; window.clarity = hear('clarity');"
        "window._paq = { push: (call) => log.push(['matomo', ...call]) };"
    )
    opened = visit(html(before=loaded), stored=granted("statistics", notice=1))
    assert opened.evaluate("log") == [
        ["google", *google("default")],
        ["uet", *uet("default")],
        ["clarity", *clarity()],
        ["matomo", *REQUIRE],
        ["google", *google("update", "analytics_storage")],
        ["uet", *uet("update")],
        ["clarity", *clarity(analytics="granted")],
        ["matomo", *GIVE],
    ]


# Choices on the page


def accepted(answers: str = "statistics~marketing~media") -> Answer:
    return Answer(200, GRANT.body, f"privacy_choice={granted(answers, notice=1)}")


def wait_until_told(opened: Page, count: int) -> None:
    opened.wait_for_function(f"dataLayer.filter((e) => e[0] == 'consent').length >= {count}")
    opened.wait_for_timeout(100)


@pytest.mark.parametrize("cacheable", [False, True])
@pytest.mark.parametrize(
    ("action", "answer", "expected"),
    [("accept", accepted(), EVERYTHING), ("refuse", REFUSAL, NOTHING), ("close", REFUSAL, NOTHING)],
)
def test_a_choice_is_told_once_on_the_page_where_it_is_made(
    visit: Visit, site: Site, action: str, answer: Answer, expected: Any, cacheable: bool
) -> None:
    """W3."""
    site.answer = answer
    opened = visit(html(cacheable=cacheable))
    assert heard(opened) == NOTHING_YET
    press(opened, action)
    expect(opened.locator("#consent-status")).to_contain_text(answer.body["message"])
    wait_until_told(opened, 2)
    assert heard(opened) == expected


def test_a_grant_that_is_not_recorded_is_not_told(visit: Visit, site: Site) -> None:
    """P8."""
    site.answer = Answer(503, {"error": "No."})
    opened = visit(html())
    press(opened, "accept")
    expect(opened.locator(".consent-notice [data-error]")).to_contain_text("No.")
    assert heard(opened) == NOTHING_YET


def test_a_withdrawal_is_told(visit: Visit, site: Site) -> None:
    """W3."""
    site.answer = Answer(200, {**REFUSAL.body, "decision": "withdraw"}, REFUSAL.cookie)
    stored = granted("statistics~marketing~media", notice=1)
    opened = visit(html(banner_hidden=True, granted=True), stored=stored)
    assert heard(opened) == EVERYTHING
    opened.click("[data-consent-action=withdraw]")
    expect(opened.locator("#consent-status")).to_contain_text(REFUSAL.body["message"])
    assert heard(opened) == {
        "google": [*EVERYTHING["google"], google("update")],
        "uet": EVERYTHING["uet"] + uet("update"),
        "clarity": [*EVERYTHING["clarity"], clarity()],
        "matomo": [REQUIRE, GIVE, FORGET],
    }


def test_an_offline_withdrawal_is_told(visit: Visit) -> None:
    """P8, W3: a refusal never needs the server, nor does telling of it."""
    stored = granted("statistics", notice=1)
    opened = visit(html(banner_hidden=True, granted=True), stored=stored)
    opened.context.set_offline(True)
    opened.click("[data-consent-action=withdraw]")
    wait_until_told(opened, 3)
    assert heard(opened)["matomo"] == [REQUIRE, GIVE, FORGET]


def test_vendors_are_told_before_the_page_reloads(visit: Visit, site: Site) -> None:
    """W3: told in the page where the vendor's script ran; the next one starts from the default."""
    # Noted where it outlives the page
    vendor = script(
        "window._paq.push = function (call) {"
        "  sessionStorage.told = (sessionStorage.told ?? '') + call + ' ' };"
    )
    gate = gate_html(vendor, category="statistics", service="", granted=True)
    stored = granted("statistics", notice=1)
    opened = visit(html(banner_hidden=True, granted=True, body=gate), stored=stored)
    site.answer = REFUSAL
    site.pages["/"] = html(banner_hidden=True)
    opened.evaluate("window.same = true")
    opened.click("[data-consent-action=withdraw]")
    opened.wait_for_function("!window.same && document.readyState == 'complete'")
    assert opened.evaluate("sessionStorage.told") == "forgetConsentGiven "
    assert heard(opened) == NOTHING


def test_a_service_allowed_at_its_placeholder_is_told_alone(visit: Visit, site: Site) -> None:
    """V2."""
    notice = sample_notice()
    site.answer = accepted("media:video~?media~?statistics~?marketing")
    gate = gate_html("<b>video</b>", box=placeholder(notice))
    opened = visit(html(notice, body=gate))
    press(opened, "always", inside="placeholder")
    wait_until_told(opened, 2)
    assert heard(opened)["google"] == [
        google("default"),
        google("update", "personalization_storage"),
    ]
    assert heard(opened)["matomo"] == [REQUIRE]


def test_loading_once_is_no_choice_that_vendors_hear_of(visit: Visit, site: Site) -> None:
    """V2."""
    notice = sample_notice()
    site.answer = Answer(200, {**GRANT.body, "decision": "once"})
    opened = visit(html(notice, body=gate_html("<b id=loaded>x</b>", box=placeholder(notice))))
    press(opened, "load-once", inside="placeholder")
    expect(opened.locator("#loaded")).to_be_visible()
    assert heard(opened) == NOTHING_YET


CHANGED = "document.cookie = 'privacy_choice={value}; Path=/'"
RETURNS = {
    "back": "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))",
    "tab": "document.dispatchEvent(new Event('visibilitychange'))",
    "change": "document.dispatchEvent(new CustomEvent('consent:change', { detail: {} }))",
}


def test_a_refusal_that_the_server_signs_later_is_told_once(visit: Visit) -> None:
    opened = visit(html())
    for value in (refused(), refused(signature=SIGNED)):
        opened.evaluate(CHANGED.format(value=value) + ";" + RETURNS["change"])
    assert heard(opened) == NOTHING


@pytest.mark.parametrize("event", RETURNS)
def test_a_choice_made_elsewhere_is_told_when_the_page_comes_back(visit: Visit, event: str) -> None:
    """W3: out of the browser's back and forward cache, or from under another tab."""
    # Without the dialog, and without the cookies' own event, which would be quicker
    alone = script("delete Window.prototype.cookieStore; delete window.cookieStore")
    body = f"<!doctype html><head>{alone}{signals_html(sample_notice())}</head>"
    opened = visit(body, stored=granted("statistics", notice=1))
    opened.evaluate(CHANGED.format(value=refused()) + ";" + RETURNS[event])
    assert heard(opened)["matomo"] == [REQUIRE, GIVE, FORGET]
    opened.evaluate(RETURNS[event])
    opened.evaluate("document.cookie = 'privacy_choice=; Path=/; Max-Age=0';" + RETURNS[event])
    updates = [command[1] for command in heard(opened)["google"]]
    assert updates == ["default", "update", "update", "update"]
    assert heard(opened)["google"][-1] == google("update")


def test_a_choice_in_another_tab_is_told_at_once_where_the_browser_says_so(visit: Visit) -> None:
    """W3."""
    opened = visit(html(), stored=granted("statistics", notice=1))
    other = opened.context.new_page()
    other.goto(opened.url)
    other.evaluate(CHANGED.format(value=refused()))
    opened.wait_for_function("_paq.length == 3")
    assert heard(opened)["matomo"] == [REQUIRE, GIVE, FORGET]


# Policies, and vendors of the site's own


def test_it_runs_under_a_strict_policy(visit: Visit, site: Site) -> None:
    """B9."""
    site.headers = {
        "Content-Security-Policy": "default-src 'self'; script-src 'nonce-one' 'strict-dynamic'; "
        "require-trusted-types-for 'script'"
    }
    note = (
        "addEventListener('securitypolicyviolation', (e) => (window.bad ??= []).push(e.blockedURI))"
    )
    site.answer = accepted()
    opened = visit(html(nonce="one", before=f"<script nonce=one>{note}</script>"))
    press(opened, "accept")
    wait_until_told(opened, 2)
    assert heard(opened) == EVERYTHING
    assert opened.evaluate("window.bad") is None


def test_the_script_needs_no_sink_and_no_build() -> None:
    source = (STATIC / "signals.js").read_text("utf-8")
    for word in ("eval(", "Function(", "innerHTML", "import ", "export ", "setTimeout"):
        assert word not in source


VENDOR = """
document.dispatchEvent(new CustomEvent("consent:vendor", { detail: {
  name: "newsletter",
  default: (types) => (window.log ??= []).push(["default", types]),
  update: (types) => log.push(["update", types]),
} }));
"""
NO = {"opens": "denied", "clicks": "denied"}


@pytest.fixture
def _newsletter(settings: Any) -> None:
    settings.CONSENT_SIGNAL_VENDORS = {"newsletter": ["opens", "clicks"], "counter": []}
    settings.CONSENT_SIGNALS = {
        "statistics": ["newsletter:opens", "counter", "matomo"],
        "marketing": ["newsletter:clicks"],
    }


@pytest.mark.usefixtures("_newsletter")
def test_another_vendor_is_told_by_a_few_lines_of_the_page(visit: Visit, site: Site) -> None:
    """The invented one hears the default, what is in force, and every choice."""
    opened = visit(html(after=script(VENDOR)))
    assert opened.evaluate("log") == [["default", NO]]
    site.answer = accepted("statistics")
    press(opened, "accept")
    opened.wait_for_function("log.length == 2")
    opened.reload()
    given = {"opens": "granted", "clicks": "denied"}
    assert opened.evaluate("log") == [["default", NO], ["update", given]]
    opened.evaluate(CHANGED.format(value=refused()))
    opened.evaluate(RETURNS["change"])
    assert opened.evaluate("log") == [["default", NO], ["update", given], ["update", NO]]
    assert heard(opened) == {"matomo": [REQUIRE, GIVE, FORGET]}


@pytest.mark.usefixtures("_newsletter")
def test_a_vendor_that_comes_with_a_gate_hears_all_that_holds(visit: Visit, site: Site) -> None:
    gate = gate_html(script(VENDOR), category="statistics", service="")
    site.answer = accepted("statistics")
    opened = visit(html(body=gate))
    press(opened, "accept")
    opened.wait_for_function("window.log?.length == 2")
    assert opened.evaluate("log[1]") == ["update", {"opens": "granted", "clicks": "denied"}]


@pytest.mark.usefixtures("_newsletter")
def test_a_vendor_of_one_type_hears_it_as_consent(visit: Visit) -> None:
    counter = script(VENDOR.replace('"newsletter"', '"counter"'))
    opened = visit(html(after=counter), stored=granted("statistics", notice=1))
    assert opened.evaluate("log") == [
        ["default", {"consent": "denied"}],
        ["update", {"consent": "granted"}],
    ]


@pytest.mark.usefixtures("_newsletter")
@pytest.mark.parametrize("name", ["stranger", "constructor", "__proto__"])
def test_a_vendor_that_the_mapping_does_not_name_is_told_nothing(visit: Visit, name: str) -> None:
    stranger = script(VENDOR.replace('"newsletter"', f'"{name}"'))
    warn = script("console.warn = (text) => window.warned = text")
    opened = visit(html(before=warn, after=stranger), stored=granted("statistics", notice=1))
    assert opened.evaluate("window.log") is None
    assert name in opened.evaluate("warned")


@pytest.mark.usefixtures("_newsletter")
def test_a_vendor_that_fails_keeps_nobody_from_being_told(visit: Visit) -> None:
    failing = script(
        "window.failed = []; addEventListener('error', (e) => failed.push(e.message));"
        "document.addEventListener('DOMContentLoaded', () => {" + VENDOR + "});"
        "window._paq = { push() { throw new Error('paq') } };"
    )
    opened = visit(html(before=failing), stored=granted("statistics", notice=1))
    assert len(opened.evaluate("log")) == 2
    assert opened.evaluate("failed") == ["Uncaught Error: paq"] * 2
