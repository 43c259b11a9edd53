"""The inverse: takes out what was put in, so that the page comes back byte for byte.

It says what the browser's module does to the document: an element in a gate comes out of it, held
attributes get their names back, functions in styles theirs.
"""

from __future__ import annotations

import re

from consent.core.markup.characters import unescape
from consent.core.markup.css import MARK, unescape_css
from consent.core.markup.elements import HELD, NO_TYPE, PREFIX
from consent.core.markup.holding import BLOCKED, END
from consent.core.markup.tags import Tag, read_tag
from consent.core.markup.tokens import RAW_TEXT, end_of, find_script_end

_NAMES = rb'(?: data-consent-service="[^"]*+")?+ id="[^"]*+">'
_OPENING = rb"(?:" + BLOCKED + rb'|<template data-consent-category="[^"]*+"' + _NAMES + rb")"
_PUT_IN = re.compile(
    rb"(?P<gates>(?:" + _OPENING + rb")++)(?=<(?:script|iframe|embed)[\t\n\f\r />])"
    rb"|(?P<attribute> " + HELD + rb'="[^"]*+"(?:' + NO_TYPE + rb")?|" + PREFIX + rb")"
    rb"|(?P<rule>(?:@|&commat;|&#0*+64;?|&#[xX]0*+40;?))?(?P<mark>" + MARK + rb")",
    re.IGNORECASE,
)
_CLOSED = re.compile(NO_TYPE + rb"|" + PREFIX)
_FUNCTION = re.compile(r"(?:url|(?:-webkit-)?image-set)\(", re.IGNORECASE)
_RULE = re.compile(r"import(?![-\w])", re.IGNORECASE)
_LONGEST_NAME = 1000
"""Bytes that a function's name may take, spelled with escapes and character references."""


def revive(html: bytes) -> bytes:
    """Return a rewritten page as it was before; a page that holds no mark of ours, unchanged."""
    pieces: list[bytes] = []
    position = 0
    for found in _PUT_IN.finditer(html):
        if found.start() < position:
            continue
        start, end = found.span("attribute" if found["attribute"] else "mark")
        if found["gates"]:
            start = found.start()
            element, end = _ungated(html, found.end(), found["gates"])
        elif found["attribute"] or _is_mark(found, html[end : end + _LONGEST_NAME]):
            element = b""
        else:
            continue
        pieces += (html[position:start], element)
        position = end
    return b"".join([*pieces, html[position:]]) if pieces else html


def _is_mark(found: re.Match[bytes], after: bytes) -> bool:
    pattern = _RULE if found["rule"] else _FUNCTION
    spellings = (text.decode("latin-1") for text in (after, unescape(after)))
    return any(pattern.match(unescape_css(text)) for text in spellings)


def _ungated(html: bytes, start: int, gates: bytes) -> tuple[bytes, int]:
    tag = read_tag(html, start)
    if tag is None:
        return html[start:], len(html)
    end = _end_of_element(html, tag)
    position = end
    for opening in reversed(re.findall(_OPENING, gates)):
        if opening == BLOCKED:
            position += len(b"</template>") if html.startswith(b"</template>", position) else 0
        else:
            closed = html.find(END, position)
            position = closed + len(END) if closed >= 0 else position
    return _CLOSED.sub(b"", html[start : tag.end]) + html[tag.end : end], position


def _end_of_element(html: bytes, tag: Tag) -> int:
    if tag.name not in RAW_TEXT:
        return tag.end
    if tag.name == b"script":
        start = find_script_end(html, tag.end, 0)[0]
    else:
        found = end_of(tag.name).search(html, tag.end)
        start = found.start() if found else -1
    closing = read_tag(html, start) if start >= 0 else None
    return closing.end if closing else len(html)
