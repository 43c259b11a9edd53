"""Says cheaply that a page holds nothing to judge.

The page is folded first (lower case, no tabs or newlines: browsers drop those from addresses), so
that a few searches for literal beginnings, which run at memory speed, find every spelling: two
slashes that no harmless host follows, a scheme without its slashes, backslashes and escapes,
character references of what counts in an address, and the declared texts of inline scripts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from consent.core.markup.encodings import wide_encoding
from consent.core.markup.rules import Rules, fold

_NAMESPACE = (
    rb"""(?:(?<=xmlns="http://)|(?<=xmlns='http://)|(?<=xlink="http://)|(?<=ns\("http://)"""
    rb"""|(?<=ns\('http://))www\.w3\.org/"""
)
_CONTEXT = rb"""(?:(?<=context":"https://)|(?<=context": "https://))schema\.org(?=["/])"""
_AFTER_HOST = rb"""(?=[/?#]|["'][ />])"""
_CODES = rb"(?:2f|5c|3a|[46]8|[57][0347])"
"""Of ``/ \\ : h t p s w`` in either case, in hexadecimal."""

_SCHEMES = (
    re.compile(rb"""ttps?+:(?!//|["'])"""),
    re.compile(rb"""ws:(?<![-+.a-z0-9]ws:)(?!//|["'])"""),
    re.compile(rb"""wss:(?<![-+.a-z0-9]wss:)(?!//|["'])"""),
)
_DOCUMENT = re.compile(rb"data:[^,]{0,20}(?:html|xml)")
"""A document in an address may spell what it loads in ways of its own."""

_ESCAPES = re.compile(
    rb"\\(?:(?<!<\\)[/\\]|(?<=/\\)|x"
    + _CODES
    + rb"|u\{?0*+"
    + _CODES
    + rb"|0{0,4}"
    + _CODES
    + rb")"
)
_REFERENCES = re.compile(
    rb"&(?:amp;?|#0*+38;?|#x0*+26;?)*+"
    rb"(?:#(?!0*+(?:3[49]|38|6[02]|1[6-9][0-9]|[2-9][0-9]{2}|[0-9]{4,});"
    rb"|x0*+(?:2[267]|3[ce]|[a-f][0-9a-f]|[0-9a-f]{3,});)"
    rb"|sol|bsol|colon|tab|newline|lpar|rpar|period|comma|lowbar|underbar|semi|equals|excl|quest"
    rb"|dollar|percnt|num|commat|lsqb|rsqb|lbrac|rbrac|lcub|rcub|grave|diacriticalgrave|ver|ast"
    rb"|midast|plus|hat|fjlig)"
)
_QUOTED = {
    ord("'"): rb"(?:'|&apos;|&#0*+39;?|&#x0*+27;?)",
    ord('"'): rb'(?:"|&quot;?|&#0*+34;?|&#x0*+22;?)',
    ord("&"): rb"(?:&(?:amp;?)?|&#0*+38;?|&#x0*+26;?)",
    ord("<"): rb"(?:<|&lt;?|&#0*+60;?|&#x0*+3c;?)",
    ord(">"): rb"(?:>|&gt;?|&#0*+62;?|&#x0*+3e;?)",
}


def may_hold(html: bytes, rules: Rules) -> bool:
    """Return False where nothing in a page, whole, could be held, blocked or reported."""
    if rules.hold_nothing:
        return False
    if wide_encoding(html):
        return True
    folded = fold(html)
    if b"//" in folded and _slashes(rules.harmless).search(folded):
        return True
    if b"&" in folded and _REFERENCES.search(folded):
        return True
    if b"\\" in folded and _ESCAPES.search(folded):
        return True
    if b":" in folded and any(pattern.search(folded) for pattern in _SCHEMES):
        return True
    if b"data:" in folded and _DOCUMENT.search(folded):
        return True
    return any(text in folded for text in rules.folded_texts) or any(
        pattern.search(folded) for pattern in _quoted_texts(rules.folded_texts)
    )


@lru_cache(maxsize=64)
def _slashes(harmless: frozenset[str]) -> re.Pattern[bytes]:
    hosts = (re.escape(host.encode().lower()) for host in sorted(harmless) if "*" not in host)
    skipped = rb"|".join(host + _AFTER_HOST for host in hosts)
    skipped = rb" |" + _NAMESPACE + rb"|" + _CONTEXT + (rb"|" + skipped if skipped else b"")
    return re.compile(rb"//(?!" + skipped + rb")")


@lru_cache(maxsize=64)
def _quoted_texts(texts: tuple[bytes, ...]) -> tuple[re.Pattern[bytes], ...]:
    """Return patterns for the texts that SVG scripts may spell with character references."""
    return tuple(
        re.compile(b"".join(_QUOTED.get(c, re.escape(bytes((c,)))) for c in text))
        for text in texts
        if any(c in _QUOTED for c in text)
    )
