"""Third-party elements in the spelling that embed codes have, read in one match each.

What is spelled otherwise is left to the machine, which decides alike and takes three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from consent.core.markup.css import MARK
from consent.core.markup.elements import NO_TYPE, PREFIX, Edit, has_plain_rel
from consent.core.markup.holding import Holder
from consent.core.markup.scripts import keys_of_script
from consent.core.markup.tags import BETWEEN, OTHER

Found = re.Match[bytes]

_OTHERS = rb"(?:" + BETWEEN + rb'(?:type="[^"]*+"|' + OTHER + rb"))*+" + BETWEEN
_PLACE = rb"((?:https?:)?//[-a-z0-9.]*+(?<=[a-z0-9]))"
_ELEMENT = re.compile(
    rb"(?:<noscript>(?=[^<]*+<img[^<]*+</noscript>)[^<]*+)?+"
    rb"<(?:(img)|(script|iframe)|(link))(?=[\t\n\f\r ])"
    + _OTHERS
    + rb'(?:(?(1)srcset|rel)="([^"]*+)"'
    + _OTHERS
    + rb')?((?(3)href|src))="'
    + _PLACE
    + rb'((?=[/?#"])[^"]*+)"'
    + _OTHERS
    + rb'(?:(?(4)(?!))(?(1)srcset|rel)="([^"]*+)"'
    + _OTHERS
    + rb")?>(?(2)</\2>)"
)
"""A third-party image, script, frame or link in the usual spelling; a pixel with its noscript.

Groups: three names; set or relation; attribute, place, rest; set or relation if it comes later.
"""

_BACKGROUND = re.compile(
    rb"<(div|section|span|a|p|li|header|footer|article|figure)(?=[\t\n\f\r ])"
    + _OTHERS
    + rb"""style="(?:[^"&\\()'/@u]++|u(?!rl\())*+(?<![-\w\x80-\xff])(url)\((')?"""
    + _PLACE
    + rb"""((?=[/?#')])[^"&\\()'\s]*+)(?(3)')\)[^"&\\()'/]*+\""""
    + _OTHERS
    + rb">"
)
"""An element with one third-party background: name, function, quote, place, path."""

_INLINE = re.compile(
    rb'<script(?: (?:id|nonce)="[^"]*+")*+(?: type="text/javascript")?>'
    rb"((?:[^<]++|<(?![!/]|[sS][cC]))*+)</script>"
)
"""A whole inline script in the usual spelling, in which no tag or comment begins."""


def read_usual(
    source: bytes | bytearray, position: int, holder: Holder
) -> tuple[list[Edit], int] | None:
    """Return the edits of an element in its usual spelling, and where to read on.

    None: it is another, or must be looked at closely. Only for HTML under the page's own base.
    """
    for pattern, decide in _SPELLINGS:
        if found := pattern.match(source, position):
            edits = decide(found, holder)
            return None if edits is None else (edits, found.end())
    return None


def _element(found: Found, holder: Holder) -> list[Edit] | None:
    image, wrapped, link, rel, _, place, rest, later_rel = found.groups()
    if image:
        return _image(found, holder)
    if wrapped and holder.renaming:
        return None
    keys = list(holder.judge.place(place, rest))
    if not keys or (link and has_plain_rel(rel or later_rel)):
        return []
    if wrapped:
        is_frame = wrapped == b"iframe"
        if not is_frame and b"type=" in found[0]:
            return None
        edits = holder.wrapped(found.start(), found.end(), keys, place + rest if is_frame else None)
        inert = (found.start(5), PREFIX) if is_frame else (found.end(2), NO_TYPE)
        return edits and [*edits, inert]
    return holder.held(keys, [(found.start(5), PREFIX)], found.end(3))


def _image(found: Found, holder: Holder) -> list[Edit] | None:
    if found.start(1) > found.start() + 1 and found[0].count(b"<") > 2:
        return None  # the end of its noscript stands inside the tag, and ends both
    keys: list[str] = []
    edits: list[Edit] = []
    for group in (4, 6, 8):
        if group == 6:
            held, start = list(holder.judge.place(found[6], found[7])), found.start(5)
        elif found[group]:
            held, start = holder.judge.srcset(found[group]), found.start(group) - len(b'srcset="')
        else:
            continue
        if held:
            keys += held
            edits.append((start, PREFIX))
    return holder.held(keys, edits, found.end(1)) if edits else []


def _script(found: Found, holder: Holder) -> list[Edit] | None:
    keys = keys_of_script(found[1], "classic", holder.judge)
    if not keys:
        return []
    return None if holder.renaming else holder.wrapped(found.start(), found.end(), keys, None)


def _background(found: Found, holder: Holder) -> list[Edit]:
    keys = list(holder.judge.place(found[4], found[5]))
    return holder.held(keys, [(found.start(2), MARK)], found.end(1)) if keys else []


_SPELLINGS: tuple[tuple[re.Pattern[bytes], Callable[[Found, Holder], list[Edit] | None]], ...] = (
    (_ELEMENT, _element),
    (_INLINE, _script),
    (_BACKGROUND, _background),
)
