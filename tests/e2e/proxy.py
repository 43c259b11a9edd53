"""A shared cache between the browsers and the site: small, real, and as eager as RFC 9111 allows.

It keeps what it may for every visitor: responses with an explicit lifetime for as long as they
say, those that say nothing for a time of its own, and those that must be revalidated as long as
there is a validator. Standard library only.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}


@dataclass
class Answer:
    """A response as the origin gave it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str:
        """Return a header's values joined, or nothing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def directives(self) -> dict[str, str]:
        """The directives of Cache-Control."""
        parts = (part.strip().partition("=") for part in self.get("cache-control").split(","))
        return {name.lower(): value.strip('"') for name, _, value in parts if name}


@dataclass
class Stored:
    """A stored response, and the request headers by which it was chosen."""

    answer: Answer
    varying: dict[str, str]
    until: float

    def fits(self, headers: Mapping[str, str]) -> bool:
        """Whether the response was chosen by the same request headers."""
        return all(headers.get(name, "") == value for name, value in self.varying.items())


@dataclass
class Cache:
    """What the proxy keeps, by address."""

    default_seconds: float
    held: dict[str, list[Stored]] = field(default_factory=dict)

    def find(self, url: str, headers: Mapping[str, str]) -> Stored | None:
        """Return the stored response that fits a request, fresh or stale."""
        return next((kept for kept in self.held.get(url, []) if kept.fits(headers)), None)

    def keep(self, url: str, headers: Mapping[str, str], answer: Answer) -> None:
        """Store a response where a shared cache may."""
        directives = answer.directives
        varying = {name.strip().lower() for name in answer.get("vary").split(",") if name.strip()}
        forbidden = {"no-store", "private"} & directives.keys() or "*" in varying
        if answer.status != 200 or forbidden:
            return
        lifetime = self._lifetime(directives)
        if lifetime <= 0 and not answer.get("etag"):
            return
        chosen = {name: headers.get(name, "") for name in varying}
        others = [kept for kept in self.held.get(url, []) if kept.varying != chosen]
        self.held[url] = [*others, Stored(answer, chosen, time.monotonic() + lifetime)]

    def _lifetime(self, directives: Mapping[str, str]) -> float:
        if "no-cache" in directives:
            return 0
        for name in ("s-maxage", "max-age"):
            if directives.get(name, "").isdigit():
                return float(directives[name])
        return self.default_seconds


class Proxy:
    """A caching reverse proxy in a thread of its own."""

    def __init__(self, upstream: str, *, default_seconds: float = 60) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.cache = Cache(default_seconds)
        self.hits: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """The address at which visitors find the site."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer from the cache where that is allowed, else ask the site."""
        if method not in ("GET", "HEAD"):
            return self._ask(method, url, headers, body)
        kept = self.cache.find(url, headers)
        eager = "no-cache" not in headers.get("cache-control", "")
        if kept and eager and kept.until > time.monotonic():
            self.hits.append(url)
            return _conditional(kept.answer, headers)
        if kept and (validator := kept.answer.get("etag")):
            return self._revalidate(url, headers, kept, validator)
        answer = self._ask(method, url, headers, body)
        if method == "GET":
            self.cache.keep(url, headers, answer)
        return answer

    def _revalidate(
        self, url: str, headers: dict[str, str], kept: Stored, validator: str
    ) -> Answer:
        """Ask whether the stored response is still good, as the cache's own question."""
        question = {name: value for name, value in headers.items() if not name.startswith("if-")}
        answer = self._ask("GET", url, {**question, "if-none-match": validator}, b"")
        if answer.status == 304:
            self.hits.append(url)
            self.cache.keep(url, headers, kept.answer)
            return _conditional(kept.answer, headers)
        self.cache.keep(url, headers, answer)
        return _conditional(answer, headers)

    def _ask(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self.upstream, timeout=20)
        try:
            sent = {name: value for name, value in headers.items() if name not in HOP_BY_HOP}
            connection.request(method, url, body or None, {**sent, "connection": "close"})
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()


def _conditional(answer: Answer, headers: Mapping[str, str]) -> Answer:
    """Answer the browser's own question about a stored response."""
    validator = answer.get("etag")
    if validator and headers.get("if-none-match") == validator:
        return Answer(304, answer.headers, b"")
    return answer


def _handler_of(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            try:
                answer = proxy.answer(self.command, self.path, headers, body)
            except OSError:
                answer = Answer(502, [], b"The site does not answer.\n")
            self._send(answer)

        do_POST = do_HEAD = do_GET  # noqa: N815  (names that http.server prescribes)

        def _send(self, answer: Answer) -> None:
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                if name.lower() not in HOP_BY_HOP | {"content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Stay quiet; `Proxy.hits` is the log."""

    return Handler
