"""What scanning a page costs, beside gzip, lxml and selectolax on the same bytes, in one run.

``python -m tests.benchmarks.markup`` prints the entries.
"""

from __future__ import annotations

import gzip
import json
import re
import tracemalloc
from collections.abc import Callable
from functools import partial
from statistics import median
from time import thread_time
from typing import Any

import lxml.html
from selectolax.lexbor import LexborHTMLParser

from consent.core.markup import Rules, Scanner, may_hold, rewrite
from tests.benchmarks.clinic import HELD, OWN, PAGE, PATTERNS, clinic_page

ROUNDS = 200
CHUNK = 64 * 1024
RULES = Rules(held=HELD, own=OWN, patterns=PATTERNS)
ONE_SEARCH = re.compile(rb"[/\\][\t\n\r]*+[/\\](?!www\.clinic\.example|www\.w3\.org|schema\.org)")
"""The straightforward search for two slashes that lead elsewhere, entities and escapes left out."""


def timed(*calls: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Return the median seconds of each call, all taken in turn so that noise meets them alike;
    processor time, so that other processes do not count."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, taken, strict=True):
            start = thread_time()
            call()
            times.append(thread_time() - start)
    return [median(times) for times in taken]


def entry(
    identity: str, value: float, unit: str, target: str = "", *, holds: bool = True, peer: str = ""
) -> dict[str, Any]:
    """Return one figure in the shape of the results' file."""
    shown = {"id": identity, "value": round(value, 3), "unit": unit, "target": target}
    return {**shown, "holds": holds, "peer": peer}


def scan(page: bytes) -> bytes:
    """Run the scanner itself, without its prefilter, in one piece."""
    scanner = Scanner(RULES, page=PAGE)
    return scanner.feed(page) + scanner.close()


def prefilter() -> list[dict[str, Any]]:
    """Return the cost of the prefilter on a page without a foreign host."""
    page = clinic_page(0)
    assert not may_hold(page, RULES)
    own, search = timed(lambda: may_hold(page, RULES), lambda: ONE_SEARCH.search(page))
    peer = "one compiled search"
    return [
        entry(
            "markup.scan_vs_search",
            own / search,
            "ratio",
            "<= 1.5",
            holds=own <= 1.5 * search,
            peer=peer,
        ),
        entry("markup.may_hold", own * 1e6, "µs"),
    ]


def peers() -> list[dict[str, Any]]:
    """Return the scanner's time on a page with ten third-party tags against that of each peer.

    Peers take turns with the scanner one by one: together they would measure each other's traces
    in the processor's caches.
    """
    page = clinic_page(10)
    assert rewrite(page, RULES, page=PAGE) != page
    figures = []
    for name, peer in PEERS.items():
        own, other = timed(partial(scan, page), partial(peer, page))
        ratio = own / other
        figures.append(
            entry(f"markup.vs_{name}", ratio, "ratio", "< 1", holds=ratio < 1, peer=name)
        )
    return figures


def _lxml(page: bytes) -> bytes:
    return lxml.html.tostring(lxml.html.document_fromstring(page), encoding="utf-8")


def _selectolax(page: bytes) -> bytes:
    return (LexborHTMLParser(page).html or "").encode()


PEERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": partial(gzip.compress, compresslevel=6),
    "lxml": _lxml,
    "selectolax": _selectolax,
}


def throughput() -> list[dict[str, Any]]:
    """Return megabytes a second for pages with 0, 10 and 100 third-party tags."""
    figures = []
    for count in (0, 10, 100):
        page = clinic_page(count)
        (seconds,) = timed(partial(scan, page))
        figures.append(entry(f"markup.mb_per_s.{count}", len(page) / seconds / 1e6, "MB/s"))
    return figures


def fidelity() -> list[dict[str, Any]]:
    """Return how many bytes differ when a page is merely parsed and written again."""
    page = clinic_page(10)
    own = rewrite(page, Rules(undeclared="allow"), page=PAGE)
    figures = [entry("markup.changed_bytes", _changed(page, own), "bytes", "0", holds=own == page)]
    for name in ("lxml", "selectolax"):
        changed = _changed(page, PEERS[name](page))
        figures.append(entry(f"markup.changed_bytes.{name}", changed, "bytes", peer=name))
    return figures


def _changed(page: bytes, other: bytes) -> int:
    """Return the bytes of a page that a line by line comparison does not find unchanged."""
    kept = set(other.splitlines())
    return sum(len(line) for line in page.splitlines() if line not in kept)


def memory() -> list[dict[str, Any]]:
    """Return the peak of rewriting a 10 MB page, whole and in chunks, as a ratio to the page."""
    page = clinic_page(2500, size=10_000_000)
    peak = max(_peak(lambda: scan(page)), _peak(lambda: _chunked(page)))
    ratio = peak / len(page)
    return [entry("markup.memory", ratio, "ratio to the page", "<= 3", holds=ratio <= 3)]


def _chunked(page: bytes) -> bytes:
    scanner = Scanner(RULES, page=PAGE)
    pieces = [scanner.feed(page[at : at + CHUNK]) for at in range(0, len(page), CHUNK)]
    return b"".join([*pieces, scanner.close()])


def _peak(call: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def run() -> list[dict[str, Any]]:
    """Return all figures."""
    return [*prefilter(), *peers(), *throughput(), *memory(), *fidelity()]


if __name__ == "__main__":
    print(json.dumps(run(), indent=1, ensure_ascii=False))  # noqa: T201 - a command's output
