"""Finds what a style loads: ``url()``, ``@import`` and ``image-set()``, as CSS tokenises them."""

from __future__ import annotations

import re
from collections.abc import Callable

from consent.core.markup.characters import code_point
from consent.core.markup.rules import Verdict, fold

MARK = b"consent-"
"""Put before a function's or at-rule's name, it makes it an unknown one, which is dropped."""

_STRING = (
    rb"""(?:"(?:[^"\\\n\r\f]|\\[\s\S])*+(?:"|\\?\Z)?|'(?:[^'\\\n\r\f]|\\[\s\S])*+(?:'|\\?\Z)?)"""
)
_COMMENT = rb"/\*[\s\S]*?(?:\*/|\Z)"
_SKIP = rb"(?:[\t\n\f\r ]++|" + _COMMENT + rb")*+"
_ESCAPE = rb"\\(?:[0-9a-fA-F]{1,6}+(?:\r\n|[\t\n\f\r ])?+|[^0-9a-fA-F\n\r\f])"
_LETTER = rb"[-\w\x80-\xff]"
_PLAIN = re.compile(
    rb"(?P<skip>" + _COMMENT + rb"|" + _STRING + rb")"
    rb"|(?<![-\w\x80-\xff])(?P<name>[uU][rR][lL]"
    rb"|(?:-[wW][eE][bB][kK][iI][tT]-)?[iI][mM][aA][gG][eE]-[sS][eE][tT])(?=\()"
    rb"|@(?P<rule>[iI][mM][pP][oO][rR][tT]|[nN][aA][mM][eE][sS][pP][aA][cC][eE])(?![-\w\x80-\xff])"
)
_ESCAPED = re.compile(
    rb"(?P<skip>" + _COMMENT + rb"|" + _STRING + rb")"
    rb"|@(?P<rule>(?:" + _LETTER + rb"++|" + _ESCAPE + rb")++)"
    rb"|(?P<name>(?:" + _LETTER + rb"++|" + _ESCAPE + rb")++)"
)
_ARGUMENT = re.compile(
    rb"\([\t\n\f\r ]*+(?:(" + _STRING + rb")|((?:[^)\"'(\t\n\f\r \\]|\\[^\n\r\f])*+))"
)
_IMPORTED = re.compile(_SKIP + rb"(" + _STRING + rb")")
_CALLED = re.compile(_SKIP + rb"(?P<name>(?:" + _LETTER + rb"++|" + _ESCAPE + rb")++)(?=\()")
_NAMESPACE = re.compile(
    _SKIP + rb"(?:" + _LETTER + rb"++" + _SKIP + rb")?+"
    rb"(?:\([\t\n\f\r ]*+)?+(?:" + _STRING + rb"|[^;)\"']*+)"
)
"""After ``@namespace``: an address that names, and is not loaded."""

_INSIDE = re.compile(
    rb"(?P<skip>" + _COMMENT + rb")|(?P<text>" + _STRING + rb")"
    rb"|(?P<name>(?:" + _LETTER + rb"++|" + _ESCAPE + rb")++)?(?P<opens>\()|(?P<closes>\))"
    rb"|(?:" + _LETTER + rb"++|" + _ESCAPE + rb")++"
)
_UNESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[\t\n\f\r ])?|(\r\n|[\n\r\f])|([\s\S])|\Z)")
_SUSPECT = (b"//", b"\\", b"ttp", b"ws:", b"wss:")
"""What, folded, every address that leads away from the site has; two backslashes lead away too."""

Judged = Callable[[str], Verdict]
Held = list[tuple[int, Verdict]]


def held_in_css(css: bytes, judge: Judged, *, wary: bool = False) -> Held:
    """Return ``(offset, verdict)`` for each held load: `MARK` goes there, into the bytes.

    ``wary`` says that relative addresses must be judged too.
    """
    if not wary:
        folded = fold(css)
        if not any(part in folded for part in _SUSPECT):
            return []
    held: Held = []
    tokens = _ESCAPED if b"\\" in css else _PLAIN
    position = covered = 0
    while found := tokens.search(css, position):
        position = found.end()
        if found["name"] is not None and css.startswith(b"(", position):
            word = _word(found["name"])
            if word == "url":
                position = _argument(css, position, judge, held, found.start("name"))
            elif word in _SETS and position > covered:
                covered = _strings_of_sets(css, found.start("name"), judge, held)
        elif found["rule"] is not None:
            position = _rule(css, found, judge, held)
    return held


_SETS = ("image-set", "-webkit-image-set")


def _rule(css: bytes, found: re.Match[bytes], judge: Judged, held: Held) -> int:
    """Judge an ``@import``, step over a namespace; return where to go on.

    The rule is marked, whichever way the address is written: Chromium's preloader takes what
    follows ``@import`` for an address, even ``consent-url(…)``.
    """
    position, word = found.end(), _word(found["rule"])
    if word == "import" and (imported := _IMPORTED.match(css, position)):
        verdict = judge(_string(imported[1]))
        if verdict:
            held.append((found.start("rule"), verdict))
        return imported.end()
    if word == "import" and (called := _CALLED.match(css, position)):
        if _word(called["name"]) == "url":
            return _argument(css, called.end(), judge, held, found.start("rule"))
        return position
    if word == "namespace" and (named := _NAMESPACE.match(css, position)):
        return named.end()
    return position


def _word(name: bytes) -> str:
    text = name.decode("latin-1")
    return (unescape_css(text) if "\\" in text else text).lower()


def _argument(css: bytes, position: int, judge: Judged, held: Held, name: int) -> int:
    """Judge the argument of a ``url(``; return where it ends."""
    found = _ARGUMENT.match(css, position)
    if found is None:
        return position
    text = found[1]
    address = _string(text) if text else unescape_css(found[2].decode("utf-8", "replace"))
    verdict = judge(address)
    if verdict:
        held.append((name, verdict))
    return found.end()


def _strings_of_sets(css: bytes, start: int, judge: Judged, held: Held) -> int:
    """Judge the plain strings of an ``image-set()`` and of those inside; return where it ends."""
    functions: list[int] = []
    position = start
    while found := _INSIDE.search(css, position):
        position = found.end()
        if found["opens"]:
            is_set = found["name"] is not None and _word(found["name"]) in _SETS
            functions.append(found.start() if is_set else -1)
        elif found["closes"]:
            functions.pop()
            if not functions:
                break
        elif found["text"] and functions[-1] >= 0:
            verdict = judge(_string(found["text"]))
            if verdict and (functions[-1], verdict) not in held[-8:]:
                held.append((functions[-1], verdict))
    return position


def _string(token: bytes) -> str:
    text = token.decode("utf-8", "replace")
    end = -1 if len(text) > 1 and text[-1] == text[0] else None
    return unescape_css(text[1:end])


def unescape_css(text: str) -> str:
    """Return CSS text with its escapes decoded."""
    return _UNESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    if found[1]:
        return code_point(int(found[1], 16)) if not 0x80 <= int(found[1], 16) < 0xA0 else "\ufffd"
    return found[3] or ""
