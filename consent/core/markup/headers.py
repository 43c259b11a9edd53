"""The HTTP ``Link`` header (RFC 8288): browsers load what it names, before any markup."""

from __future__ import annotations

import re
from collections.abc import Callable

from consent.core.markup.elements import is_plain_rel
from consent.core.markup.judging import Judge, tell_nobody
from consent.core.markup.rules import Rules
from consent.core.markup.urls import candidates

_VALUE = re.compile(r"""(?:<[^>]*+>|"(?:[^"\\]|\\[\s\S])*+"?|[^,"<]|<)++""")
_TARGET = re.compile(r"\s*+<([^>]*+)>")
_PARAMETER = re.compile(
    r""";\s*+([^\s=;,]++)\s*+(?:=\s*+(?:"((?:[^"\\]|\\[\s\S])*+)"?|([^\s;,]*+)))?"""
)


def link_header(
    value: str, rules: Rules, *, page: str, report: Callable[[str], None] = tell_nobody
) -> str:
    """Return a ``Link`` header without the links that must not load; empty where none remains.

    The very same text comes back where nothing is dropped.
    """
    judge = Judge(rules, page, report)
    links = [found[0] for found in _VALUE.finditer(value)]
    kept = [link for link in links if not _is_held(link, judge)]
    return value if len(kept) == len(links) else ",".join(kept).strip()


def _is_held(link: str, judge: Judge) -> bool:
    target = _TARGET.match(link)
    if not target:
        return False
    parameters: dict[str, str] = {}
    for name, quoted, token in _PARAMETER.findall(link[target.end() :]):
        parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or token)
    if is_plain_rel(parameters.get("rel", "")):
        return False
    addresses = [target[1], *candidates(parameters.get("imagesrcset", ""))]
    return any(map(judge.url, addresses))
