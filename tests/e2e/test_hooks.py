"""The names that reach the browser: stable hooks, and none that a filter list hides or blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import consent
from tests.e2e.conftest import Enter
from tests.e2e.visitor import Visitor

LANGUAGES = ("en", "es")
STATIC = Path(consent.__file__).parent / "static"
OURS = (
    "[data-consent-dialog], #consent-status, .consent-link-group, template[data-consent-category], "
    "template[data-consent-end], body.consent-page"
)
SWITCHES = ["marketing", "media", "media:maps", "media:video", "statistics"]
GATES = ["marketing:adnet", "media:maps", "media:video", "statistics:visits"]

# What lists of cookie notices hide, as families of names: the exact ones that they hold, and the
# substrings that stricter lists go by.
LISTED = """
#accept-cookies #aviso-cookies #banner-cookies #cc-window #CookieBanner #CookieConsent
#CookiebotWidget #consent #consent-banner #consent-bar #consent-box #consent-container
#consent-dialog #consent-layer #consent-manager #consent-message #consent-modal #consent-overlay
#consent-panel #consent-popup #consent-preferences-dialog #consent-wrapper #consentBanner
#consentContainer #consentDialog #consentModal #consentPopup #cookie #cookie-banner #cookie-bar
#cookie-consent #cookie-law-info-bar #cookie-notice #cookie-policy #cookieConsent #cookieNotice
#cookiePolicy #cookies #cmp-banner #cmpbox #didomi-host #eu-cookie #euCookie #gdpr #gdpr-banner
#gdpr-consent #gdpr-overlay #onetrust-consent-sdk #privacy-banner #privacy-notice #privacy-overlay
#privacy-popup #tarteaucitronRoot #usercentrics-root
.c-consent .cc-banner .cc-dialog .cc-window .cmp-container .cookie-alert .cookie-bar
.cookie-banner .cookie-choices .cookie-choices-info .cookie-consent .cookie-consent-banner
.cookie-disclaimer .cookie-law .cookie-message .cookie-modal .cookie-notice .cookie-overlay
.cookie-policy .cookie-popup .cookie-warning .cookieBanner .cookieConsent .cookies-banner
.consent .consent-background-overlay .consent-banner .consent-banner-container .consent-bar
.consent-box .consent-confirmation-banner .consent-container .consent-content .consent-cookies
.consent-cta .consent-dialog .consent-holder .consent-layer .consent-manager .consent-message
.consent-modal .consent-overlay .consent-panel .consent-pop-up .consent-popover .consent-popup
.consent-prompt .consent-toast .consent-toolbar .consent-wall .consent-wrapper .consentBanner
.consentContainer .consentPopup .consentWrapper .consent__banner .consent_box .consentbanner
.eu-cookie-compliance-banner .gdpr .gdpr-banner .gdpr-consent .gdpr-modal .gdpr-notice
.gdpr-popup .js-consent-banner .js-cookie-consent .js-cookie-notice .privacy-banner
.privacy-consent .privacy-notice .privacy-overlay .privacy-popup
[aria-label*="cookie"i] [class^="cookie"i] [class*="cookie"i]
[class*="gdpr"i] [class*="CookieConsent"] [class*="consent-banner"] [class*="consent-modal"]
[class*="consent-overlay"] [class*="consent-popup"] [class*="consent-dialog"]
[data-cookie-banner] [data-cookieconsent] [data-role="consent-banner"]
[data-testid="consent-banner"] [data-testid*="cookie"i] [id^="cookie"i] [id*="cookie"i]
[id*="gdpr"i] [id*="consent-banner"] [id*="consent-modal"] [id*="consent-popup"]
[id*="sp_message_container"]
"""
HIDDEN = LISTED.split()

# What they block, in the syntax of the lists: `*` is anything, `^` a separator.
PATTERNS = """
-consent-banner. -consent-banner- -cookie-banner. -cookie-bar. -cookie-consent. -cookie-consent.js
-cookie-consent/ -cookie-notice. -cookie-policy. -gdpr-compliance/ -gdpr-popup. -tracking-consent.
.consent-cookie. .cookieconsent. .cookienotice. .gdpr.js /accept-cookie /cc-cookie-consent/
/cmp-banner.js /cmp/cmp.js /cmp.bundle.js /cnil.js /consent-banner- /consent-dialog.
/consent-management.js /consent-management/ /consent-manager. /consent-manager/ /consent-tracking-
/consent.js /consent.min.js /consent.min.js? /consent/manager/ /consent/message. /consentUI/
/consentcookie.js /cookie-bar. /cookie-bar/ /cookie-banner* /cookie-consent. /cookie-consent/
/cookie-law. /cookie-notice. /cookie-notice/ /cookie-policy. /cookie-policy/ /cookie.js
/cookie_consent. /cookie_consent/ /cookie_policy/ /cookieConsent/ /cookiebanner. /cookieconsent.
/cookieconsent/ /cookielaw/ /cookienotice. /cookies-policy/ /data-consent. /didomi.js
/eu-cookie. /eu-cookie-law- /gdpr-consent* /gdpr-cookie. /gdpr.js /gdpr/ /idg-consent.
/implied-consent. /implied-consent/ /onetrust/ /otBannerSdk. /pm_assets/privacy/ /policy_cookie.
/privacy-banner. /privacy-bar/ /privacy-consent- /privacy-manager.js /privacy-modal.js
/privacy-policy.js /privacy/bundle-modern.js /privacy/cookie. /privacy_cookie. /privacy_popup?
/privacychoices.js /privacycookie/ /privacypolicy.js /privacyPopup/ /tarteaucitron.
/tracking-opt-in. /wp-gdpr- cookieconsent.* cookieconsent.min.
"""
BLOCKED = PATTERNS.split()

MATCHED = """([ours, selectors]) => {
  const elements = [...document.querySelectorAll(ours)]
    .flatMap((root) => [root, ...root.querySelectorAll("*")]);
  return selectors.flatMap((selector) => elements.filter((element) => element.matches(selector))
    .map((element) => `${selector}: ${element.outerHTML.slice(0, 100)}`));
}"""
NAMES = """(ours) => [...new Set([...document.querySelectorAll(ours)]
  .flatMap((root) => [root, ...root.querySelectorAll("*")])
  .flatMap((element) => [element.id, ...element.classList]).filter(Boolean))]"""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Both languages of the site."""
    return str(request.param)


