"""What the shop's owner declares: ten services, known by hosts, paths and patterns alone.

Every company in it is invented. ``trackers`` are name, kind and lifetime in seconds; those on a
vendor's own host name it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

DAY = 24 * 60 * 60
CONTROLLER = {
    "name": "Halm & Sons, joiners (invented)",
    "address": "Mill Yard 3, 28099 Madrid, Spain (invented)",
    "contact": "privacy@halm.example",
    "authority": "Agencia Española de Protección de Datos (AEPD), Spain",
    "jurisdiction": "Spain",
}


class Tracker(NamedTuple):
    """A cookie or storage key of a service."""

    name: str
    description: str
    kind: str = "cookie"
    lifetime: int | None = 0
    domain: str = ""


SERVICES: dict[str, dict[str, Any]] = {
    "statistics:analytics": {
        "name": "Analytics",
        "purpose": "Counts visits and which pages of this shop are read.",
        "hosts": ("www.googletagmanager/gtag/js", "www.google-analytics"),
        "patterns": ("gtag(",),
        "page_addresses": True,
        "trackers": (
            Tracker("_ga", "Recognises the browser from visit to visit.", lifetime=730 * DAY),
            Tracker("_ga_*", "Tells one visit from the next.", lifetime=730 * DAY),
        ),
    },
    "statistics:heatmap": {
        "name": "Heat map",
        "purpose": "Draws where visitors of this shop move and press.",
        "hosts": ("*.hotjar",),
        "patterns": ("_hjSettings",),
        "page_addresses": True,
        "trackers": (
            Tracker("_hjSessionUser_*", "Recognises the browser.", lifetime=365 * DAY),
            Tracker("_hjSession_*", "Holds a visit together.", lifetime=1800),
            Tracker("_hjActiveViewportIds", "Which windows are recorded.", "local", None),
            Tracker("hjViewportId", "Which window this is.", "session"),
        ),
    },
    "marketing:tags": {
        "name": "Tag manager",
        "purpose": "Starts what our agency puts into it, and counts who came by an advertisement.",
        "hosts": tuple(f"www.googletagmanager/{path}" for path in ("gtm.js", "ns.html", "a")),
        "patterns": ("gtm.start",),
        "page_addresses": True,
        "trackers": (
            Tracker("_gcl_au", "Remembers an advertisement that led here.", lifetime=90 * DAY),
        ),
    },
    "marketing:pixel": {
        "name": "Pixel",
        "purpose": "Recognises visitors of this shop elsewhere, to show them our advertisements.",
        "hosts": ("connect.facebook", "www.facebook/tr"),
        "patterns": ("fbq(",),
        "page_addresses": True,
        "trackers": (
            Tracker("_fbp", "Recognises the browser.", lifetime=90 * DAY),
            Tracker("fr", "Recognises the person.", lifetime=90 * DAY, domain="www.facebook"),
        ),
    },
    "marketing:ads": {
        "name": "Advertisements",
        "purpose": "Shows advertisements of others below our film.",
        "hosts": ("pagead2.googlesyndication", "googleads.g.doubleclick"),
        "patterns": ("adsbygoogle",),
        "page_addresses": True,
        "trackers": (
            Tracker("__gads", "Limits how often one is shown.", lifetime=390 * DAY),
            Tracker(
                "IDE",
                "Recognises the browser.",
                lifetime=390 * DAY,
                domain="googleads.g.doubleclick",
            ),
        ),
    },
    "preferences:chat": {
        "name": "Chat",
        "purpose": "Lets you write to the workshop while you look around.",
        "hosts": ("*.tawk",),
        "patterns": ("Tawk_API",),
        "page_addresses": True,
        "trackers": (
            Tracker("twk_idm_key", "Finds a conversation again."),
            Tracker("TawkConnectionTime", "Tells since when the chat is open."),
            Tracker("twk_*", "What was written last.", "local", None),
        ),
    },
    "preferences:captcha": {
        "name": "Captcha",
        "purpose": "Tells people from programs that write to us.",
        "hosts": ("www.google/recaptcha", "www.gstatic/recaptcha"),
        "trackers": (Tracker("_grecaptcha", "Tells people from programs.", "local", None),),
    },
    "media:fonts": {
        "name": "Web fonts",
        "purpose": "Brings the type that this shop is set in.",
        "hosts": ("fonts.googleapis", "fonts.gstatic"),
    },
    "media:video": {
        "name": "Video",
        "purpose": "Plays the film of how a stool is made.",
        "hosts": ("www.youtube", "i.ytimg"),
        "trackers": (
            Tracker(
                "VISITOR_INFO1_LIVE",
                "Measures the connection.",
                lifetime=180 * DAY,
                domain="www.youtube",
            ),
        ),
    },
    "media:maps": {
        "name": "Maps",
        "purpose": "Shows on a map where the workshop is.",
        "hosts": ("www.google/maps",),
        "trackers": (
            Tracker("NID", "Recognises the browser.", lifetime=180 * DAY, domain="www.google"),
        ),
    },
}
"""Keys and what is declared; hosts without ``.localhost`` and the port."""
