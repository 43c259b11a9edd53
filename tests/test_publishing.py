"""From the registry to a notice: what is material, what is refused, what is stored for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polib
import pytest
from cookie_consent.models import Cookie, CookieGroup
from django.db import IntegrityError, transaction
from django.test import override_settings

from consent import dialog, notices, publishing, texts
from consent.core.notice import Notice as Frozen
from consent.core.notice import renumbered
from consent.core.wording import REQUIREMENTS
from consent.models import (
    Controller,
    Notice,
    Presentation,
    Record,
    Service,
    TrackerDetails,
    Translation,
)
from consent.publishing import PublishingError, preview
from consent.translating import save_same_wording
from tests.declaring import declare, declare_service, declare_tracker, group, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> None:
    """A complete registry with one service and one tracker beside the seeds."""
    declare()
    declare_tracker(service=declare_service())


@pytest.fixture
def first(registry: None) -> Notice:
    """Notice 1 of that registry."""
    return publish()


def publish(reason: str = "Because", **words: Any) -> Notice:
    row = publishing.publish(by="officer", reason=reason, **words)
    assert row is not None
    return row


def refusal(**words: Any) -> str:
    before = Notice.objects.count(), Presentation.objects.count()
    with pytest.raises(PublishingError) as refused:
        publishing.publish(**{"by": "officer", "reason": "Because", **words})
    assert (Notice.objects.count(), Presentation.objects.count()) == before
    assert refused.value.problems
    assert str(refused.value) == "\n".join(refused.value.problems)
    return str(refused.value)


def test_the_first_notice_says_who_published_when_and_why(registry: None) -> None:
    row = publish("We open", site=None)
    assert (row.site, row.number, row.oldest_valid, row.material) == ("clinic", 1, 1, True)
    assert (row.published_by, row.reason, row.correction) == ("officer", "We open", "")
    assert row.published_at is not None


def test_the_stored_document_rehashes_to_its_digest(first: Notice) -> None:
    """P2: exact text, options, trackers, in every language."""
    row = Notice.objects.get(pk=first.pk)
    assert hashlib.sha256(row.document.encode()).hexdigest() == row.digest
    document = json.loads(row.document)
    assert Frozen.from_document(document).digest == row.digest
    assert document["site"] == row.site
    assert document["languages"] == ["en", "es"]
    assert document["wording"]["es"] == texts.compile_wording("es", ["US"])
    assert [category["key"] for category in document["categories"]] == ["necessary", "media"]
    (youtube,) = document["categories"][1]["services"]
    assert youtube["purpose"]["es"] == "Reproduce los vídeos de nuestros resultados."
    assert youtube["trackers"][0]["lifetime"] == 180 * 86400


def test_what_was_published_is_in_force_at_once(registry: None) -> None:
    assert notices.in_force("clinic") is None
    row = publish()
    assert notices.in_force("clinic").digest == row.digest  # type: ignore[union-attr]  # fails if None


def test_the_draft_is_not_in_force(first: Notice) -> None:
    """One source: what is declared and not published stays inert."""
    declare_service("vimeo")
    notices.forget()
    media = notices.in_force("clinic").category("media")  # type: ignore[union-attr]  # fails if None
    assert [service.key for service in media.services] == ["youtube"]  # type: ignore[union-attr]  # fails if None


def test_each_language_gets_its_presentation(first: Notice) -> None:
    """P2, P3: what was shown, with its script and style."""
    rows = Presentation.objects.order_by("language")
    assert [(row.language, row.notice, row.site) for row in rows] == [
        ("en", 1, "clinic"),
        ("es", 1, "clinic"),
    ]
    for row in rows:
        assert row.notice_digest == first.digest
        assert row.script
        assert row.style
        whole = "\0".join((row.html, row.script, row.style))
        assert hashlib.sha256(whole.encode()).hexdigest() == row.digest
    assert "Reproduce los vídeos" in rows[1].html


def test_a_look_that_changed_since_is_stored_beside_the_old_one(first: Notice) -> None:
    with override_settings(CONSENT_GRANT_DAYS=90, CONSENT_REFUSAL_DAYS=90):
        assert publishing.publish(by="officer", reason="") is None
    assert Presentation.objects.count() == 4
    assert publishing.publish(by="officer", reason="") is None
    assert Presentation.objects.count() == 4


def test_nothing_changed_is_nothing_to_publish(first: Notice) -> None:
    assert not preview().is_new
    assert publishing.publish(by="officer", reason="Again") is None
    assert Notice.objects.count() == 1


def service(**fields: Any) -> Callable[[], Any]:
    return lambda: Service.objects.filter(key="youtube").update(**fields)


def tracker(**fields: Any) -> Callable[[], Any]:
    return lambda: TrackerDetails.objects.filter(tracker__cookiegroup__varname="media").update(
        **fields
    )


def purpose_in_spanish() -> None:
    Translation.objects.filter(service__key="youtube", field="purpose").update(text="Otro fin.")


def new_category() -> None:
    added = CookieGroup.objects.create(varname="chat", name="Chat", description="Answers you.")
    translate("name", "Chat", category=added)
    translate("description", "Le responde.", category=added)
    declare_tracker("chat_open", "chat")


MATERIAL: dict[str, Callable[[], Any]] = {
    "a new category": new_category,
    "a changed purpose of a category": lambda: CookieGroup.objects.filter(varname="media").update(
        description="Shows films that we like."
    ),
    "a required category turned optional": lambda: (
        TrackerDetails.objects.filter(tracker__cookiegroup__varname="necessary").update(
            criterion=""
        ),
        CookieGroup.objects.filter(varname="necessary").update(is_required=False),
    ),
    "a new service": lambda: declare_service("vimeo"),
    "a changed purpose of a service": service(purpose="Plays films and counts plays."),
    "a changed purpose in one language": purpose_in_spanish,
    "another provider": service(provider="Alphabet"),
    "another recipient": service(recipients="Google LLC\nDoubleClick"),
    "another role": service(role="joint"),
    "another country": service(country="CN"),
    "another transfer basis": service(transfer="Standard contractual clauses"),
    "more data": service(data_types="IP address, video watched, location"),
    "another host": service(hosts="www.youtube.com\nwww.youtube-nocookie.com\nytimg.example"),
    "a longer lifetime": tracker(lifetime=181 * 86400),
    "a lifetime without end": tracker(lifetime=None, kind="local"),
    "a new tracker": lambda: declare_tracker("YSC"),
    "another controller": lambda: Controller.objects.update(name="Another Clinic S.L."),
}
IMMATERIAL: dict[str, Callable[[], Any]] = {
    "a shorter lifetime": tracker(lifetime=86400),
    "one recipient fewer": service(recipients=""),
    "one host fewer": service(hosts="www.youtube.com"),
    "page addresses no longer sent": service(page_addresses=False),
    "a policy elsewhere": service(policy_url="https://policies.example/"),
    "a category removed": lambda: (
        Cookie.objects.filter(cookiegroup__varname="media").delete(),
        group("media").delete(),
    ),
    "a service removed": lambda: (
        Cookie.objects.filter(name="VISITOR_INFO1_LIVE").delete(),
        Service.objects.filter(key="youtube").delete(),
    ),
    "a tracker removed": lambda: Cookie.objects.filter(name="VISITOR_INFO1_LIVE").delete(),
    "a necessary cookie reworded": lambda: Cookie.objects.filter(name="sessionid").update(
        description="Recognizes your session."
    ),
    "another order": lambda: CookieGroup.objects.filter(varname="media").update(ordering=-1),
}
matrix = pytest.mark.parametrize(
    ("change", "material"),
    [(change, True) for change in MATERIAL.values()]
    + [(change, False) for change in IMMATERIAL.values()],
    ids=[*MATERIAL, *IMMATERIAL],
)


@matrix
def test_a_change_asks_again_only_where_it_is_material_and_no_correction(
    first: Notice, change: Callable[[], Any], material: bool
) -> None:
    """W7, W8: the correction's reason is stored with the notice that it excuses."""
    change()
    with transaction.atomic():
        row = publish(correction="A slip of the pen")
        assert (row.oldest_valid, row.material) == (1, material)
        assert row.correction == ("A slip of the pen" if material else "")
        transaction.set_rollback(True)
    row = publish()
    assert (row.number, row.material, row.correction) == (2, material, "")
    assert row.oldest_valid == (2 if material else 1)
    assert any("(material)" in line for line in row.changes) == material