def hooks(page: Page, attribute: str, within: str = "html") -> set[str]:
    """Return the values that an attribute has on a page."""
    found = page.locator(f"{within} [{attribute}]").evaluate_all(
        "(elements, name) => elements.map((element) => element.getAttribute(name))", attribute
    )
    return set(found)


def pairs(page: Page, selector: str) -> list[str]:
    """Return ``category`` or ``category:service`` of every element, in alphabetical order."""
    return sorted(
        page.locator(selector).evaluate_all(
            "(all) => all.map(({ dataset: { consentCategory, consentService } }) =>"
            " [consentCategory, consentService].filter(Boolean).join(':'))"
        )
    )


def test_every_container_and_control_has_its_hook(enter: Enter, page_mode: bool) -> None:
    """Every value that is documented, and none that is not."""
    page = enter().open().page
    assert hooks(page, "data-consent-dialog") == {"banner", "preferences", "placeholder"}
    expected = {
        "[data-consent-dialog=banner]": {"refuse", "accept", "choose", "close"},
        "[data-consent-dialog=preferences]": {"save", "refuse", "accept", "close"},
        "[data-consent-dialog=placeholder]": {"load-once", "always"},
        ".consent-link-group": {"choose", "withdraw"},
        "#consent-status": {"close"},
    }
    for container, actions in expected.items():
        assert hooks(page, "data-consent-action", container) == actions
    everything = {action for actions in expected.values() for action in actions}
    assert hooks(page, "data-consent-action") == everything
    bare = page.locator(f":is({OURS}) :is(button, input[type=checkbox])").evaluate_all(
        "(all) => all.filter(({ dataset }) => !dataset.consentAction && !dataset.consentCategory)"
        ".map((element) => element.outerHTML)"
    )
    assert bare == []


