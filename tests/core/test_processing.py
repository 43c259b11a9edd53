"""What a notice says for the controller's records of processing."""

from __future__ import annotations

from consent.core.notice import Notice
from consent.core.processing import processing
from tests.core.notices import category, service, text
from tests.visiting import worded


def declared() -> Notice:
    return worded(
        category(
            "necessary", service("log", role="own", country="", provider=text("")), required=True
        ),
        category(
            "media",
            service("film", country="US", transfer=text("Clauses"), recipients=text("A\nB")),
            service("map", country="DE", retention=text("6 months"), data_types=text("place")),
        ),
    )


def test_purposes_tell_whether_consent_is_asked() -> None:
    """P7."""
    said = processing(declared(), "en")
    purposes = [(each["name"], each["is_asked"]) for each in said["purposes"]]
    assert purposes == [("Media", True), ("Necessary", False)]
    assert said["purposes"][0]["services"] == [("Film", "Shows a film"), ("Map", "Shows a film")]


def test_recipients_are_providers_and_whom_they_pass_it_on_to() -> None:
    """P7: with their roles; the controller's own tools have none."""
    recipients = dict(processing(declared(), "en")["recipients"])
    assert set(recipients) == {"Provider Ltd", "A", "B"}
    assert recipients["A"] == "Film: Controller of its own, for its own purposes"
    assert recipients["Provider Ltd"].count("Controller of its own") == 2


def test_transfers_are_those_that_need_a_basis() -> None:
    """P7: neither one inside nor one to the controller's own country."""
    (transfer,) = processing(declared(), "en", inside={"DE"})["transfers"]
    assert transfer == {"service": "Film", "country": "United States", "basis": "Clauses"}
    assert len(processing(declared(), "en")["transfers"]) == 2


def test_data_and_retention_are_named_once_with_what_they_are_of() -> None:
    """P7."""
    said = processing(declared(), "es")
    assert said["data"] == [("address, browser", "Film, Log"), ("place", "Map")]
    assert said["retention"] == [("2 years", "Film, Log"), ("6 months", "Map")]


def test_a_declared_log_is_told() -> None:
    assert not processing(declared(), "en")["declares_log"]
    log = worded(category("necessary", service("consent-log", role="own"), required=True))
    assert processing(log, "en")["declares_log"]