def test_grants_hold_from_the_last_material_change_on(first: Notice) -> None:
    """W7."""
    declare_service("vimeo")
    publish()
    service(policy_url="https://policies.example/")()
    assert publish().oldest_valid == 2
    service(country="CN")()
    assert publish(correction="The register was wrong").oldest_valid == 2
    service(country="IN")()
    assert publish().oldest_valid == 5


def test_a_preview_changes_nothing_and_tells_what_would_happen(first: Notice) -> None:
    service(country="CN")()
    seen = preview()
    assert seen.is_new
    assert seen.material
    assert [change.where for change in seen.changes] == ["media:youtube.country"]
    assert (seen.languages, seen.gaps, seen.findings, seen.problems) == (("en", "es"), (), (), ())
    assert Notice.objects.count() == 1


def test_implied_consent_is_refused_and_cannot_be_overridden(registry: None) -> None:
    """U6."""
    service(purpose="By continuing to browse you accept videos.")()
    said = refusal(overrides={"implied-consent": "We always did"})
    assert "U6" in said
    assert "media:youtube.purpose" in said
    assert "cannot be overridden" in said


def test_other_findings_are_overridden_with_a_reason_that_is_stored(registry: None) -> None:
    """U9."""
    service(purpose="Plays videos to improve your experience.")()
    assert "U9" in refusal()
    assert "U9" in refusal(overrides={"vague-purpose@media.purpose": "Elsewhere"})
    row = publish(overrides={"vague-purpose@media:youtube.purpose": " Counsel agreed "})
    assert row.overrides == [
        {"code": "vague-purpose", "where": "media:youtube.purpose", "reason": "Counsel agreed"}
    ]