def test_the_preferences_page_has_the_same_hooks(enter: Enter) -> None:
    """B10: scripts of the site and tools find the same names there."""
    page = enter(java_script_enabled=False).open("/privacy/").page
    container = "main [data-consent-dialog=preferences]"
    assert hooks(page, "data-consent-action", container) >= {"save", "refuse", "accept"}
    assert pairs(page, f"{container} input[data-consent-category]") == SWITCHES


def test_switches_and_gates_name_their_category_and_service(enter: Enter, page_mode: bool) -> None:
    """And so do the placeholders of the gates."""
    page = enter().open().page
    assert pairs(page, "dialog input[data-consent-category]") == SWITCHES
    assert pairs(page, "template[data-consent-category]") == GATES
    assert pairs(page, "[data-consent-dialog=placeholder]") == ["media:maps", "media:video"]
    values = page.locator("dialog input[data-consent-category]").evaluate_all(
        "(boxes) => boxes.map((box) => box.value)"
    )
    assert sorted(values) == SWITCHES


def test_the_document_says_whether_the_visitor_has_decided(enter: Enter, page_mode: bool) -> None:
    """``data-consent-state`` on ``<html>``, in both page modes, at once and after a reload."""
    visitor = enter().open()
    root = visitor.page.locator("html")
    assert root.get_attribute("data-consent-state") == "undecided"
    visitor.choose("always", inside="placeholder")
    assert root.get_attribute("data-consent-state") == "undecided"
    visitor.choose("refuse")
    visitor.page.wait_for_function("document.documentElement.dataset.consentState === 'decided'")
    visitor.open("/es/")
    assert root.get_attribute("data-consent-state") == "decided"


def everything_of_ours(visitor: Visitor, language: str) -> list[Callable[[], Any]]:
    """Return the ways to the pages that show all that is ours."""

    def preferences() -> None:
        visitor.open(f"/{language}/").control("choose").click()
        expect(visitor.preferences).to_be_visible()

    def after() -> None:
        visitor.open(f"/{language}/").choose("accept")

    def path(address: str) -> Callable[[], Any]:
        return lambda: visitor.open(address)

    return [path(f"/{language}/"), preferences, path("/privacy/"), after, path("/privacy/receipt/")]


def test_no_filter_hides_anything_of_ours(enter: Enter, language: str, page_mode: bool) -> None:
    """Banner, preferences, placeholder, link, status, and our pages: by selector and by name."""
    visitor = enter()
    for show in everything_of_ours(visitor, language):
        show()
        assert visitor.page.evaluate(MATCHED, [OURS, HIDDEN]) == []
        names = visitor.page.evaluate(NAMES, OURS)
        assert names
        assert [name for name in names if re.search("cookie|gdpr", name, re.IGNORECASE)] == []


def test_a_hidden_name_would_be_found(enter: Enter) -> None:
    """The measurement can fail, on a container and inside one."""
    page = enter().open().page
    page.evaluate("document.querySelector('[data-consent-dialog]').classList.add('consent-banner')")
    page.evaluate("document.querySelector('dialog h2').id = 'my-Cookie-title'")
    found = {match.partition(": ")[0] for match in page.evaluate(MATCHED, [OURS, HIDDEN])}
    assert found == {".consent-banner", '[class*="consent-banner"]', '[id*="cookie"i]'}


def filtered(urls: list[str]) -> list[str]:
    """Return the addresses that a pattern of the lists blocks."""
    return [f"{pattern} {url}" for url in urls for pattern in BLOCKED if blocks(pattern, url)]


def blocks(pattern: str, url: str) -> bool:
    """Whether a pattern in the syntax of filter lists matches an address, in any case."""
    source = re.escape(pattern).replace(r"\*", ".*").replace(r"\^", r"(?:[^\w.%-]|$)")
    return re.search(source, url, re.IGNORECASE) is not None


