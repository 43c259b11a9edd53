"""What a page view costs the server: this app, and django-cookie-consent, beside the bare page.

Three gated places and four optional categories of five trackers each, through Django's own handler.
Added cost is the median of the differences to the bare page within the same round. With this app an
undecided page holds the whole dialog; with django-cookie-consent a bar that the site wrote itself,
its middleware, three filters and the groups tag, out of a warm local-memory cache, as on its
demonstration page. ``dcc_lean`` is that page without the tag that names the groups still open: as
little as its documentation allows. The targets stand against the former, which adds what they were
set from: 0.5 ms undecided and 1.2 ms decided to a bare page of 0.08 ms.

One visitor of each kind comes again and again; ``view.strangers`` is what a page costs when
everybody who granted comes for the first time: most of what that adds is a date in words.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import override_settings

from tests.benchmarks import browsing, pages
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.timing import Case, added, interleaved
from tests.benchmarks.visits import MODES, STATES, handler, published, visit

ROUNDS = 2000
STRANGERS = 5000
"""More than any memory of visitors holds."""

DCC = "django-cookie-consent"
LEAN = f"{DCC}, lean"
PEERS = {"dcc": DCC, "dcc_lean": LEAN}


def run() -> list[Figure]:
    """Return all figures."""
    published()
    return [*_times(), *_queries(), *_requests()]


def _times() -> list[Figure]:
    figures: list[Figure] = []
    shares: dict[tuple[str, str, str], float] = {}
    for mode, is_cacheable in MODES.items():
        with override_settings(CONSENT_CACHEABLE_PAGES=is_cacheable):
            taken = interleaved(_cases(), ROUNDS)
        cost = {name: added(taken, name, to="bare") * 1e6 for name in taken}
        if not figures:
            figures += _peers(median(taken["bare"]) * 1e6, cost)
        figures += _own(mode, cost)
        for app in PEERS:
            for state in STATES:
                shares[app, mode, state] = cost[f"ours {state}"] / cost[f"{app} {state}"]
    return [*_headlines(shares), *figures]


def _headlines(shares: dict[tuple[str, str, str], float]) -> list[Figure]:
    def worst(app: str, *states: str) -> float:
        return max(share for (a, _, state), share in shares.items() if a == app and state in states)

    decided = STATES[1:]
    return [
        figure("view.vs_dcc", worst("dcc", *decided), "ratio", target="<= 0.10", peer=DCC),
        figure(
            "view.undecided_vs_dcc", worst("dcc", "undecided"), "ratio", target="<= 0.25", peer=DCC
        ),
        figure("view.vs_dcc_lean", worst("dcc_lean", *decided), "ratio", peer=LEAN),
        figure("view.undecided_vs_dcc_lean", worst("dcc_lean", "undecided"), "ratio", peer=LEAN),
        *(
            figure(f"view.share.{mode}.{state}", share, "ratio", peer=DCC)
            for (app, mode, state), share in shares.items()
            if app == "dcc"
        ),
    ]


def _peers(bare: float, cost: dict[str, float]) -> list[Figure]:
    return [
        figure("view.bare", bare, "µs", peer="the bare page"),
        *(
            figure(f"view.added.{app}.{state}", cost[f"{app} {state}"], "µs", peer=peer)
            for app, peer in PEERS.items()
            for state in STATES
        ),
    ]


def _own(mode: str, cost: dict[str, float]) -> list[Figure]:
    return [
        *(figure(f"view.added.{mode}.{state}", cost[f"ours {state}"], "µs") for state in STATES),
        figure(f"view.strangers.{mode}.granted", cost["ours strangers"], "µs"),
    ]


def _cases() -> dict[str, Case]:
    cases = {
        "bare": _case("bare", "undecided"),
        "ours strangers": _case("ours", "granted", visitors=STRANGERS),
    }
    for app in ("ours", *PEERS):
        cases |= {f"{app} {state}": _case(app, state) for state in STATES}
    return cases


def _case(app: str, state: str, *, visitors: int = 1) -> Case:
    respond, request = handler(app), visit(app, state, visitors=visitors)

    def prepare() -> Callable[[], object]:
        asked = request()
        return lambda: respond(asked)

    _make_sure(app, state, respond(request()))
    return prepare


def _make_sure(app: str, state: str, response: Any) -> None:
    """Raise unless the page is what is to be measured: gated as chosen, and with its dialog."""
    assert response.status_code == 200
    html = response.content.decode()
    if app == "ours":
        assert 'data-consent-dialog="preferences"' in html
    if app in PEERS:
        assert (pages.MEDIA in html) == (state == "granted")


def _queries() -> list[Figure]:
    ran: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        ran.append(sql)
        return execute(sql, *rest)

    for is_cacheable in MODES.values():
        with override_settings(
            CONSENT_CACHEABLE_PAGES=is_cacheable, CONSENT_NOTICE_REFRESH_SECONDS=3600
        ):
            cases = [_case("ours", state) for state in STATES]
            with connection.execute_wrapper(note):
                for prepare in cases * 3:
                    prepare()()
    return [figure("view.queries", len(ran), "queries a page view, at most", target="= 0")]


def _requests() -> list[Figure]:
    unit = "requests a page view beyond cacheable files, at most"
    counted = browsing.requests_beyond_files()
    return [
        figure("view.requests", counted.get("ours"), unit, target="= 0"),
        figure("view.requests.dcc", counted.get("dcc"), unit, peer=DCC),
    ]
