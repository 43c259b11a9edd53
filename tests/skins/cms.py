"""Wagtail's own pages beside the app; run by ``tests/test_skins.py``."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.screens import demonstrate

pytestmark = pytest.mark.django_db


def test_editors_work_as_before_and_pages_ask() -> None:
    root = Client()
    root.force_login(demonstrate())
    assert root.get("/cms/").status_code == 200
    assert "data-consent-dialog" not in root.get("/cms/").content.decode()
    page = Client().get("/en/")
    assert page.status_code == 200
    assert 'data-consent-dialog="banner"' in page.content.decode()
