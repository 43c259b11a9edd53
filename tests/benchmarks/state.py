"""What reading the visitor's one cookie costs: parse, check the signature, enforce, serialise.

Every call gets the cookie of a visitor of its own, never seen before by any case, so that no
memory of earlier values helps; what visitors chose repeats, as it does among people. The figures
named warm read one and the same value again. ``state.vs_signer`` holds the whole step of a request,
its cookie read and a verdict on three others, against Django's ``Signer.signature`` alone, the
signer made beforehand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import cycle, islice, repeat
from statistics import median
from typing import TypeVar

from django.core import signing

from consent import cookies
from consent.core.enforcement import verdict_on
from consent.core.state import ConsentState
from consent.recording import new_receipt
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.timing import Case, interleaved
from tests.benchmarks.visits import published

ROUNDS = 400
BATCH = 50
SITE = "benchmarks"
T = TypeVar("T")
SIGNER = "Django's Signer.signature"
SENT = ("sessionid", "statistics_1", "marketing_2")
"""Three cookies: exempt, granted and not granted."""
VERDICTS = ["exempt", "granted", "declined"]
GRANTS = [frozenset({"statistics", *others}) for others in ((), ("media",), ("preferences",))]
"""What visitors chose."""


def run() -> list[Figure]:
    """Return all figures."""
    taken = interleaved(_cases(), ROUNDS)
    ns = {name: median(times) / BATCH * 1e9 for name, times in taken.items()}
    signer = ns["signer"]
    return [
        figure("state.vs_signer", ns["step"] / signer, "ratio", target="<= 1.5", peer=SIGNER),
        figure("state.warm_vs_signer", ns["warm step"] / signer, "ratio", peer=SIGNER),
        figure("state.signer", signer, "ns", peer=SIGNER),
        *(figure(f"state.{name.replace(' ', '_')}", ns[name], "ns") for name in _own(ns)),
        *(
            figure(f"state.{name}_hmac", ns["signature"] / ns[name] * 100, "% of it in HMAC")
            for name in ("parse", "serialise", "step")
        ),
    ]


def _own(names: Iterable[str]) -> list[str]:
    return [name for name in names if name != "signer"]


def _cases() -> dict[str, Case]:
    notice = published()
    signer = signing.Signer(salt="consent.state")
    read, sign = partial(cookies.read_state, site=SITE), partial(cookies.signed_value, site=SITE)

    def enforce(state: ConsentState) -> None:
        for name in SENT:
            verdict_on(name, state, notice)

    def step(value: str) -> None:
        enforce(cookies.read_state(value, site=SITE))

    for state in islice(_visitors(), BATCH):
        assert read(sign(state)) == state
        assert [verdict_on(name, state, notice) for name in SENT] == VERDICTS
    same = sign(next(_visitors()))
    return {
        "signer": _batches(signer.signature, (f"{SITE}:{payload}" for payload in _payloads())),
        "signature": _batches(partial(cookies.signature, site=SITE), _payloads()),
        "parse": _batches(read, map(sign, _visitors())),
        "serialise": _batches(sign, _visitors()),
        "enforce": _batches(enforce, _visitors()),
        "step": _batches(step, map(sign, _visitors())),
        "warm parse": _batches(read, repeat(same)),
        "warm step": _batches(step, repeat(same)),
    }


def _batches(call: Callable[[T], object], arguments: Iterator[T]) -> Case:
    def prepare() -> Callable[[], None]:
        batch = list(islice(arguments, BATCH))

        def run_batch() -> None:
            for argument in batch:
                call(argument)

        return run_batch

    return prepare


def _visitors() -> Iterator[ConsentState]:
    now = int(time.time())
    for granted in cycle(GRANTS):
        yield ConsentState(1, now, granted, receipt=new_receipt(), signed=True)


def _payloads() -> Iterator[str]:
    return (state.payload() for state in _visitors())
