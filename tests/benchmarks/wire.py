"""What a page view costs on the wire: script, style and the markup that a page gains.

Each file by itself, as servers compress them; the markup as what the compressed page grows by. The
peers show the same categories, trackers and sentences: django-cookie-consent with a bar that the
site wrote itself and no dialog, vanilla-cookieconsent with its configuration written out.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import brotli
import cookie_consent
from django.http import HttpResponse
from django.test import override_settings

import consent
from tests.benchmarks import browsing, vanilla
from tests.benchmarks.figures import Figure, figure
from tests.benchmarks.settings import NODE
from tests.benchmarks.visits import MODES, handler, published, visit

STATIC = Path(consent.__file__).parent / "static" / "consent"
DCC_STATIC = Path(cookie_consent.__file__).parent / "static" / "cookie_consent"
DCC, VANILLA = "django-cookie-consent", "vanilla-cookieconsent"
FIRST = ("dialog.js", "dialog.css")
EARLY = {"per_visitor": (), "cacheable": ("state.js",)}
LATER = {"undecided": (), "granted": ("enforce.js",)}

FORMS: dict[str, Callable[[bytes], bytes]] = {
    "raw": bytes,
    "gzip": lambda data: gzip.compress(data, 6, mtime=0),
    "brotli": lambda data: brotli.compress(data, quality=11),
}
"""As it is, and as servers compress it."""


def run() -> list[Figure]:
    """Return all figures."""
    published()
    return [*_limits(), *_ours(), *_dcc(), *_vanilla(), *_requests()]


def files_size(files: Iterable[bytes], form: str) -> int:
    """Return the bytes of files in that form, each by itself."""
    return sum(len(FORMS[form](data)) for data in files)


def markup_size(app: str, state: str, form: str) -> int:
    """Return by how many bytes the page grows beyond the bare one."""
    with_app, bare = (
        len(FORMS[form](_html(name, visitor)))
        for name, visitor in ((app, state), ("bare", "undecided"))
    )
    return with_app - bare


def _html(app: str, state: str) -> bytes:
    response = handler(app)(visit(app, state)())
    assert isinstance(response, HttpResponse)
    return response.content


def _shipped(*names: str) -> list[bytes]:
    return [(STATIC / name).read_bytes() for name in names]


def _peer_files() -> list[bytes] | None:
    """Return vanilla-cookieconsent's files and configuration; None where npm has not run."""
    if not NODE.exists():
        return None
    shipped = [(NODE / f"cookieconsent.{kind}").read_bytes() for kind in ("umd.js", "css")]
    return [*shipped, vanilla.configuration().encode()]


def _limits() -> list[Figure]:
    small = files_size(_shipped(*FIRST), "brotli")
    peer = _peer_files()
    share = None if peer is None else small / files_size(peer[:2], "brotli")
    return [
        figure("wire.script_and_style", small, "bytes, brotli", target="<= 5000"),
        figure("wire.script_and_style_vs_vanilla", share, "ratio, brotli", peer=VANILLA),
    ]


def _ours() -> Iterable[Figure]:
    for mode, is_cacheable in MODES.items():
        for state, later in LATER.items():
            files = _shipped(*FIRST, *EARLY[mode], *later)
            with override_settings(CONSENT_CACHEABLE_PAGES=is_cacheable):
                yield from _sizes(f"{mode}.{state}", files, "ours", state, peer="")


def _dcc() -> Iterable[Figure]:
    files = [(DCC_STATIC / "cookiebar.module.js").read_bytes()]
    for state in LATER:
        yield from _sizes(f"dcc.{state}", files, "dcc", state, peer=DCC)


def _vanilla() -> Iterable[Figure]:
    # The same page whatever the visitor chose: the script decides.
    yield from _sizes("vanilla", _peer_files(), "vanilla", "undecided", peer=VANILLA)


def _sizes(
    name: str, files: list[bytes] | None, app: str, state: str, *, peer: str
) -> Iterable[Figure]:
    for form in FORMS:
        size = None if files is None else files_size(files, form)
        yield figure(f"wire.files.{name}.{form}", size, "bytes", peer=peer)
    for form in FORMS:
        grown = None if files is None else markup_size(app, state, form)
        yield figure(f"wire.markup.{name}.{form}", grown, "bytes", peer=peer)


def _requests() -> Iterable[Figure]:
    unit = "static files, first page view"
    for mode in MODES:
        for state in LATER:
            number = browsing.files("ours", mode, state)
            yield figure(f"wire.requests.{mode}.{state}", number, unit)
    for app, peer in (("dcc", DCC), ("vanilla", VANILLA)):
        number = browsing.files(app, "per_visitor", "undecided")
        yield figure(f"wire.requests.{app}", number, unit, peer=peer)
