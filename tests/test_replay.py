"""An old dialog shown again: from what was stored, inert, with its digests."""

from __future__ import annotations

import hashlib
import html as markup
import re
from datetime import UTC
from io import StringIO
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.core.management import CommandError, call_command

from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.models import Notice as StoredNotice
from consent.models import Presentation, Record
from consent.presentations import presentation_of, store_presentation
from consent.replays import ReplayError, findings, replay
from tests.visiting import PRESENTATION, Visitor, records

pytestmark = [pytest.mark.urls("tests.pages"), pytest.mark.django_db]


@pytest.fixture
def chosen(visitor: Visitor, asked: Notice) -> Record:
    """A choice in Spanish on a page that showed the dialog."""
    visitor.get("/es-mx/")
    digest = render_dialog(asked, "es").digest
    visitor.choose("save", grant=["media:video"], language="es", presentation=digest)
    return records()[0]


def command(*arguments: Any) -> str:
    out = StringIO()
    call_command("consent_replay", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def frames(html: str) -> list[str]:
    return [markup.unescape(found) for found in re.findall(r'srcdoc="([^"]*)"', html)]


def faults(record: Record) -> list[str]:
    return [finding.what for finding in findings(record) if not finding.holds]


def stored(html: str, **values: str) -> Presentation:
    """Store a presentation that says something of its own."""
    fields = {"site": "clinic", "notice": 1, "notice_digest": "0", "language": "en"}
    texts = {"script": "", "style": "", **values}
    return store_presentation(Presentation(digest=PRESENTATION, html=html, **{**fields, **texts}))


def test_the_file_says_what_was_chosen_about_what(chosen: Record) -> None:
    """P2, P3, P7: in the words that the visitor read."""
    html = replay(chosen)
    shown = Presentation.objects.get()
    for said in (
        f"Record {chosen.pk}",
        f"{chosen.decided_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        chosen.receipt,
        "<dt>Media: Video</dt><dd>yes</dd>",
        "<dd>no</dd>",
        "<dt>Notice</dt><dd>1</dd>",
        chosen.notice_digest,
        shown.digest,
        chosen.commitment,
    ):
        assert said in html, said
    assert html.count("recomputes") == 3
    assert [finding.holds for finding in findings(chosen)] == [True] * 4


def test_the_dialog_is_the_stored_one_and_nothing_is_rendered_anew(
    visitor: Visitor, asked: Notice
) -> None:
    """P3: what the templates would say today does not count."""
    stored('<section class="consent-notice">Stored long ago</section>', style=".old {}")
    visitor.choose("refuse", presentation=PRESENTATION)
    html = replay(records()[0])
    for frame in frames(html):
        assert "Stored long ago" in frame
        assert ".old {}" in frame
        assert "We use cookies" not in frame


def test_banner_and_preferences_are_both_seen(chosen: Record) -> None:
    """P3: each in a frame of its own, markers filled with neutral values."""
    banner, preferences = frames(replay(chosen))
    for frame in (banner, preferences):
        assert "%%" not in frame
        assert 'name="next" value="/"' in frame
        assert f'name="presentation" value="{chosen.presentation}"' in frame
        assert 'lang="es"' in frame
        assert chosen.receipt not in frame
    assert not re.search(r"<section[^>]*data-consent-dialog=\"banner\"[^>]* hidden", banner)
    assert re.search(r"<section[^>]*data-consent-dialog=\"banner\"[^>]* hidden", preferences)
    assert "<dialog open" not in banner
    assert preferences.count("<dialog open") == 1


def test_nothing_in_the_file_runs_loads_or_sends(chosen: Record) -> None:
    """P3: one file, complete in itself."""
    html = replay(chosen)
    for document in (html, *frames(html)):
        tree = html5lib.parse(document, namespaceHTMLElements=False)
        names = {element.tag for element in tree.iter()}
        assert not names & {"script", "img", "link", "object", "embed", "base"}
        (policy,) = [e for e in tree.iter("meta") if e.get("http-equiv")]
        directives = policy.get("content").split("; ")
        assert "default-src 'none'" in directives
        assert "form-action 'none'" in directives
    outer = html5lib.parse(html, namespaceHTMLElements=False)
    assert [frame.get("sandbox") for frame in outer.iter("iframe")] == ["", ""]
    assert not list(outer.iter("form"))
    pres = ["".join(pre.itertext()) for pre in outer.iter("pre")]
    shown = Presentation.objects.get()
    assert pres == [shown.html, shown.script, shown.style]


def test_what_is_stored_cannot_break_out(visitor: Visitor, asked: Notice) -> None:
    hostile = '"></iframe><script>alert(1)</script><!--'
    stored(hostile, style="</style><script>alert(2)</script>", script="</pre><script>alert(3)")
    visitor.choose("refuse", presentation=PRESENTATION)
    html = replay(records()[0])
    assert "<script" not in html
    for frame in frames(html):
        head = frame[: frame.index("<body>")]
        assert head.lower().count("</style") == 1


def test_a_placeholder_is_told_of(chosen: Record, visitor: Visitor) -> None:
    said = "at a placeholder"
    assert said not in replay(chosen)
    fields = {"layer": "placeholder", "presentation": chosen.presentation, "language": "es"}
    visitor.choose(action="once", grant=["media:maps"], **fields)
    assert said in replay(records()[1])


@pytest.mark.parametrize("column", ["html", "script", "style"])
def test_a_presentation_that_is_not_what_it_was_is_shown_and_named(
    visitor: Visitor, asked: Notice, column: str
) -> None:
    """P3, P6."""
    falsified = presentation_of(render_dialog(asked, "en"))
    setattr(falsified, column, f"{getattr(falsified, column)} changed")
    store_presentation(falsified)
    visitor.choose("refuse", presentation=falsified.digest)
    (record,) = records()
    assert faults(record) == ["Presentation"]
    assert 'class="fault">does NOT recompute' in replay(record)


@pytest.mark.parametrize("digest", ["the record's", "its own"])
def test_a_notice_that_is_not_what_it_was_is_named(chosen: Record, digest: str) -> None:
    """P2, P6: whether or not somebody made its digest anew."""
    row = StoredNotice.objects.get()
    document = row.document.replace("Video", "Radio")
    own = hashlib.sha256(document.encode()).hexdigest()
    row.pk, row._state.adding = None, True
    row.number, row.document = 2, document
    row.digest = own if digest == "its own" else row.digest
    row.save()
    chosen.notice = 2
    assert faults(chosen) == ["Notice", "Record's commitment"]


@pytest.mark.parametrize(
    "changed", [{"means": "accept"}, {"salt": "0" * 32}, {"salt": "no number"}, {"receipt": ""}]
)
def test_a_record_that_was_changed_is_named(chosen: Record, changed: dict[str, str]) -> None:
    """P6."""
    for column, value in changed.items():
        setattr(chosen, column, value)
    assert faults(chosen) == ["Record's commitment"]


def test_a_record_from_before_commitments_has_none(chosen: Record) -> None:
    chosen.salt = chosen.commitment = ""
    (last,) = [finding for finding in findings(chosen) if finding.holds is not True]
    assert (last.holds, last.text) == (None, "the record has none")


def test_a_presentation_of_another_language_is_named(visitor: Visitor, asked: Notice) -> None:
    """P3: the page said so; it cannot have been."""
    visitor.get("/page/")
    digest = render_dialog(asked, "en").digest
    visitor.choose("refuse", language="es", presentation=digest)
    assert faults(records()[0]) == ["Presentation's notice"]


def test_without_its_notice_the_answers_keep_their_keys(chosen: Record) -> None:
    chosen.notice = 7
    assert "<dt>media:video</dt><dd>yes</dd>" in replay(chosen)
    missing = [finding for finding in findings(chosen) if finding.holds is None]
    assert [finding.text for finding in missing] == ["the notice is not stored"]


# The command


def test_the_command_writes_one_file(chosen: Record, tmp_path: Path) -> None:
    """P3: the receipt may be written as people write."""
    target = tmp_path / "out.html"
    said = command(chosen.receipt.upper(), "--html", target)
    assert said == f"Written: {target} shows record {chosen.pk}.\n"
    assert target.read_text("utf-8") == replay(chosen)


def test_the_newest_record_of_a_receipt_is_shown_unless_another_is_named(
    chosen: Record, visitor: Visitor, tmp_path: Path
) -> None:
    shown = {"language": "es", "presentation": chosen.presentation}
    visitor.choose("accept", **shown)
    newest = records()[1]
    assert newest.receipt == chosen.receipt
    said = command(chosen.receipt, "--html", tmp_path / "a.html")
    assert f"shows record {newest.pk}." in said
    assert f"other records, for --record: {chosen.pk}." in said
    said = command(chosen.receipt, "--record", chosen.pk, "--html", tmp_path / "b.html")
    assert f"shows record {chosen.pk}." in said


def test_a_refusal_is_shown_by_its_record(visitor: Visitor, asked: Notice, tmp_path: Path) -> None:
    """It has no receipt."""
    visitor.choose("refuse", presentation=render_dialog(asked, "en").digest)
    target = tmp_path / "out.html"
    command("--record", records()[0].pk, "--html", target)
    assert "<dt>Receipt</dt><dd>none</dd>" in target.read_text("utf-8")


def test_a_digest_that_does_not_recompute_is_said_aloud(
    visitor: Visitor, asked: Notice, tmp_path: Path
) -> None:
    """P6."""
    stored("<p>Not what this digest is of</p>")
    visitor.choose("accept", presentation=PRESENTATION)
    said = command(records()[0].receipt, "--html", tmp_path / "out.html")
    assert "Presentation: does NOT recompute." in said


def test_a_file_that_exists_is_kept_unless_forced(chosen: Record, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("mine")
    with pytest.raises(CommandError, match="exists already; --force"):
        command(chosen.receipt, "--html", target)
    assert target.read_text() == "mine"
    command(chosen.receipt, "--html", target, "--force")
    assert target.read_text("utf-8") == replay(chosen)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name a receipt, or a record"),
        (("rubbish",), "is no receipt"),
        (("0" * 26,), "no record with 0000"),
        (("--record", 999), "no record with id 999"),
        (("0" * 26, "--record", 999), "no record with 0000"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_what_is_not_there_is_said(arguments: tuple[Any, ...], said: str, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    with pytest.raises(CommandError, match=said):
        command(*arguments, "--html", target)
    assert not target.exists()


def test_a_record_of_another_receipt_is_not_shown(
    chosen: Record, visitor: Visitor, tmp_path: Path
) -> None:
    other = Visitor()
    other.choose("accept")
    with pytest.raises(CommandError, match="no record with"):
        command(chosen.receipt, "--record", records()[1].pk, "--html", tmp_path / "out.html")


@pytest.mark.parametrize(
    ("presentation", "said"), [(None, "names no presentation"), (PRESENTATION, "is not stored")]
)
@pytest.mark.usefixtures("asked")
def test_without_a_stored_presentation_nothing_is_shown(
    visitor: Visitor, presentation: str | None, said: str, tmp_path: Path
) -> None:
    """P3: templates of today are no substitute."""
    visitor.choose("accept", presentation=presentation)
    (record,) = records()
    with pytest.raises(ReplayError, match=said):
        replay(record)
    target = tmp_path / "out.html"
    target.write_text("mine")
    with pytest.raises(CommandError, match=said):
        command(record.receipt, "--html", target, "--force")
    assert target.read_text() == "mine"


def test_a_place_that_cannot_be_written_is_said(chosen: Record, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        command(chosen.receipt, "--html", tmp_path / "nowhere" / "out.html")
