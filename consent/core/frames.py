"""Frames in markup: what a frame's host learns of the page that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

POLICY = 'referrerpolicy="strict-origin"'
NO_ADDRESS = frozenset(
    {
        "no-referrer",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
    }
)
"""Policies under which another origin never learns a page's path or query."""

_S = r"[\t\n\f\r ]"
_VALUE = r"""(?:"([^"]*)"|'([^']*)'|(?!["'])([^\t\n\f\r >]*))"""
_ATTRIBUTE = (
    rf"[\t\n\f\r /]*+(([^\t\n\f\r />][^\t\n\f\r />=]*+)(?:{_S}*+={_S}*+{_VALUE}|(?!{_S}*=)))"
)
_ATTRIBUTE_RE = re.compile(_ATTRIBUTE)
_TAG = re.compile(rf"<(/?[a-zA-Z][^\t\n\f\r />]*+)((?:{_ATTRIBUTE})*+)[\t\n\f\r /]*+>")
_COMMENT = re.compile(
    r"<!--(?:-?>|.*?--!?>)|<!(?!--)[^>]*>|<\?[^>]*>|</(?![a-zA-Z])[^>]*>", re.DOTALL
)
_BROKEN_OFF = re.compile(r"<[!?/a-zA-Z]")
_SCRIPT = re.compile(r"<script[\t\n\f\r />]", re.IGNORECASE)
_RAW = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
"""Elements whose content is text."""


def with_referrer_policy(html: str) -> str:
    """Return the markup with `POLICY` on every frame that would give the page's address away.

    Nothing else changes, not by a byte. From where markup is broken off, it is left as it is.
    """
    if "<iframe" not in html.lower():
        return html
    parts, done = [], 0
    for start, end in _addresses_given_away(html):
        parts += [html[done:start], "" if start < end else " ", POLICY]
        done = end
    return "".join((*parts, html[done:]))


def _addresses_given_away(html: str) -> Iterator[tuple[int, int]]:
    """Yield where the attribute must stand: an empty place, or that of a laxer one."""
    at = html.find("<")
    while at >= 0:
        if tag := _TAG.match(html, at):
            name = tag[1].lower()
            if name == "iframe" and (place := _place(html, tag)):
                yield place
            at = _after(html, tag.end(), name)
        elif skipped := _COMMENT.match(html, at):
            at = skipped.end()
        elif _BROKEN_OFF.match(html, at):
            return
        else:
            at += 1
        at = html.find("<", at) if at >= 0 else at


def _place(html: str, tag: re.Match[str]) -> tuple[int, int] | None:
    for attribute in _ATTRIBUTE_RE.finditer(html, tag.start(2), tag.end(2)):
        if attribute[2].lower() == "referrerpolicy":
            value = attribute[3] or attribute[4] or attribute[5] or ""
            return None if value.strip().lower() in NO_ADDRESS else attribute.span(1)
    return tag.end(1), tag.end(1)


def _after(html: str, at: int, name: str) -> int:
    """Return where markup goes on after a start tag, or -1 where it does not."""
    if name not in _RAW:
        return -1 if name == "plaintext" else at
    end = re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE).search(html, at)
    if end is None or (name == "script" and _hides_its_end(html, at, end.start())):
        return -1
    return end.start()


def _hides_its_end(html: str, start: int, end: int) -> bool:
    """Whether a script holds ``<!-- <script``, after which the next end tag does not end it."""
    comment = html.find("<!--", start, end)
    return comment >= 0 and _SCRIPT.search(html, comment, end) is not None