def test_an_override_by_code_covers_every_such_finding(registry: None) -> None:
    service(purpose="Plays videos to improve your experience.")()
    CookieGroup.objects.filter(varname="media").update(description="Improve your experience.")
    row = publish(overrides={"vague-purpose": "Counsel agreed"})
    assert {entry["where"] for entry in row.overrides} == {"media.purpose", "media:youtube.purpose"}


@pytest.mark.parametrize(
    ("overrides", "said"),
    [({"nonsense": "x"}, "nonsense"), ({"": "x"}, "no finding"), ({"shaming": " "}, "reason")],
)
def test_a_faulty_override_is_refused(registry: None, overrides: dict[str, str], said: str) -> None:
    assert said in refusal(overrides=overrides)
    assert set(REQUIREMENTS) >= {"implied-consent", "vague-purpose"}


def test_publication_names_who_and_why(first: Notice) -> None:
    service(country="CN")()
    assert "who" in refusal(by=" ")
    assert "why" in refusal(reason=" ")


def test_without_a_controller_nothing_is_published(registry: None) -> None:
    """U10."""
    Controller.objects.all().delete()
    assert "controller (en)" in refusal()
    assert preview().notice is None


def test_a_gap_in_the_source_language_is_refused(registry: None) -> None:
    service(retention="")()
    assert "media:youtube (en): retention" in refusal()


def test_a_language_with_gaps_is_left_out_of_the_notice(first: Notice) -> None:
    """U8: pages in Spanish show no banner, rather than one in another language."""
    Translation.objects.filter(service__key="youtube", field="purpose").delete()
    seen = preview()
    assert [str(gap) for gap in seen.left_out] == ["media:youtube (es): purpose"]
    assert seen.dropped == ("es",)
    row = publish(drop_languages=["ES"])
    assert (row.material, row.oldest_valid) == (False, 1)
    assert "es" not in row.document.split('"languages":')[1].split("]")[0]
    notice = notices.in_force("clinic")
    assert notice is not None
    assert notice.languages == ("en",)
    assert notice.language_for("es") is None
    assert notice.categories[0].name == {"en": "Necessary"}


