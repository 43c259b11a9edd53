"""The guard that holds what scripts insert: ``guard.js``, and what it has to know of a notice."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.templatetags.static import static

from consent.conf import conf
from consent.core.guarding import guarded
from consent.core.notice import Notice, canonical
from consent.dialog import parameters
from consent.judged import own_hosts
from consent.memory import Memory
from consent.rendering import MARKERS, Filled, Template, is_mounted, urls

_GUARDS: Memory[Template] = Memory()


def guard_html(notice: Notice, *, nonce: str = "") -> Filled:
    """Return the guard for the top of ``<head>``, with what it has to know of a notice."""
    has_nonce = bool(nonce)
    undeclared, own = conf.undeclared_hosts, " ".join(own_hosts())
    # A sub-site without our addresses has nowhere to report to; it holds all the same.
    report = urls()["undeclared"] if undeclared != "allow" and is_mounted() else ""
    guard = _GUARDS.get(
        (notice.digest, has_nonce, undeclared, own, report),
        lambda: Template(_guard(notice, has_nonce, undeclared, own, report)),
    )
    return guard.fill({"nonce": nonce})


def _guard(notice: Notice, has_nonce: bool, undeclared: str, own: str, report: str) -> str:
    context = {
        **parameters(notice),
        "undeclared": undeclared,
        "own": own,
        "report": report,
        "guard": static("consent/guard.js"),
        "rules": canonical(guarded(notice)).decode(),
        "nonce": MARKERS["nonce"] if has_nonce else "",
    }
    return render_to_string("consent/guard.html", context).strip()
