"""The element that tells vendors, before any of their own scripts, what a visitor granted."""

from __future__ import annotations

import json

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from consent.conf import conf
from consent.core import vendors
from consent.core.notice import Notice


def signals_html(notice: Notice | None, *, nonce: str = "") -> SafeString:
    """Return the render-blocking script, the same for every visitor; nothing without vendors.

    Without a notice every vendor is still told its default, and nothing is ever granted.
    """
    known = vendors.declared(conf.signal_vendors)
    routes = vendors.routes(conf.signals, known, notice.optional_keys if notice else ())
    if not routes:
        return SafeString("")
    context = {
        "script": static("consent/signals.js"),
        "nonce": nonce,
        "number": str(notice.number if notice else 0),
        "oldest": str(notice.oldest_valid if notice else 1),
        "grant": str(conf.grant_days),
        "refusal": str(conf.refusal_days),
        "routes": json.dumps(routes, separators=(",", ":")),
        "conf": conf,
    }
    return mark_safe(render_to_string("consent/signals.html", context).strip())  # noqa: S308 - escaped by the template