def test_no_published_language_goes_unnoticed(first: Notice) -> None:
    """U8: neither for a text that it lacks, nor because the settings no longer name it."""
    Translation.objects.filter(service__key="youtube", field="purpose").delete()
    said = refusal()
    assert "speaks Spanish, and the next one would not: complete the texts in Spanish" in said
    assert "--drop-language es" in said
    assert "Spanish" in refusal(drop_languages=["fr"])
    with override_settings(LANGUAGES=[("en", "English")]):
        assert "add Spanish to the settings again" in refusal()


def test_a_language_that_was_never_published_needs_no_word(registry: None) -> None:
    Translation.objects.filter(service__key="youtube", field="purpose").delete()
    assert json.loads(publish().document)["languages"] == ["en"]
    assert publishing.publish(by="officer", reason="Again", drop_languages=["es"]) is None


def test_what_a_language_says_as_english_does_is_somebodys_decision(
    registry: None, settings: Any, tmp_path: Path
) -> None:
    """U8: short messages count as well, until somebody translates or decides."""
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    short = [each for each in texts.WORDING.values() if texts.may_be_same(each)]
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    book = polib.POFile()
    book.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for message in set(texts.WORDING.values()) - set(short):
        book.append(polib.POEntry(msgid=message, msgstr=f"{message} auf Deutsch"))
    book.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [tmp_path]
    count = len([each for each in texts.WORDING.values() if texts.may_be_same(each)])
    gaps = [str(gap) for gap in preview().gaps if gap.where == "wording"]
    assert gaps == [f"wording (de): {count} sentences of the dialog"]
    save_same_wording("de", set(short) - {"Reject all"})
    gaps = [str(gap) for gap in preview().gaps if gap.where == "wording"]
    assert gaps == ["wording (de): 1 sentence of the dialog"]
    save_same_wording("de", short)
    assert [gap for gap in preview().gaps if gap.where == "wording"] == []


@override_settings(LANGUAGES=[("en", "English"), ("es", "Spanish"), ("ca", "Catalan")])
def test_a_language_without_dialog_is_left_out_of_the_notice(registry: None) -> None:
    """U8."""
    missing = {gap.where for gap in preview().left_out}
    assert "wording" in missing
    assert json.loads(publish().document)["languages"] == ["en", "es"]


@override_settings(CONSENT_SOURCE_LANGUAGE="ca", LANGUAGES=[("ca", "Catalan")])
def test_a_source_language_without_dialog_is_refused(registry: None) -> None:
    assert "wording (ca)" in refusal()


def test_es_mx_is_asked_in_es(first: Notice) -> None:
    notice = notices.in_force("clinic")
    assert notice is not None
    assert notice.language_for("es-mx") == "es"


def asked_about() -> list[str]:
    seen = preview()
    assert seen.notice is not None
    return [category.key for category in seen.notice.optional]


def test_only_categories_that_hold_something_are_asked_about(registry: None) -> None:
    """U14: a service without trackers is something, and so is a tracker without a service."""
    assert asked_about() == ["media"]
    assert preview().idle == ("preferences", "statistics", "marketing")
    declare_service("pixel", "marketing", hosts="")
    declare_tracker("layout", "preferences")
    assert asked_about() == ["preferences", "marketing", "media"]


def test_a_category_that_is_emptied_goes_and_nobody_is_asked_again(first: Notice) -> None:
    """U14."""
    declare_tracker("layout", "preferences")
    assert publish().material
    Cookie.objects.filter(name="layout").delete()
    row = publish()
    assert not row.material
    assert "preferences: removed 'optional'" in row.changes


def test_what_is_exempt_is_told_even_where_nothing_is_declared(registry: None) -> None:
    group("necessary").cookie_set.all().delete()
    Service.objects.filter(category__varname="necessary").delete()
    assert "necessary" not in preview().idle


