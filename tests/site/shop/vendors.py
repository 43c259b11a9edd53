"""The shop's ten vendors on one server: its hosts are told apart by name, as browsers ask for them.

Shapes, addresses, cookies and storage keys are those that vendors of each kind document; the hosts
end in ``.localhost``, so that browsers reach them on this machine and nowhere else.
"""

from __future__ import annotations

from email.message import Message
from pathlib import Path

from tests.site.thirdparty import GIF, Answer, ThirdParty, allow_all, new_cookie

FILES = Path(__file__).resolve().parent / "files"
KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
SERVED = {
    "www.googletagmanager/gtag/js": "analytics.js",
    "www.googletagmanager/gtm.js": "tags.js",
    "www.googletagmanager/ns.html": "box.html",
    "connect.facebook/en_US/fbevents.js": "pixel.js",
    "static.hotjar/c/hotjar-3400561.js": "heatmap.js",
    "script.hotjar/modules.4f1c.js": "recorder.js",
    "embed.tawk/5f3e2a1c/default": "chat.js",
    "embed.tawk/_s/v4/app/window.html": "box.html",
    "fonts.googleapis/css2": "fonts.css",
    "www.youtube/embed/st00lM4k1ng": "video.html",
    "www.google/maps/embed": "map.html",
    "www.google/recaptcha/api.js": "captcha.js",
    "www.gstatic/recaptcha/releases/h7/recaptcha__en.js": "captcha-box.js",
    "www.google/recaptcha/api2/anchor": "box.html",
    "pagead2.googlesyndication/pagead/js/adsbygoogle.js": "ad.js",
    "googleads.g.doubleclick/pagead/ads": "box.html",
}
"""Host (without ``.localhost``) and path to the file there; anywhere else hits are taken."""

COOKIES = {
    "www.facebook": "fr",
    "www.youtube": "VISITOR_INFO1_LIVE",
    "www.google": "NID",
    "googleads.g.doubleclick": "IDE",
}
"""Which hosts know the browser again, and by which cookie."""


class Vendors(ThirdParty):
    """The vendors' server; `log` says in the ``Host`` header who was asked."""

    def answer(self, path: str, headers: Message) -> Answer:
        """Return a vendor's file, or take a hit."""
        host = headers.get("Host", "").partition(".localhost")[0]
        known = new_cookie(COOKIES[host], headers.get("Cookie", "")) if host in COOKIES else {}
        name = SERVED.get(host + path)
        if name is None:
            return 200, "image/gif", GIF, allow_all() | known
        source = (FILES / name).read_text("utf-8").replace("PORT", str(self.port))
        return 200, KINDS[Path(name).suffix], source.encode(), allow_all() | known

    def asked(self) -> set[str]:
        """Return who was asked for what, as ``host/path`` without ``.localhost`` and port."""
        return {address_of(entry["headers"]["Host"], entry["path"]) for entry in list(self.log)}


def address_of(host: str, path: str) -> str:
    """Return ``host/path`` as this module writes it."""
    return host.partition(".localhost")[0] + path.partition("?")[0]
