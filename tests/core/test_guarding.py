"""What the guard in the page is told."""

from __future__ import annotations

from consent.core.guarding import guarded
from tests.core.notices import category, notice, service, tracker


def test_hosts_and_names_are_told_by_the_key_that_frees_them() -> None:
    """B2, B4."""
    video = service(
        "video",
        hosts=("player.example", "*.cdn.example"),
        trackers=[tracker("_v_*"), tracker("v:*", kind="local"), tracker("px", kind="pixel")],
    )
    asked = notice(category("media", video, trackers=[tracker("m", kind="session")]))
    assert guarded(asked) == {
        "media": {"session": ["m"]},
        "media:video": {
            "hosts": ["player.example", "*.cdn.example"],
            "cookie": ["_v_*"],
            "local": ["v:*"],
        },
    }


def test_what_is_exempt_is_told_as_free() -> None:
    """X1: a required category, whatever else shares a name or a host with it."""
    log = service("log", hosts=("own.example",), trackers=[tracker("id", criterion="B")])
    other = service("other", hosts=(), trackers=[tracker("id")])
    asked = notice(category("necessary", log, required=True), category("media", other))
    assert guarded(asked) == {
        "": {"hosts": ["own.example"], "cookie": ["id"]},
        "media:other": {"cookie": ["id"]},
    }


def test_what_guards_nothing_is_not_told() -> None:
    assert guarded(notice(category("media", service("plain", hosts=())))) == {}
