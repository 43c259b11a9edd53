"""Steps over what cannot matter, at the speed of the regular expression engine.

One match runs over text, comments and tags until something that may have to be held or that
changes how the following bytes are read; only there does Python look. Every construct is
possessive, so a match is linear in its length.
"""

from __future__ import annotations

import re

from consent.core.markup.tags import ATTRIBUTE, ATTRIBUTES, BETWEEN, NAME, any_case

RAW_TEXT = frozenset(
    (b"title", b"textarea", b"xmp", b"noembed", b"noframes", b"script", b"style", b"iframe")
)
"""HTML elements whose content is text to the tokeniser, up to their end tag."""

_COMMENT = rb"!--(?:-?>|[\s\S]*?--!?>)"
_BOGUS = rb"(?:!(?!--|\[CDATA\[)|\?|/(?![a-zA-Z]))[^>]*+>"
_NO_TAG = rb"(?![a-zA-Z/!?])(?=[\s\S])"


def _words(*words: str) -> bytes:
    return rb"(?:" + rb"|".join(map(any_case, words)) + rb")(?=[\t\n\f\r />])"


_STOPPING = (
    rb"(?!"
    rb"[sS](?:[cC][rR]|[tT][yY][lL]|[vV][gG]|[oO][uU])"
    rb"|[iI](?:[fFmMnN])"
    rb"|[lL][iI][nN][kK]"
    rb"|[tT](?:[eE]|[iI][tT]|[rR][aA][cC][kK])"
    rb"|[bB][aA][sS][eE]"
    rb"|[nN][oO]"
    rb"|[mM][aA][tT]"
    rb"|[fF][rR][aA][mM][eE]"
    rb"|[vV][iI][dD]|[aA][uU][dD]|[oO][bB][jJ]|[eE][mM][bB]"
    rb"|[xX][mM][pP]|[pP][lL][aA]"
    rb")"
)
"""Refuses, a few letters deep, the beginnings of all names that must be looked at."""

_QUIET_NAME = rb"(?![sS][tT][yY][lL][eE][\t\n\f\r =]|[bB][aA][cC][kK][gG]|[oO][nN][a-zA-Z])"
_QUIET_VALUE = (
    rb"[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"
    rb"""\"(?:[^"&\\/:]++|(?:/(?![/\\\t\n\r])|(?<![pPsS\t\n\r]):)++)*+\""""
    rb"""|(?!["'>])[^\t\n\f\r >&\\/:'"]++(?=[\t\n\f\r >]))"""
)
_QUIET_STYLE = rb"""[sS][tT][yY][lL][eE]="[^"&\\(]*+\""""
_QUIET_HANDLER = rb"""[oO][nN][a-zA-Z]++=(?:"[^"&\\/]*+"|'[^'&\\/]*+')"""
_QUIET_TEXT = _QUIET_STYLE + rb"|" + _QUIET_HANDLER
_ATTRIBUTES = rb"(?:" + BETWEEN + rb"(?:" + _QUIET_TEXT + rb"|" + _QUIET_NAME + ATTRIBUTE + rb"))*+"
_COMMON_ATTRIBUTES = rb"""(?: [ac-np-rt-z][-a-z]*+="[^"]*+")*+"""
"""The usual spelling of all attributes but those that begin like style, background and onclick."""

_COMMON_OWN_ATTRIBUTES = rb"""(?: (?!st|ba)[a-z][-a-z]*+="(?:[^"&\\/:]++|/(?![/\\\t\n\r]))*+")*+"""
"""The usual spelling of attributes whose addresses are the page's own."""

_OWN_ATTRIBUTES = (
    _COMMON_OWN_ATTRIBUTES
    + rb"(?:"
    + BETWEEN
    + rb"(?:"
    + _QUIET_TEXT
    + rb"|"
    + _QUIET_NAME
    + rb"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:"
    + _QUIET_VALUE
    + rb"|(?![\t\n\f\r ]*+=))))*+"
)
_OWN_LOADING = _words("img", "link", "source", "input", "video", "audio", "track")

