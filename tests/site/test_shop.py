"""The shop: nothing in it is tagged, and what its owner declares is complete."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.checks import run_checks

from consent.core.hosts import shared
from consent.notices import in_force
from tests.site.shop.declaration import SERVICES
from tests.site.shop.settings import HERE, SHOP
from tests.site.shop.setup import set_up
from tests.site.shop.vendors import FILES, SERVED

TAG = re.compile(r"{%\s*((?:end)?consent\w*)")


@pytest.fixture
def shop(db: None, settings: Any) -> None:
    for name, value in SHOP.items():
        setattr(settings, name, value)
    set_up(SHOP["SHOP_VENDORS_PORT"])


def test_nothing_in_the_shop_is_tagged() -> None:
    used = {
        page.name: TAG.findall(page.read_text("utf-8"))
        for page in (HERE / "templates" / "shop").iterdir()
    }
    assert sorted(used.pop("base.html")) == [
        "consent_banner",
        "consent_guard",
        "consent_head",
        "consent_link",
    ]
    assert not any(used.values())


def test_ten_vendors_are_asked_about_and_told_apart(shop: None) -> None:
    notice = in_force("shop")
    assert notice is not None
    asked = {f"{c.key}:{service.key}" for c in notice.optional for service in c.services}
    assert asked == SERVICES.keys()
    assert len(asked) == 10
    assert shared(notice) == {}
    assert [found for found in run_checks() if (found.id or "").startswith("consent.W033")] == []


def test_every_file_of_a_vendor_is_served() -> None:
    assert {path.name for path in FILES.iterdir()} == set(SERVED.values())
