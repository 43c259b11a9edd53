"""Where in the tree the tokeniser stands: HTML, SVG, MathML, or inside a template.

Only what changes how the next tokens are read is followed, not the whole tree.
"""

from __future__ import annotations

from typing import NamedTuple

from consent.core.markup.tags import Tag

_BREAKOUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img "
    b"li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul "
    b"var".split()
)
"""HTML elements that end foreign content."""

_SVG_INTEGRATION = frozenset((b"foreignobject", b"desc", b"title"))
_MATH_INTEGRATION = frozenset((b"mi", b"mo", b"mn", b"ms", b"mtext"))
_HTML_TYPES = (b"text/html", b"application/xhtml+xml")
_FONT = frozenset((b"color", b"face", b"size"))


_GATES = frozenset((b"data-consent-category", b"data-consent-blocked"))
"""What the template of a gate has one of, and none of the site's own."""

_DEEPEST = 512
"""Open elements that are followed; browsers, too, flatten what is nested deeper."""


class _Open(NamedTuple):
    """An open element: its name, how its content is read, and what holds it."""

    name: bytes
    kind: str
    is_inert: bool
    is_gated: bool
    is_within_foreign: bool


class Context:
    """The open elements that change how tags are read, innermost last."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def is_foreign(self) -> bool:
        """Whether the next tag is read as SVG's or MathML's."""
        return bool(self._open) and self._open[-1].kind in _FOREIGN

    @property
    def is_inert(self) -> bool:
        """Whether a template holds it."""
        return bool(self._open) and self._open[-1].is_inert

    @property
    def is_gated(self) -> bool:
        """Whether a gate's template holds it."""
        return bool(self._open) and self._open[-1].is_gated

    @property
    def is_within_foreign(self) -> bool:
        """Whether any SVG or MathML is open, HTML inside it included."""
        return bool(self._open) and self._open[-1].is_within_foreign

    def open(self, tag: Tag) -> bool:
        """Follow a start tag; return whether it is SVG's or MathML's itself."""
        if self.is_foreign and _breaks_out(tag):
            self._leave_foreign()
        if self.is_foreign:
            self._open_foreign(tag)
            return True
        if tag.name in (b"svg", b"math"):
            if not tag.self_closing:
                self._push(tag.name, tag.name.decode())
            return True
        if tag.name == b"template":
            self._push(tag.name, "template", is_gate=tag.has_any(_GATES))
        return False

    def close(self, name: bytes) -> None:
        """Follow an end tag."""
        if self.is_foreign and name in (b"p", b"br"):
            self._leave_foreign()
            return
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].name == name:
                del self._open[index:]
                return
            if self._open[index].kind == "template":
                return

    def _push(self, name: bytes, kind: str, *, is_gate: bool = False) -> None:
        if len(self._open) < _DEEPEST:
            inert, gated = self.is_inert or kind == "template", self.is_gated or is_gate
            foreign = self.is_within_foreign or kind in _FOREIGN
            self._open.append(_Open(name, kind, inert, gated, foreign))

    def _leave_foreign(self) -> None:
        while self.is_foreign:
            self._open.pop()

    def _open_foreign(self, tag: Tag) -> None:
        if tag.self_closing:
            return
        parent = self._open[-1]
        if parent.kind == "svg":
            kind = "html" if tag.name in _SVG_INTEGRATION else "svg"
        elif parent.name == b"annotation-xml" and tag.name == b"svg":
            kind = "svg"
        else:
            kind = "html" if _is_math_integration(tag) else "math"
        if kind != parent.kind or tag.name in _TRACKED:
            self._push(tag.name, kind)


_FOREIGN = ("svg", "math")
_TRACKED = (b"svg", b"math", b"template", b"annotation-xml")


def _breaks_out(tag: Tag) -> bool:
    if tag.name == b"font":
        return any(attribute.name in _FONT for attribute in tag.attributes)
    return tag.name in _BREAKOUT


def _is_math_integration(tag: Tag) -> bool:
    if tag.name == b"annotation-xml":
        return (tag.get(b"encoding") or b"").lower() in _HTML_TYPES
    return tag.name in _MATH_INTEGRATION
