"""A stored notice that somebody wrote into: it grants nothing, breaks nothing, and is replaced."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from consent import moments, notices, publishing
from consent.core.notice import MalformedNoticeError
from consent.core.notice import Notice as Published
from consent.erasing import erase
from consent.models import Notice, Presentation, Record
from tests.declaring import declare, declare_service, declare_tracker
from tests.evidence import tampered
from tests.remembering import RECEIPT, remember
from tests.staff import client_of

pytestmark = pytest.mark.django_db(transaction=True)

NO_NOTICES = ("", "{", "null", "3", '"x"', "[]", "[{}]", "{}", '{"number": 1}')


@pytest.fixture(params=NO_NOTICES)
def broken(request: pytest.FixtureRequest) -> Notice:
    """The notice in force, with another document than the published one."""
    declare()
    declare_tracker(service=declare_service())
    row = publishing.publish(by="ana", reason="The first")
    assert row is not None
    tampered("consent_notice", ("id", row.pk), "document", request.param)
    notices.forget()
    return Notice.objects.get()


@pytest.mark.parametrize("text", NO_NOTICES)
def test_what_is_no_notice_is_told(text: str) -> None:
    with pytest.raises(MalformedNoticeError, match="Not the document of a notice"):
        Published.parse(text)


@pytest.mark.urls("tests.pages")
def test_visitors_get_their_page_and_nothing_is_granted(broken: Notice) -> None:
    """P5: nothing can be asked, so that nothing optional loads."""
    response = Client().get("/page/")
    assert response.status_code == 200
    assert "consent-notice" not in response.content.decode()
    assert notices.in_force(broken.site) is None
    assert notices.load(broken.site, 1) is None


@pytest.mark.urls("tests.site.urls")
def test_it_can_be_looked_at(broken: Notice) -> None:
    client = client_of("Consent editors")
    for name in ("change", "compare"):
        shown = client.get(reverse(f"admin:consent_notice_{name}", args=[broken.pk]))
        assert shown.status_code == 200
        assert "cannot be read any more" in shown.content.decode()
    for name in ("changelist", "publish", "preview"):
        assert client.get(reverse(f"admin:consent_notice_{name}")).status_code == 200
    assert client.get(reverse("admin:app_list", args=["consent"])).status_code == 200


@pytest.mark.urls("tests.site.urls")
def test_records_of_it_are_shown_replayed_and_erased(broken: Notice, tmp_path: Path) -> None:
    """A2: what verification reports stands in nobody's way."""
    shown = Presentation.objects.filter(notice=1).first()
    assert shown is not None
    given = {"notice_digest": broken.digest, "presentation": shown.digest, "site": broken.site}
    row = remember("accept", 0, RECEIPT, decided_at=moments.now(), **given)
    client = client_of("Consent auditors")
    page = client.get(reverse("admin:consent_record_change", args=[row.pk]))
    assert page.status_code == 200
    file = tmp_path / "shown.html"
    with contextlib.suppress(SystemExit):  # as the notice is not what was recorded
        call_command("consent_replay", RECEIPT, html=file, stdout=io.StringIO())
    assert shown.digest in file.read_text("utf-8")
    erase(RECEIPT, reason="Asked for.", by="ana")
    assert not Record.objects.filter(receipt=RECEIPT).exists()


@pytest.mark.urls("tests.site.urls")
@pytest.mark.usefixtures("broken")
def test_the_next_notice_takes_its_place_and_asks_everybody() -> None:
    client = client_of("Consent editors")
    address = reverse("admin:consent_notice_publish")
    shown = client.get(address).content.decode()
    seen: Any = re.search('name="seen" value="([0-9a-f]{64})"', shown)
    client.post(address, {"seen": seen[1], "reason": "Somebody wrote into the first."})
    row = Notice.objects.get(number=2)
    assert (row.material, row.oldest_valid) == (True, 2)
    notices.forget()
    now = notices.in_force(row.site)
    assert now is not None
    assert now.number == 2
    later = client.get(reverse("admin:consent_notice_change", args=[row.pk]))
    assert later.status_code == 200
