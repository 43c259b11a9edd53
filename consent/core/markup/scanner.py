"""The scanner: bytes in, the same bytes out, with what must not load made inert."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from operator import itemgetter

from consent.core.markup.encodings import to_bytes, to_wide, wide_encoding
from consent.core.markup.holding import Holder, NextGate, Placeholder
from consent.core.markup.judging import Judge, tell_nobody
from consent.core.markup.machine import Machine, closing_edits, read_fragment
from consent.core.markup.prefilter import may_hold
from consent.core.markup.rules import Rules

Report = Callable[[str], None]
_BOM_STARTS = b"\xfe\xff"
_PORTION = 512 * 1024
"""Bytes that are read at once, so that a long page's edits are not all kept together."""

_PATIENCE = 4096
"""Bytes of an unfinished tag that are read again with every chunk; longer ones wait to double."""


def _count_gates() -> NextGate:
    numbers = count(1)
    return lambda: f"held-{next(numbers)}"


class Scanner:
    """Make ungranted third-party markup inert, incrementally.

    ``page`` is the page's absolute URL. ``next_gate`` names gates. ``placeholder`` gets a key, a
    gate and a frame's absolute address (empty for ``srcdoc``) and returns HTML to show in its
    stead. ``report`` is told every undeclared host once. No input raises.

    A page that a byte order mark declares as UTF-16 is kept until `close` and transcoded there and
    back; UTF-16 that only a header declares must be left out by the caller. All other charsets
    that browsers know keep markup in ASCII bytes and pass as they are.

    `feed` returns what is finished: it holds back an unfinished tag, and an element that must be
    seen whole. What both return, joined, is the page; nothing but insertions tells them apart.
    """

    def __init__(
        self,
        rules: Rules,
        *,
        page: str,
        next_gate: NextGate | None = None,
        placeholder: Placeholder | None = None,
        report: Report = tell_nobody,
    ) -> None:
        holder = Holder(
            judge=Judge(rules, page, report),
            read=read_fragment,
            next_gate=next_gate or _count_gates(),
            placeholder=placeholder,
        )
        self._is_idle = rules.hold_nothing
        self._machine = Machine(holder)
        self._rest = bytearray()
        self._wide: str | None = None

    def feed(self, data: bytes) -> bytes:
        """Return what is finished after another chunk."""
        if self._is_idle or not data:
            return data
        if self._wide is None:
            data, self._rest = bytes(self._rest) + data, bytearray()
            self._wide = wide_encoding(data) if len(data) > 1 else None
            if self._wide is None and data[0] in _BOM_STARTS:
                self._rest += data
                return b""
            self._wide = self._wide or ""
        if len(data) > _PORTION and not self._wide:
            portions = range(0, len(data), _PORTION)
            return b"".join([self.feed(data[at : at + _PORTION]) for at in portions])
        if not self._rest and not self._wide:
            return self._read(data)
        self._rest += data
        if self._wide:
            return b""
        unfinished = self._machine.unfinished
        if unfinished > _PATIENCE and len(self._rest) < 2 * unfinished:
            return b""
        return self._read(self._rest)

    def close(self) -> bytes:
        """Return the remainder."""
        if not self._rest:
            return b""
        if not self._wide:
            return self._read(self._rest, final=True)
        narrow, odd = to_bytes(bytes(self._rest), self._wide)
        self._rest = bytearray(narrow)
        return to_wide(self._read(self._rest, final=True), self._wide) + odd

    @property
    def is_at_rest(self) -> bool:
        """Whether what was fed is finished, and leaves nothing open that changes what follows."""
        return not self._rest and self._machine.is_at_rest

    def _read(self, source: bytes | bytearray, *, final: bool = False) -> bytes:
        machine = self._machine
        done = machine.run(source, final=final)
        if final:
            done = len(source)
        edits, machine.edits = machine.edits, []
        if source is not self._rest:
            if done < len(source):
                self._rest += memoryview(source)[done:]
            elif not edits:
                return bytes(source)
            return _spliced(source, edits, done)
        out = _spliced(source, edits, done)
        del self._rest[:done]
        return out


def _spliced(source: bytes | bytearray, edits: list[tuple[int, bytes]], done: int) -> bytes:
    """Return the first ``done`` bytes with the edits put in."""
    if not edits:
        return bytes(source[:done])
    with memoryview(source) as view:
        pieces: list[bytes | memoryview] = []
        last = 0
        for offset, text in sorted(dict.fromkeys(edits), key=itemgetter(0)):
            pieces += (view[last:offset], text)
            last = offset
        pieces.append(view[last:done])
        out = b"".join(pieces)
        for piece in pieces:
            if isinstance(piece, memoryview):
                piece.release()
    return out


def rewrite(
    html: bytes,
    rules: Rules,
    *,
    page: str,
    next_gate: NextGate | None = None,
    placeholder: Placeholder | None = None,
    report: Report = tell_nobody,
) -> bytes:
    """Return a whole page with what must not load made inert; the same object if nothing is."""
    if not may_hold(html, rules):
        return html
    scanner = Scanner(rules, page=page, next_gate=next_gate, placeholder=placeholder, report=report)
    out = scanner.feed(html)
    rest = scanner.close()
    if rest:
        out = out + rest
    return html if len(out) == len(html) else out


def closed(html: str) -> str:
    """Return the content of a gate as its template holds it: nothing in it is fetched ahead."""
    source = html.encode("utf-8", "surrogatepass")
    edits = closing_edits(source)
    return _spliced(source, edits, len(source)).decode("utf-8", "surrogatepass") if edits else html
