"""vanilla-cookieconsent set up like this app: the same categories, trackers and sentences."""

from __future__ import annotations

import json
from typing import Any

from consent import notices
from consent.conf import conf
from consent.rendering import dialog_context

HEADERS = ("name", "purpose", "lifetime")


def configuration() -> str:
    """Return the script that a site writes beside vanilla-cookieconsent's own."""
    notice = notices.in_force(conf.site)
    assert notice is not None
    shown = dialog_context(notice, "en")
    options = {
        "categories": {
            **{c["key"]: {"enabled": True, "readOnly": True} for c in shown["required"]},
            **{category["key"]: _category(category) for category in shown["optional"]},
        },
        "language": {"default": "en", "translations": {"en": _texts(shown)}},
    }
    return f"CookieConsent.run({json.dumps(options, ensure_ascii=False, separators=(',', ':'))});"


def _category(category: dict[str, Any]) -> dict[str, Any]:
    services = {service["key"]: {"label": service["name"]} for service in category["services"]}
    names = [{"name": tracker["name"]} for tracker in category["trackers"]]
    return {"services": services, "autoClear": {"cookies": names}}


def _texts(shown: dict[str, Any]) -> dict[str, Any]:
    words, says = shown["w"], shown["says"]
    purposes = "".join(f"<li><b>{c['name']}</b> {c['purpose']}</li>" for c in shown["optional"])
    buttons = {"acceptAllBtn": words["accept"], "acceptNecessaryBtn": words["refuse"]}
    return {
        "consentModal": {
            "title": words["title"],
            "description": f"{says['intro']}<ul>{purposes}</ul>"
            f"{says['withdraw_how']} {says['scope']}",
            "showPreferencesBtn": words["choose"],
            **buttons,
        },
        "preferencesModal": {
            "title": words["preferences_title"],
            "savePreferencesBtn": words["save"],
            "closeIconLabel": words["close_unchanged"],
            "sections": [
                {"description": f"{says['preferences_intro']} {says['scope']}"},
                *(_section(c, words) for c in shown["optional"] + shown["required"]),
            ],
            **buttons,
        },
    }


def _section(category: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    facts = "".join(
        f"<p>{service['name']}: {service['provider']}. {service['purpose']}</p>"
        for service in category["services"]
    )
    return {
        "title": category["name"],
        "description": f"{category['purpose']} {category['parties']}{facts}",
        "linkedCategory": category["key"],
        "cookieTable": {
            "headers": {key: words.get(key, key) for key in HEADERS},
            "body": [
                {"name": t["name"], "purpose": t["purpose"], "lifetime": t["lifetime_text"]}
                for t in category["trackers"]
            ],
        },
    }
