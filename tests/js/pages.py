"""Pages made of the shipped dialog, and a small server that answers as a test tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.template.backends.django import DjangoTemplates
from django.utils.safestring import SafeString

import consent
from consent.core.markup import closed
from consent.core.notice import Notice
from consent.dialog import render_dialog
from consent.texts import compile_wording
from consent.views.contexts import preferences_context
from tests.core.notices import category, notice, service, text, tracker

STATIC = Path(consent.__file__).parent / "static" / "consent"
OWN_TEMPLATES = DjangoTemplates(
    {
        "NAME": "own",
        "DIRS": [Path(consent.__file__).parent / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {},
    }
)
"""The app's templates alone: the demonstration site puts its own frame around the pages."""
TYPES = {".js": "text/javascript", ".css": "text/css"}
SIGNED = "s" * 43
RECEIPT = "0" * 26


def sample_notice(**fields: Any) -> Notice:
    """Return a notice with everything in it that a dialog shows."""
    necessary = category(
        "necessary",
        required=True,
        trackers=[
            tracker(
                "sessionid", lifetime=1209600, criterion="B", reason=text("Keeps you signed in.")
            ),
            tracker(
                "privacy_choice", lifetime=185 * 86400, criterion="B", reason=text("Remembers it.")
            ),
        ],
        purpose="What the site needs to answer you: signing in, and remembering this choice.",
    )
    statistics = category(
        "statistics",
        service(
            "visits",
            role="processor",
            provider=text("Visits GmbH"),
            country="DE",
            trackers=[tracker("_v"), tracker("_v_session", lifetime=0)],
        ),
        service(
            "heatmap",
            role="own",
            provider=text("Clinic"),
            country="",
            recipients=text("Hosting SL"),
        ),
        purpose="To count visits and see which pages are read and which are not found.",
    )
    marketing = category(
        "marketing",
        service("adverts", role="joint", provider=text("Adverts Inc")),
        purpose="To show our advertisements on other sites and count who comes because of them.",
    )
    media = category(
        "media",
        service(
            "video",
            name=text("FilmHost", "FilmHost"),
            provider=text("FilmHost Inc"),
            hosts=("player.filmhost.example",),
        ),
        purpose="To load videos and maps from the companies that host them.",
    )
    base = notice(necessary, statistics, marketing, media)
    wording = {language: compile_wording(language, ["DE", "US"]) for language in base.languages}
    return replace(base, wording=wording, **fields)


def gate_html(
    content: str,
    *,
    gate: str = "consent-gate-1",
    category: str = "media",
    service: str = "video",
    box: str = "",
    granted: bool = False,
) -> str:
    """Return a gate as the template tag writes it."""
    names = f'data-consent-category="{category}" id="{gate}"'
    if service:
        names += f' data-consent-service="{service}"'
    end = "<template data-consent-end></template>"
    if granted:
        return f"<template {names} data-consent-granted></template>{content}{box}{end}"
    return f"<template {names}>{closed(content)}</template>{box}{end}"


def placeholder(notice: Notice, language: str = "en", **fields: Any) -> str:
    """Return the placeholder of the sample notice's video."""
    values = {
        "category": "media",
        "service": "video",
        "gate": "consent-gate-1",
        "next_url": "/",
        "link": "https://player.filmhost.example/1",
        **fields,
    }
    shown = render_dialog(notice, language).placeholder(**values)
    return shown.html if shown else ""


def page(
    notice: Notice,
    language: str = "en",
    *,
    body: str = "",
    cacheable: bool = False,
    nonce: str = "",
    banner_hidden: bool = False,
    granted: bool = False,
    status: dict[str, str] | None = None,
) -> str:
    """Return a whole page with the dialog in it."""
    shown = render_dialog(notice, language)
    head = shown.head(nonce=nonce, cacheable=cacheable, granted=granted).html
    banner = shown.page(next_url="/", banner_hidden=banner_hidden, status=status).html
    link = shown.link(next_url="/", grant_in_force=granted).html
    paragraphs = "<p>Something to read, and then something more of it, as pages have.</p>" * 30
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Page</title>'
        f'<meta name="viewport" content="width=device-width">{head}</head><body>'
        f'<a href="#main">Skip</a>{banner}<main id="main"><h1>Page</h1>{body}{paragraphs}</main>'
        f'<footer><a id="last" href="/other">Last</a> {link}</footer></body></html>'
    )


def preferences_page(notice: Notice, language: str = "en", **fields: Any) -> str:
    """Return the preferences as a page of their own."""
    head = SafeString(render_dialog(notice, language).head().html)
    context = preferences_context(notice, language, next_url="/", head=head, **fields)
    return OWN_TEMPLATES.get_template("consent/preferences.html").render(context)


@dataclass(frozen=True)
class Answer:
    """What the decision URL answers: a choice taken is answered as the endpoint does, whatever
    ``body`` leaves out; ``raw`` is sent as it stands, because it comes from somebody else.
    """

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    cookie: str = ""
    raw: bytes | None = None

    def content(self, sent: dict[str, list[str]]) -> bytes:
        """Return what is sent back for a form."""
        if self.raw is not None:
            return self.raw
        if "decision" not in self.body:
            return json.dumps(self.body).encode()
        grants = bool(self.body.get("granted")) or self.body["decision"] == "once"
        own = {
            "recorded": True,
            "receipt": RECEIPT if grants else "",
            "notice": int(sent["notice"][0]),
            "attempt": sent.get("attempt", [""])[0],
        }
        return json.dumps({**own, **self.body}).encode()


class Site(ThreadingHTTPServer):
    """Serves ``pages`` and the shipped files; answers decisions as ``answer`` says."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.answer = Answer()
        self.posts: list[dict[str, list[str]]] = []
        self.gets: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        Thread(target=self.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.server.gets.append(path)
        name = Path(path).name
        if path.startswith("/static/") and (STATIC / name).exists():
            self._send(200, TYPES[Path(name).suffix], (STATIC / name).read_bytes())
        elif path.startswith("/js/"):
            self._send(200, "text/javascript", f"(window.order ??= []).push('{name}')".encode())
        else:
            found = self.server.pages.get(path)
            self._send(200 if found else 404, "text/html", (found or "none").encode(), page=True)

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        sent = parse_qs(self.rfile.read(size).decode())
        self.server.posts.append(sent)
        answer = self.server.answer
        if "json" not in self.headers.get("Accept", ""):
            self._send(answer.status, "text/html", b"<title>Native</title><h1>Native</h1>")
            return
        kind = "application/json" if answer.raw is None else "text/html"
        self._send(answer.status, kind, answer.content(sent), answer.cookie)

    def _send(
        self, status: int, kind: str, body: bytes, cookie: str = "", *, page: bool = False
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if cookie:
            self.send_header("Set-Cookie", f"{cookie}; Path=/; SameSite=Lax")
        for name, value in self.server.headers.items() if page else ():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output clean."""
