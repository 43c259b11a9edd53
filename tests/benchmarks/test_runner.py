"""The runner says what it measured, and says so where a target is missed. Nothing is timed here."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.benchmarks import __main__ as runner
from tests.benchmarks import browsing, report, timing, visits, wire
from tests.benchmarks.figures import FIELDS, Figure, figure, meets, rounded, settled


def module(*figures: Figure) -> ModuleType:
    """Return a module of that many figures, as the runner finds them."""
    made = ModuleType("speed", "How fast it is.\n\nBeside a peer.")
    made.run = lambda: list(figures)  # type: ignore[attr-defined]  # what makes it one
    return made


FAST = figure("speed.fast", 0.5, "ratio", target="<= 1", peer="a peer")
SLOW = figure("speed.slow", 1.004, "ratio", target="<= 1", peer="a peer")
PLAIN = figure("speed.plain", 1234.5, "µs")
ABSENT = figure("speed.absent", None, "bytes", target="< 10", peer="npm's")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Path]:
    """Let the runner find one module, and write where the test can see it."""
    paths = {"page": tmp_path / "performance.md", "results": tmp_path / "results.json"}
    monkeypatch.setattr(report, "PAGE", paths["page"])
    monkeypatch.setattr(report, "RESULTS", paths["results"])
    monkeypatch.setattr(runner, "modules", lambda: {"speed": module(FAST, SLOW, PLAIN, ABSENT)})
    monkeypatch.setenv("BENCHMARK_SCALE", "1")
    return paths


def test_every_module_with_figures_is_found() -> None:
    found = {"decide", "evidence", "markup", "record", "removal", "state", "view", "wire"}
    assert found <= set(runner.modules())
    assert "pages" not in runner.modules()


def test_results_have_the_shape_that_machines_read(written: dict[str, Path]) -> None:
    """DESIGN 10."""
    assert runner.main([]) == 0
    results: list[dict[str, Any]] = json.loads(written["results"].read_text("utf-8"))
    assert all(tuple(result) == FIELDS for result in results)
    assert [result["id"] for result in results] == [
        "speed.fast",
        "speed.slow",
        "speed.plain",
        "speed.absent",
    ]
    assert [result["holds"] for result in results] == [True, False, None, None]
    assert [result["value"] for result in results] == [0.5, 1, 1234, None]


def test_a_missed_target_is_said_aloud(
    written: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """DESIGN 10: one is missed by less than rounding shows."""
    runner.main([])
    assert "1 of 2 targets hold; missed: speed.slow." in capsys.readouterr().out
    [row] = [line for line in written["page"].read_text("utf-8").splitlines() if "slow" in line]
    assert "**no**" in row


def test_the_page_says_what_was_measured_and_what_was_not(written: dict[str, Path]) -> None:
    runner.main([])
    page = written["page"].read_text("utf-8")
    assert "## Speed\n\nHow fast it is.\n\nBeside a peer.\n" in page
    assert "not measured" in next(line for line in page.splitlines() if "absent" in line)
    assert str(Path.home()) not in page


def test_a_part_is_printed_and_replaces_no_whole(
    written: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["speed.f"]) == 0
    printed = capsys.readouterr().out
    assert "speed.fast" in printed
    assert "speed.slow" not in printed
    assert not written["results"].exists()


def test_a_first_look_replaces_no_whole(
    written: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCHMARK_SCALE", "0.1")
    assert runner.main([]) == 0
    assert not written["results"].exists()


@pytest.mark.parametrize("prefix", ["other", "speedy", "speed.none"])
def test_an_unknown_prefix_is_an_error_that_names_the_parts(
    written: dict[str, Path], prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main([prefix]) == 2
    assert "There are: speed." in capsys.readouterr().out


def test_a_module_may_give_figures_of_other_names(
    written: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    several = module(FAST)
    several.GIVES = ("speed", "size")  # type: ignore[attr-defined]  # what it may have
    monkeypatch.setattr(runner, "modules", lambda: {"looks": several})
    assert runner.main(["speed."]) == 0
    assert runner.main(["looks."]) == 2
    assert "There are: speed, size." in capsys.readouterr().out


@pytest.mark.parametrize("value", [0, 1, 1.5])
def test_a_target_is_met_up_to_its_bound(value: float) -> None:
    assert meets(value, "<= 1.5")
    assert meets(value, "< 1.51")
    assert meets(value, ">= 0")
    assert meets(value, "= 0") == (value == 0)
    assert not meets(value, "> 1.5")


@pytest.mark.parametrize("target", ["1", "<=1", "about 1", "<= x"])
def test_a_target_that_cannot_be_read_is_an_error(target: str) -> None:
    with pytest.raises(ValueError, match="No target"):
        meets(1, target)


def test_a_figure_without_all_its_fields_is_an_error() -> None:
    with pytest.raises(ValueError, match="A figure holds id, value"):
        settled({"id": "speed.fast", "value": 1})


def test_nothing_holds_without_a_target() -> None:
    assert settled({**PLAIN, "target": "", "holds": True})["holds"] is None
    assert settled({**SLOW, "value": None, "holds": True})["holds"] is None


@pytest.mark.parametrize(
    ("value", "shown"), [(0.12345, 0.123), (12.345, 12.3), (100.4, 100), (3.0, 3), (0, 0)]
)
def test_values_are_rounded_to_what_can_be_repeated(value: float, shown: float) -> None:
    assert rounded(value) == shown


def test_times_are_taken_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each round meets every case once, in an order of its own."""
    monkeypatch.setattr(timing, "WARM_UP", 0)
    monkeypatch.setenv("BENCHMARK_SCALE", "1")
    ran: list[str] = []
    cases = {name: lambda name=name: lambda: ran.append(name) for name in "abc"}
    taken = timing.interleaved(cases, 20)
    in_turn = [ran[at : at + 3] for at in range(0, len(ran), 3)]
    assert {name: len(times) for name, times in taken.items()} == dict.fromkeys("abc", 20)
    assert all(sorted(turn) == ["a", "b", "c"] for turn in in_turn)
    assert len({tuple(turn) for turn in in_turn}) > 1


def test_what_is_added_is_the_median_difference_within_a_round() -> None:
    taken = {"with": [5.0, 3.0, 104.0], "bare": [1.0, 1.0, 100.0]}
    assert timing.added(taken, "with", to="bare") == 4


def test_the_same_files_are_weighed_as_are_asked_for() -> None:
    """DESIGN 4.11: what a page asks for is tested in tests/e2e/test_page_view.py."""
    assert set(wire.FIRST) == {"dialog.js", "dialog.css"}
    assert (wire.EARLY["cacheable"], wire.LATER["granted"]) == (("state.js",), ("enforce.js",))
    assert set(wire.EARLY) == set(visits.MODES)
    assert wire.files_size([b"a" * 1000], "raw") == 1000
    assert wire.files_size([b"a" * 1000], "gzip") < 100


def test_a_file_is_told_from_a_request() -> None:
    assert browsing.is_file("/static/consent/dialog.js")
    assert not browsing.is_file("/cookies/status/")
