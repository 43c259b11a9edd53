"""Everybody else's servers in one: a video player, a map, analytics and an advertising pixel.

A real HTTP server on a host name of its own (`localhost`), which sets real cookies, logs what
browsers send it, and needs no internet. Standard library only.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PAGES = Path(__file__).resolve().parent / "foreign"
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
UNLOGGED = ("/log", "/reset")

Answer = tuple[int, str, bytes, dict[str, str]]
"""Status, content type, body, further headers."""


class ThirdParty:
    """The server in a thread of its own; `log` holds what it was sent, oldest first.

    Each entry is a dict of ``method``, ``path`` (with the query) and ``headers`` (a dict with the
    names as sent, so ``Referer`` and ``Cookie``). Raises OSError where the port is in use.
    """

    def __init__(self, port: int = 0) -> None:
        self.log: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler_of(self))
        self._server.daemon_threads = True
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._server.server_address[1])

    @property
    def origin(self) -> str:
        """Its origin as pages name it."""
        return f"http://localhost:{self.port}"

    def start(self) -> ThirdParty:
        """Serve from now on; return itself."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def clear(self) -> None:
        """Forget what was sent so far."""
        self.log.clear()

    def answer(self, path: str, headers: Message) -> Answer:
        """Return what is at a path, without its query."""
        return _answer(self, path, headers.get("Cookie", ""))

    def __enter__(self) -> ThirdParty:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _handler_of(owner: ThirdParty) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        server_version = "ThirdParty"
        sys_version = ""

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path not in UNLOGGED and path != "/favicon.ico":
                owner.log.append(
                    {"method": self.command, "path": self.path, "headers": dict(self.headers)}
                )
            self._drain()
            self._send(owner.answer(path, self.headers))

        do_POST = do_OPTIONS = do_HEAD = do_GET  # noqa: N815  (names that http.server prescribes)

        def _drain(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _send(self, answer: Answer) -> None:
            status, kind, body, headers = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            for name, value in headers.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # a page that closes meanwhile wants no answer
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Stay quiet; `ThirdParty.log` is the log."""

    return Handler


def _answer(owner: ThirdParty, path: str, sent: str) -> Answer:
    if path.startswith("/embed/"):
        return _embed(path.removeprefix("/embed/"), sent)
    answers: dict[str, Callable[[], Answer]] = {
        "/analytics.js": lambda: (200, "text/javascript; charset=utf-8", _page("analytics.js"), {}),
        "/pixel.gif": lambda: (200, "image/gif", GIF, new_cookie("adnet_id", sent)),
        "/thumb.png": lambda: (200, "image/png", PNG, new_cookie("player_id", sent)),
        "/hit": lambda: (204, "text/plain", b"", allow_all()),
        "/log": lambda: _json(owner.log, allow_all()),
        "/reset": lambda: _reset(owner),
        "/favicon.ico": lambda: (204, "image/x-icon", b"", {}),
    }
    return answers.get(path, lambda: (404, "text/plain", b"Not here\n", {}))()


def _embed(name: str, sent: str) -> Answer:
    """The map under its own name; any other name is a video."""
    page, cookie = ("map.html", "map_id") if name == "map" else ("player.html", "player_id")
    return 200, "text/html; charset=utf-8", _page(page), new_cookie(cookie, sent)


def _page(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def new_cookie(name: str, sent: str) -> dict[str, str]:
    """Recognise the visitor, or give them an id that any site that includes us sends back."""
    if f"{name}=" in sent:
        return {}
    value = f"{name}={secrets.token_hex(8)}"
    return {"Set-Cookie": f"{value}; Path=/; Max-Age=31536000; SameSite=None; Secure"}


def allow_all() -> dict[str, str]:
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


def _json(value: Any, headers: dict[str, str]) -> Answer:
    return 200, "application/json", json.dumps(value, indent=1).encode(), headers


def _reset(owner: ThirdParty) -> Answer:
    owner.clear()
    return 204, "text/plain", b"", allow_all()
