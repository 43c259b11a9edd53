"""The dossier of a period, as an auditor reads it who has no login."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consent import counting, dossiers, guards, moments, sealing
from consent.core.evidence import removal_code, rows_digest
from consent.core.notice import Notice, canonical, renumbered
from consent.dossiers import DossierError, dossier
from consent.keys import evidence_keys
from consent.models import Anchor, Presentation, Record, Removal, Seal, Tally
from consent.models import Notice as StoredNotice
from consent.period import Period
from consent.replays import POLICY
from tests.core.notices import category, service, text, tracker
from tests.evidence import recorded, tampered
from tests.visiting import worded

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))
XHTML = "{http://www.w3.org/1999/xhtml}"


def today() -> date:
    return moments.now().astimezone(UTC).date()


def made(since: date | None = None, until: date | None = None, **options: Any) -> str:
    """Return the dossier of today, or of other days."""
    since = since or today()
    return dossier(since, until or since, **{"site": "clinic", **options})


def read(html: str) -> Any:
    """Return the document, which an independent reader finds nothing wrong with."""
    return html5lib.HTMLParser(strict=True).parse(html)


def words(node: Any) -> str:
    """Return the text of a node as people read it: blocks apart, single spaces."""
    return re.sub(r"\s+", " ", "".join(_texts(node))).strip()


def _texts(node: Any) -> Iterator[str]:
    block = node.tag.removeprefix(XHTML) not in ("code", "span", "strong", "b", "small", "a")
    yield " " if block else ""
    yield node.text or ""
    for child in node:
        yield from _texts(child)
        yield child.tail or ""
    yield " " if block else ""


def part(html: str, name: str) -> Any:
    """Return one section of a dossier."""
    (found,) = (each for each in read(html).iter(f"{XHTML}section") if each.get("id") == name)
    return found


def said(html: str, name: str) -> str:
    """Return what one section of a dossier says."""
    return words(part(html, name))


def rows(html: str, name: str) -> list[list[str]]:
    """Return the cells of a section's tables, row by row."""
    found = part(html, name).iter(f"{XHTML}tr")
    return [[words(cell) for cell in row] for row in found]


def stored(number: int, began: datetime, notice: Notice | None = None, **values: Any) -> Notice:
    """Put a notice into force at a moment."""
    document = renumbered(notice or worded(), number=number, oldest_valid=1)
    defaults = {"material": number == 1, "published_by": f"Officer {number}", "oldest_valid": 1}
    StoredNotice.objects.create(
        site=document.site,
        number=number,
        digest=document.digest,
        document=canonical(document.document()).decode(),
        published_at=began,
        **{**defaults, **values},
    )
    return document


