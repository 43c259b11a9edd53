"""A site that uses nothing optional: nobody is asked, the link and the admin say so (U14)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings

from consent import notices, publishing
from consent.core.notice import Notice
from tests.conftest import Publish
from tests.core.notices import category, notice, tracker
from tests.declaring import declare, declare_service
from tests.visiting import Visitor, records, worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

NOTHING = "This site uses nothing optional"
LINK = re.compile(r'<a class="consent-link"[^>]* href="([^"]+)"[^>]*>([^<]+)</a>')
NECESSARY = category("necessary", required=True, trackers=[tracker("sessionid", criterion="B")])


@pytest.fixture
def quiet(publish: Publish) -> Notice:
    """A notice that asks nothing."""
    return publish(worded(NECESSARY))


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("cacheable", [False, True])
def test_there_is_no_dialog_and_the_link_says_why(visitor: Visitor, *, cacheable: bool) -> None:
    with override_settings(CONSENT_CACHEABLE_PAGES=cacheable):
        html = visitor.get("/page/").text
    assert "data-consent-dialog" not in html
    assert "consent-status" not in html
    found = LINK.search(html)
    assert found is not None
    assert found[2] == "Privacy: nothing optional is used"
    page = visitor.get(found[1].replace("&amp;", "&"))
    assert NOTHING in page.text
    assert "sessionid" in page.text
    assert 'name="grant"' not in page.text
    assert not re.search(r'value="(accept|refuse|save)"', page.text)


@pytest.mark.usefixtures("quiet")
def test_a_front_end_of_its_own_gets_the_link_alone(visitor: Visitor) -> None:
    html = visitor.get("/privacy/dialog/").text
    assert "data-consent-dialog" not in html
    assert LINK.search(html)


def test_who_allowed_something_before_can_still_withdraw(
    visitor: Visitor, publish: Publish
) -> None:
    """V4: a grant outlives what it was for, and its receipt ends with it."""
    publish(worded())
    visitor.choose("accept")
    publish(worded(NECESSARY), number=2)
    notices.forget()
    for address in ("/page/", "/privacy/"):
        assert re.search(r'data-consent-action="withdraw" ?>', visitor.get(address).text)
    html = visitor.get("/page/").text
    assert html.index('id="consent-controls"') < html.index('form="consent-controls"')
    visitor.choose("withdraw", notice=2, layer="link")
    assert [record.action for record in records()] == ["accept", "withdraw"]
    assert 'data-consent-action="withdraw" hidden>' in visitor.get("/page/").text


@pytest.mark.usefixtures("quiet")
def test_a_choice_about_nothing_harms_nobody(visitor: Visitor) -> None:
    """A page from a cache may still have the buttons."""
    visitor.choose("accept")
    assert visitor.value.split(".")[3] == "-"
    assert visitor.get("/page/").status_code == 200


@pytest.fixture
def staff(db: None) -> Client:
    User.objects.create_superuser("root")
    client = Client()
    client.force_login(User.objects.get())
    return client


@pytest.mark.urls("tests.site.urls")
def test_the_admin_says_what_to_do_next(staff: Client) -> None:
    declare()
    publishing.publish(by="officer")
    said = {at: staff.get(f"/admin/consent/{at}").text for at in ("", "notice/publish/")}
    assert "About nothing" in said[""]
    assert "Visitors are asked about nothing" in said["notice/publish/"]
    for html in said.values():
        assert "preferences, statistics, marketing, media" in html
        assert 'href="/admin/consent/service/add/"' in html
    assert "no optional category holds" in staff.get("/admin/consent/notice/preview/").text


@pytest.mark.urls("tests.site.urls")
def test_once_something_is_declared_the_admin_names_what_is_not(staff: Client) -> None:
    declare()
    declare_service()
    publishing.publish(by="officer")
    html = staff.get("/admin/consent/").text
    assert "preferences, statistics, marketing: nothing is declared there" in html
    assert "About nothing" not in html


@pytest.mark.urls("tests.site.urls")
def test_a_language_needs_no_texts_of_a_category_that_nobody_is_asked_about(
    staff: Client, settings: Any
) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish"), ("ca", "Catalan")]
    declare()
    html = staff.get("/admin/consent/translation/ca/").text
    marked = re.findall(r"<label[^>]*>([^<]+)</label> <span class=\"consent-mark\">mandatory", html)
    assert any("Necessary" in label for label in marked)
    assert not any("Marketing" in label for label in marked)


def test_an_older_notice_reads_as_it_was_published() -> None:
    """P2: what it asked about stays what it asked about, and so does its digest."""
    old = notice()
    again = Notice.from_document(old.document())
    assert again.digest == old.digest
    assert "marketing" in again.optional_keys
