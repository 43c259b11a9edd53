"""What the shop sets otherwise than the clinic, and what it set before it had the app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.site import settings as clinic

HERE = Path(__file__).resolve().parent


def _templates(**options: Any) -> list[dict[str, Any]]:
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            # Before the apps' own: the app's pages, too, stand in the shop's frame.
            "DIRS": [HERE / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "tests.site.shop.views.vendors",
                ],
                **options,
            },
        }
    ]


SHOP: dict[str, Any] = {
    "ROOT_URLCONF": "tests.site.shop.urls",
    "MIDDLEWARE": [name for name in clinic.MIDDLEWARE if "old_site" not in name],
    "TEMPLATES": _templates(),
    "LANGUAGES": [("en", "English")],
    "CONSENT_SITE": "shop",
    "CONSENT_SENSITIVE": False,
    "CONSENT_LEGACY_COOKIES": [],
    "SHOP_VENDORS_PORT": 8002,
}
BEFORE: dict[str, Any] = {
    **SHOP,
    "MIDDLEWARE": [name for name in SHOP["MIDDLEWARE"] if not name.startswith("consent.")],
    "TEMPLATES": _templates(libraries={"consent": "tests.site.shop.before"}),
}
"""The very same pages without the app: the tags' names are there, and write nothing."""
