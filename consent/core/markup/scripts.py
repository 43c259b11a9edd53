"""What inline scripts load: declared texts, addresses in quotes, imports, maps, rules.

An address in quotes may be put into a link and never loaded; a script that is held for it comes
back with its grant.
"""

from __future__ import annotations

import re
from typing import Protocol

from consent.core.markup.characters import code_point, unescape
from consent.core.markup.judging import Judge
from consent.core.markup.rules import Verdict
from consent.core.markup.tags import Tag

_JAVASCRIPT = re.compile(
    r"(?:text|application)/(?:x-)?(?:java|ecma)script|text/(?:javascript1\.[0-5]|jscript|livescript)"
)
_GAP = rb"(?:\s++|/\*[\s\S]{0,200}?\*/|//[^\n\r]{0,200}+[\n\r]){0,9}+"
"""Space and comments, bounded so that no text takes more than linear time."""

_DYNAMIC = re.compile(rb"\bimport" + _GAP + rb"""\(""" + _GAP + rb"""(["'`])([^"'`\n\r]++)""")
_STATIC = re.compile(rb"\b(?:import|from)" + _GAP + rb"""(["'])([^"'\n\r]++)""")
_LITERAL = re.compile(
    rb"""(["'`])((?:(?:https?|wss?):)?(?:\\?/){2}(?!www\.w3\.org/)(?:[^"'`\\\n\r]|\\[^\n\r])++)"""
)
"""A string that is an absolute address; one of the W3C's names a namespace."""

_JSON_STRING = re.compile(rb'()"((?:[^"\\]|\\[\s\S])*+)"')
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{0*([0-9a-fA-F]{1,6})\}|([\s\S]))"
)
_REMOTE = re.compile(r"[\x00-\x20]*+(?:[a-zA-Z\t\n\r]++:|[/\\][\t\n\r]*+[/\\])")


class JudgingText(Protocol):
    """Says of an address whether it is held."""

    def url(self, url: str) -> Verdict:
        """Return the verdict on a URL, as text."""


def kind_of(tag: Tag) -> str:
    """Return ``classic``, ``module``, ``importmap``, ``speculationrules`` or, inert, ``data``."""
    raw = tag.get(b"type")
    if raw is None:
        language = tag.get(b"language")
        raw = b"text/" + language if language else b""
    text = unescape(raw).decode("utf-8", "replace").strip("\t\n\f\r ").lower()
    if text in ("module", "importmap", "speculationrules"):
        return text
    return "classic" if not text or _JAVASCRIPT.fullmatch(text) else "data"


def keys_of_script(text: bytes, kind: str, judge: Judge) -> list[str]:
    """Return the keys for which an inline script of that kind is held."""
    if kind == "data":
        return []
    keys = dict.fromkeys(judge.rules.keys_of(text) if kind in ("classic", "module") else ())
    for address in _addresses(text, kind, wary=judge.is_wary):
        keys |= dict.fromkeys(judge.url(address))
    return list(keys)


def keys_of_handler(value: bytes, judge: JudgingText) -> list[str]:
    """Return the keys for which an event handler's raw value is held."""
    if b"/" not in value and b"&" not in value:
        return []
    return [
        key
        for address in _texts((_LITERAL, _DYNAMIC), unescape(value), wary=False)
        for key in judge.url(address)
    ]


def _addresses(text: bytes, kind: str, *, wary: bool) -> list[str]:
    if kind in ("classic", "module"):
        patterns: tuple[re.Pattern[bytes], ...] = (_LITERAL,) if b"/" in text else ()
        if b"import" in text or (kind == "module" and b"from" in text):
            patterns += (_DYNAMIC, _STATIC) if kind == "module" else (_DYNAMIC,)
    else:
        patterns = (_JSON_STRING,)
    return _texts(patterns, text, wary=wary)


def _texts(patterns: tuple[re.Pattern[bytes], ...], text: bytes, *, wary: bool) -> list[str]:
    found = [m[2] for pattern in patterns for m in pattern.finditer(text)]
    addresses = [_ESCAPE.sub(_unescaped, raw.decode("utf-8", "replace")) for raw in found]
    return [address for address in addresses if wary or _REMOTE.match(address)]


def _unescaped(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    return code_point(int(digits, 16)) if digits else found[4]
