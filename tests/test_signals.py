"""The tag that tells vendors: where it stands, what it says, and that it is the same for all."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from tests.core.notices import category
from tests.pages import rendered
from tests.test_tags import request_with
from tests.visiting import worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

TAG = "{% consent_signals %}"
SIGNALS = {
    "statistics": ["google:analytics_storage", "matomo"],
    "media:video": ["google:personalization_storage"],
    "unheard": ["google:ad_storage"],
    "necessary": ["google:ad_user_data"],
}
NOBODY: dict[str, list[str]] = {
    "ad_storage": [],
    "ad_user_data": [],
    "ad_personalization": [],
    "analytics_storage": [],
    "functionality_storage": [],
    "personalization_storage": [],
}


@pytest.fixture(autouse=True)
def _mapping(settings: Any) -> None:
    settings.CONSENT_SIGNALS = SIGNALS


def parameters(html: str) -> dict[str, str]:
    """Return the data attributes of the one script element."""
    assert html.count("<script ") == html.count("</script>") == 1
    return {n: unescape(v) for n, v in re.findall(r'data-([a-z]+)="([^"]*)"', html)}


def routed(html: str) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(parameters(html)["vendors"])
    return found


@pytest.mark.usefixtures("asked")
def test_the_tag_is_one_classic_script_that_the_parser_waits_for() -> None:
    html = rendered(request_with(), TAG)
    assert html.startswith('<script src="/static/consent/signals.js" data-name="privacy_choice"')
    assert not re.search(r"\b(async|defer|type|nonce)\b", html)
    assert {n: v for n, v in parameters(html).items() if n != "vendors"} == {
        "name": "privacy_choice",
        "oldest": "1",
        "grant": "185",
        "refusal": "185",
        "notice": "1",
    }


@pytest.mark.usefixtures("asked")
def test_what_the_notice_asks_about_grants_and_nothing_else_does() -> None:
    """B7: neither a category nobody declared, nor one that nobody is asked about."""
    assert routed(rendered(request_with(), TAG)) == {
        "google": {
            **NOBODY,
            "analytics_storage": ["statistics"],
            "personalization_storage": ["media:video"],
        },
        "matomo": {"consent": ["statistics"]},
    }


@pytest.mark.usefixtures("asked")
def test_the_tag_says_the_same_to_every_visitor(settings: Any) -> None:
    """B8: it never makes a page private, in either page mode."""
    outputs = set()
    for cacheable in (False, True):
        settings.CONSENT_CACHEABLE_PAGES = cacheable
        requests = request_with(), request_with("media"), request_with(refused=True)
        outputs |= {rendered(request, TAG) for request in requests}
        assert not any(request.consent.depends for request in requests)  # type: ignore[attr-defined]  # ours
    assert len(outputs) == 1


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("value", [{}, None, "google", ["google"], {"media": "google"}])
def test_without_vendors_the_tag_is_nothing(settings: Any, value: Any) -> None:
    settings.CONSENT_SIGNALS = value
    assert rendered(request_with(), TAG) == ""


@pytest.mark.usefixtures("asked")
def test_nothing_is_said_by_default(settings: Any) -> None:
    del settings.CONSENT_SIGNALS
    assert rendered(request_with(), TAG) == ""


@pytest.mark.usefixtures("asked")
def test_the_nonce_is_the_pages() -> None:
    """B9."""
    assert ' nonce="of context"' in rendered(request_with(), TAG, csp_nonce="of context")
    request = request_with()
    request.csp_nonce = "of request"  # type: ignore[attr-defined]  # what a policy's middleware sets
    assert ' nonce="of request"' in rendered(request, TAG)


def believes_no_grant(html: str) -> bool:
    values = parameters(html)
    grants = [keys for types in routed(html).values() for keys in types.values() if keys]
    return int(values["oldest"]) > int(values["notice"]) and grants == []


def test_without_a_notice_vendors_are_told_that_all_is_denied() -> None:
    """B1."""
    assert believes_no_grant(rendered(request_with(), TAG))


@pytest.mark.usefixtures("asked")
def test_what_grants_nothing_tells_so(settings: Any) -> None:
    """U8, B7: a language without texts, and the app switched off."""
    with override("ca"):
        assert believes_no_grant(rendered(request_with("media"), TAG))
    settings.COOKIE_CONSENT_ENABLED = False
    assert believes_no_grant(rendered(request_with("media"), TAG))


def test_the_number_and_age_are_those_in_force(publish: Any, settings: Any) -> None:
    """W7, W8."""
    settings.CONSENT_GRANT_DAYS, settings.CONSENT_REFUSAL_DAYS = 90, 200
    publish(worded(category("statistics")), number=7, oldest_valid=5)
    values = parameters(rendered(request_with(), TAG))
    assert (values["notice"], values["oldest"]) == ("7", "5")
    assert (values["grant"], values["refusal"]) == ("90", "200")


@pytest.mark.usefixtures("asked")
def test_vendors_of_the_sites_own_reach_the_script(settings: Any) -> None:
    settings.CONSENT_SIGNAL_VENDORS = {"newsletter": ["opens", "clicks"]}
    settings.CONSENT_SIGNALS = {"marketing": ["newsletter:opens"]}
    found = {"newsletter": {"opens": ["marketing"], "clicks": []}}
    assert routed(rendered(request_with(), TAG)) == found


@pytest.mark.usefixtures("asked")
def test_no_name_ends_the_attribute(settings: Any) -> None:
    settings.CONSENT_SIGNALS = {'"><script>alert(1)</script>': ["matomo"]}
    html = rendered(request_with(), TAG)
    assert routed(html) == {"matomo": {"consent": []}}


@pytest.mark.usefixtures("asked")
def test_without_a_visitor_vendors_are_told_that_all_is_denied() -> None:
    """B2: an error page may carry a vendor's own tag, which would take silence for consent."""
    template = Template("{% load consent %}" + TAG)
    bare: HttpRequest = RequestFactory().get("/")
    for context in ({}, {"request": bare}, {"request": None, "csp_nonce": "abc"}):
        html = template.render(Context(context))
        assert 'data-notice="0"' in html
        assert all(not any(route.values()) for route in routed(html).values())
        assert ('nonce="abc"' in html) is ("csp_nonce" in context)