def day(month: int, number: int, hour: int = 12) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let it be another time."""

    def go(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return go


def test_it_has_all_its_parts_in_order(publish: Any) -> None:
    """P7: two notices, several decisions."""
    first = publish(worded())
    recorded(first)
    recorded(first, "refuse")
    second = publish(worded(), number=2)
    recorded(second)
    sealing.seal()
    recorded(second, "refuse")
    html = made()
    headings = [words(each) for each in read(html).iter(f"{XHTML}h2")]
    assert headings == [
        "1 What this is",
        "2 Notices in force",
        "3 How they looked",
        "4 How many chose what",
        "5 What was removed",
        "6 Verification",
        "7 For the records of processing (Art. 30 GDPR)",
    ]
    about = said(html, "about")
    assert "The mechanism is proved, not the person." in about
    assert "2 notices in force" in about
    assert "4 decisions" in about
    assert "Clinic" in about
    assert "The period was not over when this was made." in about


def test_it_is_complete_in_itself_and_runs_nothing(asked: Notice) -> None:
    """P7: no network, no script, no frame that is not inert."""
    Presentation.objects.create(**look(asked))
    html, policies = made(), []
    for node in read(html).iter():
        name = str(node.tag).removeprefix(XHTML)
        assert name not in ("script", "link", "img", "object", "embed", "base", "form"), name
        assert not {"src", "action", "background", "poster", "srcset", "data"} & set(node.attrib)
        assert not [key for key in node.attrib if key.startswith("on")]
        if name == "iframe":
            assert node.get("sandbox") == ""
            assert node.get("srcdoc").startswith("<!doctype html>")
        if name == "a":
            assert node.get("href").startswith(("#", "https://"))
        if name == "meta" and node.get("http-equiv"):
            policies.append(node.get("content"))
    assert policies == [POLICY]
    assert POLICY.startswith("default-src 'none'; ")
    assert "url(" not in html
    assert "@import" not in html


def test_notices_in_force_are_told_with_the_one_at_the_beginning() -> None:
    """P2, P7."""
    stored(1, day(1, 1) - timedelta(days=90))
    stored(2, day(1, 1) - timedelta(days=30))
    stored(3, day(1, 20), reason="A new map.", changes=["media:maps: added 'service' (material)"])
    stored(4, day(2, 1, 0), reason="Later.")
    html = made(*JANUARY)
    headings = [words(each) for each in part(html, "notices").iter(f"{XHTML}h3")]
    assert headings == ["Notice 2", "Notice 3"]
    notices = said(html, "notices")
    assert "from 2 December 2025, 12:00 UTC to 20 January 2026, 12:00 UTC" in notices
    assert "from 20 January 2026, 12:00 UTC to 1 February 2026, 00:00 UTC" in notices
    assert "Officer 3" in notices
    assert "A new map." in notices
    assert "media:maps: added 'service' (material)" in notices
    assert notices.count("recomputes from the text") == 2
    assert "and still when this was made" in said(made(date(2026, 2, 2)), "notices")
    assert "was not over" not in html


def test_a_notice_says_what_it_meant_and_what_was_overridden() -> None:
    """P2, P7."""
    overrides = [{"code": "vague", "where": "media.purpose.en", "reason": "The counsel knows."}]
    stored(1, day(1, 1))
    stored(2, day(1, 2), material=True, correction="A typing error.", overrides=overrides)
    stored(3, day(1, 3), material=True)
    stored(4, day(1, 4))
    notices = said(made(*JANUARY), "notices")
    assert "What it meant The first notice" in notices
    assert "A correction: grants since notice 1 hold, although the change is material." in notices
    assert "Reason: A typing error." in notices
    assert "Material: grants of earlier notices were asked again" in notices
    assert "Not material: grants since notice 1 hold" in notices
    assert "vague at media.purpose.en: The counsel knows." in notices


def test_a_notice_is_told_in_words() -> None:
    """P7: purposes, services, recipients, countries, trackers with lifetimes."""
    film = service("film", recipients=text("Film Cloud Inc"), trackers=[tracker("seen")])
    stored(1, day(1, 1), worded(category("media", film, trackers=[tracker("own", lifetime=0)])))
    html = made(*JANUARY)
    notices = said(html, "notices")
    for expected in ("Says what it is for", "Film Cloud Inc", "United States", "2 years"):
        assert expected in notices
    (_, own, seen) = rows(html, "notices")
    assert own[:3] == ["own", "Cookie", "Until you close the browser"]
    assert seen[:3] == ["seen", "Cookie", "1 hour"]
    assert seen[3] == "Clinic Film"


def test_another_language_is_that_of_the_notices_words() -> None:
    """P7: where a notice has it, also by a longer tag."""
    stored(1, day(1, 1), worded(category("media", service(trackers=[tracker()]))))
    html = made(*JANUARY, language="es-mx")
    assert "Muestra un vídeo" in said(html, "notices")
    assert "Shows a film" not in html
    assert read(html).get("lang") == "en"
    with pytest.raises(DossierError, match="has the language 'fr', only: en, es"):
        made(*JANUARY, language="fr")


def test_a_notice_without_english_is_told_in_its_first_language() -> None:
    spanish = replace(worded(), languages=("es",))
    stored(1, day(1, 1), spanish)
    notices = said(made(*JANUARY), "notices")
    assert "(in “es”: it was not published in “en”)" in notices
    assert "Muestra un vídeo" in notices


def test_hostile_texts_stay_texts() -> None:
    """P7: nothing that somebody declared or gave as a reason becomes markup."""
    script = "<script>alert(1)</script>"
    hostile = service(
        name=text(script),
        recipients=text('"><img src=x onerror=alert(1)>'),
        policy_url=text("javascript:alert(1)"),
    )
    stored(1, day(1, 1), worded(category("media", hostile)), reason=f"</dd>{script}")
    Presentation.objects.create(
        **look(worded(), html=f"<p>{script}</p>\"'></iframe>", style=f"p {{}}</style>{script}")
    )
    removed(reason=f"</table>{script}")
    html = made(date(2026, 1, 1), today())
    assert script not in html
    tags = {str(node.tag).removeprefix(XHTML) for node in read(html).iter()}
    assert not {"script", "img"} & tags
    assert not [a for a in read(html).iter(f"{XHTML}a") if not a.get("href").startswith("#")]
    for told in ("notices", "removals"):
        assert script in said(html, told)
    frames = [node.get("srcdoc") for node in part(html, "looks").iter(f"{XHTML}iframe")]
    assert all(
        "default-src 'none'" in frame and "</style><script>" not in frame for frame in frames
    )


def look(of: Notice, **values: Any) -> dict[str, Any]:
    """Return the columns of a presentation."""
    shown: dict[str, Any] = {
        "html": '<p id="%%consent-presentation%%">May we?</p><a href="%%consent-next%%">x</a>',
        "script": "alert(1)",
        "style": "p { color: red }",
        "site": of.site,
        "notice": of.number,
        "notice_digest": of.digest,
        "language": "en",
        **values,
    }
    return {**shown, "digest": Presentation(**shown).text_digest()}


@pytest.mark.django_db(transaction=True)
def test_looks_are_shown_as_they_were_stored(asked: Notice) -> None:
    """P3, P7."""
    shown = Presentation.objects.create(**look(asked))
    Presentation.objects.create(**look(asked, notice=7, html="<p>of another notice</p>"))
    html = made()
    looks = part(html, "looks")
    frames = [node.get("srcdoc") for node in looks.iter(f"{XHTML}iframe")]
    assert len(frames) == 2, "banner and preferences, of this notice alone"
    for frame in frames:
        assert "May we?" in frame
        assert "p { color: red }" in frame
        assert "%%consent-" not in frame
        assert "alert(1)" not in frame
    assert f"{shown.digest} recomputes from what is stored" in words(looks)
    tampered("consent_presentation", ("id", shown.pk), "html", "<p>Agreed?</p>")
    assert f"{shown.digest} does NOT recompute from what is stored" in said(made(), "looks")


def test_a_look_of_another_text_is_named(asked: Notice) -> None:
    """P3."""
    Presentation.objects.create(**look(asked, notice_digest="0" * 64))
    assert "It is of another text than the notice above." in said(made(), "looks")


def test_decisions_are_counted_by_layer_and_language(publish: Any) -> None:
    """P7: from the tallies, with what has no record."""
    publish(worded())
    for action, layer, language, count in (
        ("accept", "banner", "en", 30),
        ("accept", "preferences", "es", 10),
        ("refuse", "banner", "en", 1000),
        ("refuse", "", "", 960),
    ):
        key = {"site": "clinic", "notice": 1, "day": today()}
        Tally.objects.create(**key, action=action, layer=layer, language=language, count=count)
    html = made()
    assert rows(html, "choices") == [
        ["Decision", "Total", "Share", "By layer", "By language"],
        ["banner", "preferences", "counted only", "en", "es", "not kept"],
        ["accepted all", "40", "2.0%", "30", "10", "0", "30", "10", "0"],
        ["refused all", "1 960", "98.0%", "1 000", "0", "960", "1 000", "0", "960"],
        ["All", "2 000", "", "1 030", "10", "960", "1 030", "10", "960"],
    ]
    assert "beyond the limit of 60 records a minute" in said(html, "choices")


def test_only_the_sites_own_days_are_counted(asked: Notice) -> None:
    """P7: notices that were chosen on after their time have a table too."""
    for site, when, notice, count in (
        ("clinic", today(), 1, 1),
        ("clinic", today() - timedelta(days=1), 1, 20),
        ("clinic", today() + timedelta(days=1), 1, 300),
        ("other", today(), 1, 4000),
        ("clinic", today(), 9, 5),
    ):
        key = {"site": site, "day": when, "notice": notice, "action": "accept"}
        Tally.objects.create(**key, layer="banner", language="en", count=count)
    html = made()
    assert "6 decisions" in said(html, "about")
    assert "Notice 9 (no longer in force" in said(html, "choices")


def test_what_is_not_sealed_is_counted_once(asked: Notice) -> None:
    """P7: before it is sealed, and after."""
    recorded(asked)
    sealing.seal()
    recorded(asked)
    recorded(asked, "refuse")
    for unsealed in ("2", "0"):
        html = made()
        assert [row[:2] for row in rows(html, "choices")[2:]] == [
            ["accepted all", "2"],
            ["refused all", "1"],
            ["All", "3"],
        ]
        assert f"{unsealed} decisions of the period, not sealed yet" in said(html, "choices")
        sealing.seal()


def test_a_seal_in_between_is_no_reason_to_miss_or_double(
    asked: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(asked)
    read_tallies, made_seals = counting._sealed, []

    def and_then_seal(*args: Any) -> Any:
        found = read_tallies(*args)
        made_seals.extend(sealing.seal())
        return found

    monkeypatch.setattr(counting, "_sealed", and_then_seal)
    counts = counting.counted(Period(today(), today()), site="clinic", using="default")
    assert len(made_seals) == 1
    assert counts[1].total == 1


def test_what_is_never_settled_is_not_counted_wrongly(
    asked: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(1000))
    monkeypatch.setattr(counting, "_newest", lambda _: next(numbers))
    with pytest.raises(DossierError, match="try again"):
        made()


def test_counting_reads_no_sealed_record(asked: Notice) -> None:
    """P7: the log may be long."""
    for _ in range(3):
        recorded(asked)
    sealing.seal()
    last = Record.objects.latest("id").pk
    with CaptureQueriesContext(
        connection,
    ) as queries:
        counting.counted(Period(today(), today()), site="clinic", using="default")
    of_records = [each["sql"] for each in queries if "consent_record" in each["sql"]]
    assert of_records
    assert all(re.search(rf".id. > {last}\b", sql) for sql in of_records)


def removed(kind: str = "purge", reason: str = "Its time had come.", count: int = 0) -> Removal:
    """Write an entry of the ledger that names no row that there ever was."""
    values: dict[str, Any] = {
        "kind": kind,
        "reason": reason,
        "removed_by": "Petra Klein",
        "removed_at": moments.now(),
        "count": count,
        "digest": rows_digest([]),
    }
    return Removal.objects.create(**values, mac=removal_code(evidence_keys()[0], values))


def test_removals_are_told_with_their_reasons(asked: Notice) -> None:
    """P6, P7, D5, D6: how many and why, not whose."""
    assert "Nothing was removed in the period." in said(made(), "removals")
    removed(count=5000)
    removed(count=200)
    removed("erase", "Asked by letter.", count=3)
    html = made()
    assert rows(html, "removals")[1:] == [
        ["erased", "Asked by letter.", "1", "3"],
        ["purged", "Its time had come.", "2", "5 200"],
        ["All", "5 200 rows purged, 3 rows erased", "", ""],
    ]
    assert "5 200 rows purged" in said(html, "about")
    assert "Petra Klein" not in html


def test_verification_says_what_is_sound(asked: Notice) -> None:
    """P6, P7."""
    recorded(asked)
    (seal,) = sealing.seal()
    recorded(asked)
    html = made()
    told = said(html, "verification")
    assert "Sound: nothing differs from what was sealed." in told
    assert "Record rows 1" in told
    assert "Unsealed records 1" in told
    assert f"Digest {seal.digest}" in told
    assert "It is not signed" in told
    assert "None: nothing outside of this database vouches for it" in told
    assert "consent_verify --from-seal 1 --to-seal 1" in told
    assert "Sound" in said(html, "about")


@pytest.mark.django_db(transaction=True)
def test_a_tampered_record_shows(asked: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    """P6, P7: by name; the first faults, and how many there are in all."""
    record, other = recorded(asked), recorded(asked)
    sealing.seal()
    for row in (record, other):
        tampered("consent_record", ("id", row.pk), "action", "refuse")
    html = made()
    assert "2 faults found" in said(html, "about")
    assert rows(html, "verification")[1:] == [
        [f"record {row.pk}", "changed", "its columns give another commitment"]
        for row in (record, other)
    ]
    monkeypatch.setattr(dossiers, "MOST_FAULTS", 1)
    html = made()
    assert len(rows(html, "verification")) == 2
    assert "Only the first 1" in said(html, "verification")
    assert "2 faults found." in said(html, "verification")


def test_the_seals_of_the_period_and_the_next_are_verified(at: Any) -> None:
    """P6, P7: a record is sealed after it is written."""
    notice = stored(1, day(1, 1))
    for moment in (day(1, 5), day(2, 5), day(2, 25), day(3, 5), day(4, 5)):
        at(moment)
        recorded(notice)
        sealing.seal()
    february = said(made(date(2026, 2, 1), date(2026, 2, 28)), "verification")
    assert "(seals 2 to 4)" in february
    assert "Record rows 3" in february
    assert "Unsealed" not in february
    assert "(seals 3 to 4)" in said(made(date(2026, 2, 6), date(2026, 2, 28)), "verification")
    assert "(seal 4)" in said(made(date(2026, 3, 1), date(2026, 3, 2)), "verification")
    assert "(seal 5)" in said(made(date(2026, 4, 1), date(2026, 4, 30)), "verification")
    after = said(made(date(2026, 5, 1), date(2026, 5, 31)), "verification")
    assert "no seal had been made since the period began" in after
    assert "No seal to verify; nothing else is wrong." in after
    counts = said(made(date(2026, 2, 1), date(2026, 2, 28)), "about")
    assert "2 decisions" in counts


def test_anchors_are_those_of_the_newest_seal_or_said_to_be_older(asked: Notice) -> None:
    """P5, P7."""
    recorded(asked)
    (first,) = sealing.seal()
    Anchor.objects.create(kind="file", seal=1, digest=first.digest, place="/outside/anchors")
    assert "Anchors File: /outside/anchors" in said(made(), "verification")
    recorded(asked)
    sealing.seal()
    told = said(made(), "verification")
    assert "None yet; the newest that is anchored is seal 1: File: /outside/anchors" in told


@pytest.mark.django_db(transaction=True)
def test_a_signed_seal_is_said_to_be(asked: Notice) -> None:
    recorded(asked)
    sealing.seal()
    Seal.objects.get()
    tampered("consent_seal", ("number", 1), "signature", "ab" * 64)
    tampered("consent_seal", ("number", 1), "key", "k" * 16)
    html = made()
    assert f"By key {'k' * 16}" in said(html, "verification")
    assert "signed (Ed25519)" in said(html, "processing")


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_cannot_be_read_any_more_is_said_to_be_so(asked: Notice) -> None:
    """P2, P7: whoever wrote into it does not keep an auditor from the rest."""
    row = StoredNotice.objects.get()
    recorded(asked)
    for document in ("", "{}", "[]", "null", '{"site": 1}'):
        tampered("consent_notice", ("id", row.pk), "document", document)
        html = made()
        notices = said(html, "notices")
        assert "does NOT recompute from the text" in notices
        assert "The text that is stored cannot be read any more." in notices
        assert "1 decision " in said(html, "about")
        assert "nothing can be summed up" in said(html, "processing")


@pytest.mark.django_db(transaction=True)
def test_a_changed_text_is_shown_but_said_to_be_changed(asked: Notice) -> None:
    """P2."""
    row = StoredNotice.objects.get()
    changed = row.document.replace("Shows a film", "Shows nothing")
    tampered("consent_notice", ("id", row.pk), "document", changed)
    notices = said(made(), "notices")
    assert "Shows nothing" in notices
    assert f"{sha256(row.document.encode()).hexdigest()} does NOT recompute" in notices


def test_the_summary_for_the_records_of_processing(asked: Notice, settings: Any) -> None:
    """P7: Art. 30."""
    settings.CONSENT_GRANT_DAYS, settings.CONSENT_GRANT_RETENTION_DAYS = 90, 1000
    told = said(made(), "processing")
    for expected in (
        "privacy@clinic.example",
        "Data protection officer None is named",
        "Media (with consent)",
        "Necessary (without consent)",
        "Visitors of the site",
        "address, browser",
        "Provider Ltd",
        "United States, Video: Adequacy decision",
        "a grant is remembered for 90 days, and its records are kept for 1 000 days",
        "triggers in the database refuse to change them",
        "Nothing is sealed yet.",
        "No IP address",
    ):
        assert expected in told


@pytest.mark.django_db(transaction=True)
def test_it_does_not_promise_what_the_site_does_not_do(asked: Notice) -> None:
    guards.uninstall(connection)
    try:
        assert "triggers that guard the database are missing" in said(made(), "processing")
    finally:
        guards.install(connection)


def test_a_transfer_without_a_basis_is_named() -> None:
    stored(1, day(1, 1), worded(category("media", service(transfer=text("")))))
    assert "United States, Video: no basis is named" in said(made(*JANUARY), "processing")


def test_an_empty_period_says_so(asked: Notice) -> None:
    html = made()
    assert "No look of these notices is stored." in said(html, "looks")
    assert "No decision in the period." in said(html, "choices")
    assert "Nothing was removed in the period." in said(html, "removals")
    assert "Nothing has been sealed yet." in said(html, "verification")
    assert "Sound" not in html, "nothing vouches for anything yet"


def test_the_ends_of_time_are_days_too(asked: Notice) -> None:
    assert "1 notice in force" in said(made(date.min, date.max), "about")


def test_the_command_writes_one_file_and_none_twice(asked: Notice, tmp_path: Path) -> None:
    """P7."""
    out = tmp_path / "dossier.html"
    given = ("--from", str(today()), "--to", str(today()), "--out", str(out))
    call_command("consent_dossier", *given)
    text = out.read_text("utf-8")
    assert "Clinic" in said(text, "about")
    out.write_text("an older one", "utf-8")
    with pytest.raises(CommandError, match="exists already"):
        call_command("consent_dossier", *given)
    assert out.read_text("utf-8") == "an older one"
    call_command("consent_dossier", *given, "--force", "--language", "es")
    assert "Muestra un vídeo" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("since", "until", "why"),
    [
        ("yesterday", "2026-01-31", "--from takes a day such as 2026-01-31, not 'yesterday'"),
        ("2026-01-01", "2026-02-30", "--to takes a day"),
        ("2026-01-01", "", "--to takes a day"),
        ("2026-02-01", "2026-01-31", "ends before it begins"),
        ("2000-01-01", "2000-12-31", "No notice of site 'clinic' was in force"),
    ],
)
def test_the_command_says_what_is_wrong_and_writes_nothing(
    asked: Notice, tmp_path: Path, since: str, until: str, why: str
) -> None:
    out = tmp_path / "dossier.html"
    with pytest.raises(CommandError, match=re.escape(why)):
        call_command("consent_dossier", f"--from={since}", f"--to={until}", f"--out={out}")
    assert not out.exists()


def test_the_command_says_where_it_cannot_write(asked: Notice, tmp_path: Path) -> None:
    out = tmp_path / "none" / "dossier.html"
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("consent_dossier", f"--from={today()}", f"--to={today()}", f"--out={out}")
    given = (f"--from={today()}", f"--to={today()}", f"--out={tmp_path / 'x'}")
    with pytest.raises(CommandError, match="No notice of site 'elsewhere'"):
        call_command("consent_dossier", *given, "--site=elsewhere")