_SVG_NAME = (
    rb"(?:path|g|circle|rect|line|poly(?:line|gon)|ellipse|use|defs|symbol|stop|mask"
    rb"|linearGradient|radialGradient|clipPath)(?=[\t\n\f\r />])"
)
_COMMON_SVG_ATTRIBUTES = rb"""(?: (?:[a-wyz][-a-zA-Z0-9]*+="[^"&\\/:]*+"|xmlns="[^"]*+"))*+"""
_SVG_ATTRIBUTES = (
    _COMMON_SVG_ATTRIBUTES + rb"(?:" + BETWEEN + rb"(?:xmlns(?::xlink)?=\"[^\"]*+\"|(?!xmlns)"
    rb"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:" + _QUIET_VALUE + rb"|(?![\t\n\f\r ]*+=))))*+" + BETWEEN
)
_ICON = (
    rb"svg(?=[\t\n\f\r />])" + _SVG_ATTRIBUTES + rb">"
    rb"(?:[^<]++|<(?:" + _SVG_NAME + _SVG_ATTRIBUTES + rb">|/" + _SVG_NAME + rb"[\t\n\f\r ]*+>"
    rb"|title>[^<]*+</title>))*+</svg[\t\n\f\r ]*+>"
)
"""A whole drawing of plain shapes, whose addresses are its own."""

_DATA = (
    rb'script(?: (?:id|class|nonce)="[^"]*+")*+ type="application/(?:ld\+)?+json">'
    rb"(?:[^<]++|<(?![!/sS]))*+</script>"
)
"""A whole script of data, in which nothing begins that could be a tag or a comment."""

_SHEET = (
    rb'style(?: (?:id|media|nonce|type)="[^"&(]*+")*+>'
    rb"(?:[^<\\/:]++|/(?![/\t\n\r])"
    rb"|:(?<![pPsS\t\n\r][\t\n\r]:)(?<![tT\t\n\r][pP]:)(?<![pPsSwW\t\n\r][sS]:))*+</style>"
)
"""A whole style sheet without an escape, whose addresses are the page's own."""

QUIET = re.compile(
    rb"(?:[^<]*+<(?:"
    rb"/[a-z][a-z0-9]*+>"
    rb"|(?:div|p|a|li|span|ul|h[1-6]|section|button|t[dr])" + _COMMON_ATTRIBUTES + rb">"
    rb"|" + _ICON + rb"|/[a-zA-Z][^\t\n\f\r />]*+" + ATTRIBUTES + rb">"
    rb"|" + _STOPPING + NAME + _COMMON_ATTRIBUTES + _ATTRIBUTES + BETWEEN + rb">"
    rb"|" + _OWN_LOADING + _OWN_ATTRIBUTES + BETWEEN + rb">"
    rb"|title>[^<]*+</title>"
    rb"|script(?=[\t\n\f\r />])" + _OWN_ATTRIBUTES + BETWEEN + rb"></script>"
    rb"|"
    + _DATA
    + rb"|"
    + _SHEET
    + rb"|"
    + _COMMENT
    + rb"|"
    + _BOGUS
    + rb"|"
    + _NO_TAG
    + rb"))*+[^<]*+"
)
"""Over ordinary content of a page whose relative addresses are its own."""

CAREFUL = re.compile(
    rb"(?:[^<]*+<(?:" + _COMMENT + rb"|" + _BOGUS + rb"|" + _NO_TAG + rb"))*+[^<]*+"
)
"""Up to the next tag, whatever it is: in SVG, MathML, templates, and under a foreign base."""

COMMENT_END = re.compile(rb"--!?>")
CDATA_END = re.compile(rb"\]\]>")
BOGUS_END = re.compile(rb">")
NEVER = re.compile(rb"(?!)")


def end_of(name: bytes) -> re.Pattern[bytes]:
    """Return the pattern that finds the end tag of a raw-text element."""
    return _ENDS[name]


_ENDS = {
    name: re.compile(rb"</" + any_case(name.decode()) + rb"(?=[\t\n\f\r />])")
    for name in RAW_TEXT | {b"noscript"}
}
_SCRIPT = re.compile(rb"-->|<(?:!--|(/?)" + any_case("script") + rb"(?=[\t\n\f\r />]))")


def find_script_end(source: bytes | bytearray, position: int, level: int) -> tuple[int, int, int]:
    """Find where a script's end tag starts: ``(start or -1, where to go on, level)``.

    ``level`` is 0 in script data, 1 escaped (after ``<!--``), 2 double escaped (after a
    ``<script`` in there), where ``</script>`` ends only the inner one.
    """
    while found := _SCRIPT.search(source, position):
        token, position = found[0], found.end()
        if token == b"<!--":
            if level == 0:
                level, position = 1, found.start() + 2  # its dashes may be those of a "-->"
        elif token == b"-->":
            level = 0
        elif not found[1]:
            level = 2 if level else 0
        elif level < 2:
            return found.start(), found.start(), level
        else:
            level = 1
    return -1, max(position, len(source) - len(b"</script")), level