def test_what_nobody_is_asked_about_lacks_nothing(registry: None) -> None:
    """U14: neither a language is left out for it, nor the whole notice."""
    Translation.objects.filter(category__varname="marketing").delete()
    CookieGroup.objects.filter(varname="preferences").update(description="", varname="-")
    assert (preview().problems, preview().languages) == ((), ("en", "es"))
    declare_tracker("ad", "marketing")
    assert preview().languages == ("en",)


def test_a_notice_that_asks_nothing_can_be_published(registry: None) -> None:
    """U14: it still says who the controller is, and what is exempt."""
    Cookie.objects.filter(cookiegroup__is_required=False).delete()
    Service.objects.filter(category__is_required=False).delete()
    assert not preview().asks
    assert publish().material
    notice = notices.in_force("clinic")
    assert notice is not None
    assert [category.key for category in notice.categories] == ["necessary"]


def test_a_key_of_hyphens_alone_is_refused(registry: None) -> None:
    CookieGroup.objects.filter(varname="media").update(varname="-")
    assert "hyphens" in refusal()


def test_a_notice_whose_cookie_could_pass_a_thousand_bytes_is_refused(registry: None) -> None:
    rows = [
        Service(
            category=group("media"),
            key=f"{number:032}",
            name="N",
            provider="P",
            purpose="F",
            role="separate",
            data_types="D",
            retention="R",
        )
        for number in range(25)
    ]
    Service.objects.bulk_create(rows)
    assert "1000 are allowed" in refusal()


def test_sites_count_their_notices_apart(first: Notice) -> None:
    other = publish(site="branch")
    assert (other.number, other.site) == (1, "branch")
    assert other.digest != first.digest
    assert "64" in refusal(site="x" * 65)
    assert "64" in refusal(site="")


def test_whoever_loses_a_race_takes_the_next_number(
    first: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    service(country="CN")()
    render, rivals = dialog.render_dialog, list[Frozen]()

    def meanwhile(notice: Frozen, language: str) -> dialog.Shown:
        if not rivals:
            rivals.append(renumbered(notice, number=2, oldest_valid=1))
            Notice.objects.create(
                site="clinic",
                number=2,
                digest=first.digest,
                document=first.document.replace('"number":1,', '"number":2,'),
                oldest_valid=1,
                material=False,
                published_by="rival",
            )
        return render(notice, language)

    monkeypatch.setattr(dialog, "render_dialog", meanwhile)
    assert publish().number == 3
    assert [row.published_by for row in Notice.objects.all()] == ["officer", "rival", "officer"]


def test_losing_the_race_twice_is_said(first: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    service(country="CN")()

    def lose(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("taken")

    monkeypatch.setattr(Notice, "save", lose)
    assert "try again" in refusal()


@override_settings(ROOT_URLCONF="django.contrib.auth.urls")
def test_without_the_apps_addresses_the_dialog_cannot_be_shown(registry: None) -> None:
    assert "mounted" in refusal()


def test_a_rolled_back_publication_leaves_nothing_in_force(registry: None) -> None:
    with transaction.atomic():
        publish()
        transaction.set_rollback(True)
    notices.forget()
    assert notices.in_force("clinic") is None


def test_deleting_the_registry_leaves_notices_and_records(
    first: Notice, django_user_model: Any
) -> None:
    """P11."""
    user = django_user_model.objects.create(username="editor")
    Record.objects.create(
        site="clinic",
        notice=1,
        notice_digest=first.digest,
        language="en",
        layer="banner",
        means="accept",
        by="form",
        action="accept",
        answers={"media": "yes"},
        receipt="r" * 26,
    )
    CookieGroup.objects.all().delete()
    Controller.objects.all().delete()
    user.delete()
    assert Record.objects.get().notice_digest == Notice.objects.get().digest
    assert notices.load("clinic", 1).digest == first.digest  # type: ignore[union-attr]  # fails if None
    assert Presentation.objects.count() == 2