def test_no_filter_blocks_an_address_of_ours(enter: Enter, page_mode: bool) -> None:
    """Everything a visitor's browser asks this site for, and every file that is shipped."""
    visitor = enter()
    for show in everything_of_ours(visitor, "en"):
        show()
    visitor.page.locator("a.consent-link, a[href^='/privacy/']").first.click()
    visitor.page.wait_for_load_state("load")
    asked = sorted({url for url in visitor.requests if url.startswith(visitor.base)})
    paths = {url.removeprefix(visitor.base).partition("?")[0] for url in asked}
    assert paths >= {"/privacy/", "/privacy/decision/", "/privacy/receipt/"}
    shipped = [
        f"/static/{file.relative_to(STATIC)}" for file in STATIC.rglob("*") if file.is_file()
    ]
    assert {"/static/consent/dialog.js", "/static/consent/dialog.css"} <= paths & set(shipped)
    assert filtered(asked + shipped) == []


def test_a_blocked_address_would_be_found() -> None:
    """The measurement can fail: the names of django-cookie-consent's own files and addresses."""
    addresses = ["/static/cookie_consent/cookiebar.js", "/consent.min.js", "/cookie-banner-2.css"]
    assert len({match.split()[1] for match in filtered(addresses)}) == 3


REFUSES = {"en": "Reject all", "es": "Rechazar todo"}
OPENS = {
    "en": ("Your privacy choices", "We use cookies"),
    "es": ("Sus opciones de privacidad", "Usamos cookies"),
}


def test_tools_can_read_the_banner_without_a_rule(
    enter: Enter, language: str, page_mode: bool
) -> None:
    """Fixed, in the light DOM, no sticky part; one element refuses in words that tools know."""
    banner = enter().open(f"/{language}/").banner
    styles = banner.evaluate(
        "(banner) => [banner, ...banner.querySelectorAll('*')]"
        ".map((element) => getComputedStyle(element).position)"
    )
    assert styles[0] == "fixed"
    assert not {"fixed", "sticky"} & set(styles[1:])
    assert banner.evaluate("(banner) => banner.getRootNode() === document")
    assert banner.evaluate("(b) => [...b.querySelectorAll('*')].every((e) => !e.shadowRoot)")
    says = banner.evaluate(
        "(b) => [...b.querySelectorAll('button, a, [role=button], input')]"
        ".filter((e) => e.checkVisibility()).map((e) => e.innerText.trim())"
    )
    assert says.count(REFUSES[language]) == 1
    title, opening = OPENS[language]
    assert re.match(rf"{title}\s+{opening}", banner.inner_text())


def test_visible_text_is_the_accessible_name(enter: Enter, language: str) -> None:
    """Whoever speaks to a control says what stands on it."""
    visitor = enter().open(f"/{language}/")
    for opened in (False, True):
        if opened:
            visitor.control("choose").click()
            expect(visitor.preferences).to_be_visible()
            visitor.page.locator("dialog summary").first.click()
        controls = visitor.page.locator(f":is({OURS}) :is(button, a, summary):visible").all()
        assert len(controls) > 5
        for control in controls:
            attributes = "(e) => [e.ariaLabel, e.title, e.getAttribute('aria-labelledby')]"
            assert not any(control.evaluate(attributes))
            text = control.inner_text().strip()
            assert text
            if control.evaluate("(e) => e.tagName") == "SUMMARY":
                continue
            role = "button" if control.evaluate("(e) => e.tagName") == "BUTTON" else "link"
            named = visitor.page.get_by_role(role, name=text, exact=True)  # type: ignore[arg-type]  # one of two roles
            assert named.and_(control).count() == 1
        for box in visitor.page.locator("dialog input:visible").all():
            text = box.evaluate("(box) => box.labels[0].innerText.trim()")
            named = visitor.page.get_by_role("checkbox", name=text, exact=True)
            assert named.and_(box).count() == 1
