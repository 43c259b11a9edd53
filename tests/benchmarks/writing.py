"""One writer: a process that writes for a while and says how fast it did."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import cache
from io import BytesIO
from itertools import cycle
from time import perf_counter, sleep
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone

from consent import notices
from consent.conf import conf
from consent.core.decision import Choice, Decision, decide
from consent.core.notice import Notice
from consent.core.state import UNDECIDED
from consent.dialog import render_dialog
from consent.models import Record
from consent.recording import Shown, new_receipt, record_decision
from consent.sealing import seal
from tests.benchmarks import plain, visits

SHOWN = Shown(language="en", presentation="5" * 64, layer="banner", by="script")
VISITORS = 10_000
FORM = {"action": "accept", "language": "en", "layer": "banner", "means": "accept", "by": "script"}


def rate(task: str, seconds: float) -> float:
    """Do a task again and again, one of `TASKS`; return how often a second."""
    write, count = _task(task), 0
    gc.collect()
    gc.disable()
    now = start = perf_counter()
    while now < start + seconds:
        write()
        count += 1
        now = perf_counter()
    gc.enable()
    return count / (now - start)


def seal_for(seconds: float, every: float) -> int:
    """Seal what was written, again and again; return how many seals there are more."""
    count, end = 0, perf_counter() + seconds
    while (begun := perf_counter()) < end:
        count += len(seal())
        sleep(max(0, min(begun + every, end) - perf_counter()))
    return count


def notice() -> Notice:
    """Return the notice that is in force."""
    found = notices.in_force(conf.site)
    assert found is not None
    return found


def decision() -> Decision:
    """Return the decision that is recorded."""
    return decide(Choice("accept", "accept"), notice(), UNDECIDED)


@cache
def _task(task: str) -> Callable[[], object]:
    write = TASKS[task.removesuffix("_atomic")]()
    return _in_transaction(write) if task.endswith("_atomic") else write


def _in_transaction(write: Callable[[], object]) -> Callable[[], None]:
    def wrapped() -> None:
        with transaction.atomic():
            write()

    return wrapped


def _record() -> Callable[[], object]:
    asked, decided, receipts = notice(), decision(), _receipts()
    return lambda: record_decision(decided, notice=asked, shown=SHOWN, receipt=next(receipts))


def _bare() -> Callable[[], object]:
    row, receipts = bare_row(), _receipts()
    create = plain.Plain.objects.create
    return lambda: create(**{**row, "receipt": next(receipts), "decided_at": timezone.now()})


def bare_row() -> dict[str, Any]:
    """Return a record's columns as `record_decision` fills them, but for receipt and time."""
    asked, decided = notice(), decision()
    return {
        "site": asked.site,
        "notice": asked.number,
        "notice_digest": asked.digest,
        "language": SHOWN.language,
        "presentation": SHOWN.presentation,
        "layer": SHOWN.layer,
        "means": decided.means,
        "by": SHOWN.by,
        "action": decided.action,
        "answers": dict(decided.answers),
    }


def _decide() -> Callable[[], object]:
    before = Record.objects.count()
    ask = _asking("ours", "/privacy/decision/")
    answer = ask()
    assert answer.status_code == 200, answer.content
    assert conf.cookie_name in answer.cookies
    assert Record.objects.count() == before + 1
    return ask


def _view() -> Callable[[], object]:
    plain.ROW, plain.RECEIPTS = bare_row(), _receipts()
    before = plain.Plain.objects.count()
    ask = _asking("bare", "/insert/")
    assert ask().status_code == 200
    assert plain.Plain.objects.count() == before + 1
    return ask


def _asking(app: str, path: str) -> Callable[[], Any]:
    """Return what has one more visitor's post answered, as Django's own server hands it over."""
    shown = render_dialog(notice(), FORM["language"])
    sent = {**FORM, "notice": notice().number, "presentation": shown.digest}
    headers = {"accept": "application/json", "sec-fetch-site": "same-origin"}
    content = "&".join(f"{name}={value}" for name, value in sent.items())
    form = "application/x-www-form-urlencoded"
    environ = RequestFactory().post(path, content, content_type=form, headers=headers).environ
    respond, body = visits.handler(app), content.encode()
    addresses = cycle([f"10.0.{n >> 8}.{n & 255}" for n in range(VISITORS)])

    def ask() -> Any:
        own = {"wsgi.input": BytesIO(body), "REMOTE_ADDR": next(addresses)}
        return respond(WSGIRequest({**environ, **own}))

    return ask


def _receipts() -> Any:
    return cycle([new_receipt() for _ in range(VISITORS)])


TASKS: dict[str, Callable[[], Callable[[], object]]] = {
    "record": _record,
    "bare": _bare,
    "decide": _decide,
    "view": _view,
}
"""How to begin each task. With ``_atomic`` after its name each write is a transaction."""
