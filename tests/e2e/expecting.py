"""What each service of the clinic asks of its third party, and how to wait for it."""

from __future__ import annotations

from collections.abc import Callable

from tests.site.thirdparty import ThirdParty

PATHS = {
    "statistics:visits": "/analytics.js",
    "marketing:adnet": "/pixel.gif",
    "media:video": "/embed/results",
    "media:maps": "/embed/map",
}
EVERYTHING = frozenset(PATHS)
NOTHING: frozenset[str] = frozenset()


def loaded(third_party: ThirdParty) -> frozenset[str]:
    """Return the services whose third party was asked for something."""
    asked = {entry["path"].partition("?")[0] for entry in list(third_party.log)}
    return frozenset(service for service, path in PATHS.items() if path in asked)


def eventually(claim: Callable[[], bool], wait: Callable[[float], None], *, ms: int = 5000) -> bool:
    """Return whether a claim becomes true; ``wait`` takes milliseconds and lets the browser run."""
    for _ in range(ms // 50):
        if claim():
            return True
        wait(50)
    return claim()
