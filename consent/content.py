"""Untagged markup of responses: what the visitor has not granted goes out inert."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.functional import cached_property

from consent import sightings
from consent.conf import conf
from consent.core.markup import Rules, Scanner, link_header, may_hold, rewrite
from consent.dialog import Dialog
from consent.judged import Judged, judges
from consent.memory import Memory
from consent.pieces import rest_of
from consent.visitor import Consent

logger = logging.getLogger("consent")
_TYPES = ("text/html", "application/xhtml+xml")
_MARK = re.compile(rb"<template data-consent-(category|end)\b")
_HOSTS: Memory[str] = Memory()
_HOST_NAMES = ("HTTP_HOST", "HTTP_X_FORWARDED_HOST", "SERVER_NAME", "SERVER_PORT")
_warned: set[str] = set()


def clean(consent: Consent, request: HttpRequest, response: HttpResponseBase) -> None:
    """Make inert what a response would load of services that the visitor has not granted.

    What is not HTML, is exempt by ``CONSENT_UNSCANNED_PATHS`` or names no foreign host is not
    touched. A response that could have come out otherwise is marked as depending on the visitor.
    """
    if not response.get("Content-Type", "").lower().startswith(_TYPES):
        return
    if request.path.startswith(conf.unscanned_paths):
        return
    if response.get("Content-Encoding", "identity") != "identity":
        _warn_encoded(response["Content-Encoding"])
        return
    page = _Page(consent, request)
    if response.has_header("Link"):
        page.clean_links(response)
    if response.streaming:
        page.clean_stream(cast(StreamingHttpResponse, response))
    else:
        page.clean_whole(cast(HttpResponse, response))


class _Page:
    """One response's page: its rules, its address, and what stands in for its frames."""

    def __init__(self, consent: Consent, request: HttpRequest) -> None:
        self.consent = consent
        self.request = request
        self.notice = consent.notice
        self.asks = self.notice is not None and not consent.is_cacheable
        self.host = _host(request)
        self._judges = judges(self.notice, self.host)
        self.closed = self._judges.closed.rules

    @cached_property
    def url(self) -> str:
        return f"{self.request.scheme}://{self.host}{self.request.get_full_path()}"

    @cached_property
    def judged(self) -> Judged:
        if not self.asks or not self.consent.has_text:
            return self._judges.closed
        return self._judges.granting(self.consent.held)

    @property
    def rules(self) -> Rules:
        return self.judged.rules

    def clean_links(self, response: HttpResponseBase) -> None:
        links = response["Link"]
        if link_header(links, self.closed, page=self.url, report=_report) != links:
            self.depend()
        if kept := link_header(links, self.rules, page=self.url):
            response["Link"] = kept
        else:
            del response["Link"]

    def clean_whole(self, response: HttpResponse) -> None:
        html = response.content
        if self._is_clear(html):
            return
        may_be_same_for_all = self.rules is not self.closed and not self.consent.depends
        if may_be_same_for_all and rewrite(html, self.closed, page=self.url) is html:
            return  # the same for whoever granted nothing
        cleaned = self._rewritten(html)
        if self.rules is not self.closed or cleaned is not html:
            self.depend()
        if cleaned is not html:
            response.content = cleaned
            self._changed(response)

    def _is_clear(self, html: bytes) -> bool:
        """Whether nothing could be held: not in what the tags put in, and not around it."""
        pieces = self.consent.pieces
        rest = rest_of(html, pieces) if pieces and not self.consent.once_gate else None
        if rest is None:
            return not may_hold(html, self.closed)
        return not may_hold(rest, self.closed) and self.judged.pass_all(pieces)

    def _rewritten(self, html: bytes) -> bytes:
        """Return the page with what is not granted made inert, but for a gate opened this once."""
        start, end = _inside(html, self.consent.once_gate)
        if not end:
            return rewrite(html, self.rules, page=self.url, **self._parts())
        scanner = Scanner(self.rules, page=self.url, **self._parts())
        parts = (scanner.feed(html[:start]), html[start:end], scanner.feed(html[end:]))
        cleaned = b"".join((*parts, scanner.close()))
        return html if cleaned == html else cleaned

    def clean_stream(self, response: StreamingHttpResponse) -> None:
        """Scan chunk by chunk; what will come is not known, so the whole may depend."""
        if self.rules.hold_nothing:
            return
        self.depend()
        self._changed(response)
        scanner = Scanner(self.rules, page=self.url, **self._parts())
        chunks = response.streaming_content
        if response.is_async:
            response.streaming_content = _ascanned(scanner, cast(AsyncIterator[bytes], chunks))
        else:
            response.streaming_content = _scanned(scanner, cast(Iterator[bytes], chunks))

    def depend(self) -> None:
        if self.asks:
            self.consent.depend()

    def _parts(self) -> dict[str, Any]:
        return {
            "next_gate": self.consent.next_gate,
            "placeholder": self._placeholder if self.consent.has_text else None,
            "report": _report,
        }

    def _placeholder(self, key: str, gate: str, address: str) -> bytes | None:
        """Return what stands in for a frame; None where a one-minute link lets it load."""
        if self.asks and self.consent.allows_once(key, gate=gate):
            return None
        category, _, service = key.partition(":")
        box = cast(Dialog, self.consent.shown).placeholder(
            category=category,
            service=service,
            gate=gate,
            next_url=self.consent.address,
            link=address,
            has_form=self.consent.has_form,
        )
        return b"".join(box.piece.parts) if box else b""

    def _changed(self, response: HttpResponseBase) -> None:
        for header in ("Content-Length", "ETag", "Last-Modified", "Content-MD5", "Digest"):
            if response.has_header(header):
                del response[header]
        if not response.streaming:
            response["Content-Length"] = str(len(cast(HttpResponse, response).content))


def _inside(html: bytes, gate: str) -> tuple[int, int]:
    """Return where the content of a tag's open gate begins and ends; (0, 0) without one."""
    opening = b' id="%s" data-consent-granted></template>' % gate.encode()
    start = html.find(opening) + len(opening) if gate else 0
    depth = 1
    for mark in _MARK.finditer(html, start) if start >= len(opening) else ():
        depth += 1 if mark[1] == b"category" else -1
        if not depth:
            return start, mark.start()
    return 0, 0


def _scanned(scanner: Scanner, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        if cleaned := scanner.feed(chunk):
            yield cleaned
    if rest := scanner.close():
        yield rest


async def _ascanned(scanner: Scanner, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        if cleaned := scanner.feed(chunk):
            yield cleaned
    if rest := scanner.close():
        yield rest


def _host(request: HttpRequest) -> str:
    """Return the host that was asked for; looked at once, because every page asks."""
    named = tuple(map(request.META.get, _HOST_NAMES))
    return _HOSTS.get(named, lambda: _checked_host(request))


def _checked_host(request: HttpRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        return "invalid.invalid"


def _report(host: str) -> None:
    if conf.undeclared_hosts != "allow":
        sightings.note("host", host)


def _warn_encoded(encoding: str) -> None:
    if encoding not in _warned:
        _warned.add(encoding)
        logger.warning(
            "A page arrived encoded (%s) at ContentMiddleware, so third-party content in it cannot "
            "be held back. Compress outside of it.",
            encoding,
        )
