"""What the templates show: head, banner, preferences, status, link and placeholder.

Everything here follows from a published notice and a language and is rendered once. What depends on
the visitor or on the page comes in as an argument and replaces a marker, so that a page view costs
little more than joining texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from django.template.loader import render_to_string
from django.templatetags.static import static

from consent.conf import conf
from consent.core.notice import Notice
from consent.memory import Memory
from consent.rendering import (
    HIDDEN,
    MARKERS,
    NOTHING,
    Filled,
    Template,
    answer_values,
    mounted,
    next_values,
    rendered,
    signal_values,
    urls,
)

_STATIC = Path(__file__).parent / "static" / "consent"
_DIALOGS: Memory[Dialog] = Memory()
_ACTIVE: Memory[Dialog | None] = Memory()
_PAGES_HELD = 64
Offers = Literal["all", "once", "nothing"]
"""What a placeholder lets a visitor allow: all of it, this one time, or nothing here."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The dialog's script (both files) and style, as shipped."""

    script: str
    style: str


@cache
def assets() -> Assets:
    """Return the script and the style that belong to every presentation."""
    script, state, style = (
        (_STATIC / name).read_text("utf-8") for name in ("dialog.js", "state.js", "dialog.css")
    )
    return Assets(script=f"{script}\n{state}", style=style)


class Dialog:
    """What a notice shows in one of its languages, at the addresses where the app is mounted.

    ``html`` is the dialog as rendered, markers and all; ``digest`` proves what was shown.
    """

    def __init__(self, notice: Notice, language: str) -> None:
        self.notice = notice
        self.language = language
        self.html = rendered("consent/dialog.html", notice, language)
        self.digest = _digest(self.html)
        self._decision_url = urls()["decision"]
        self._dialog = Template(self.html, presentation=self.digest)
        link = rendered("consent/link.html", notice, language)
        self._link = Template(link, presentation=self.digest)
        controls = rendered("consent/controls.html", notice, language)
        self._controls = Template(controls, presentation=self.digest)
        saved = notice.wording[language]["status_saved"]
        self._undecided = {"message": saved, "since": "", "receipt": ""}
        self._blanks: Memory[Template] = Memory(_PAGES_HELD)
        self._pages: Memory[Filled] = Memory(_PAGES_HELD)
        self._links: Memory[Filled] = Memory()
        self._heads: dict[tuple[bool, ...], Template] = {}
        self._styles: dict[bool, Template] = {}
        self._kinds: dict[tuple[str, str], Literal["exempt", "optional"]] = {}
        self._placeholders: dict[tuple[str, str, bool, str, bool], Template] = {}

    def page(
        self,
        *,
        next_url: str,
        banner_hidden: bool,
        status: Mapping[str, str] | None = None,
        signal: bool = False,
    ) -> Filled:
        """Return the dialog for one page; ``status`` is what `consent.status.status_of` gives.

        ``signal`` shows what the browser's signal refuses; on cacheable pages the script does.
        """
        status = status or self._undecided
        key = (next_url, banner_hidden, signal)
        if status["receipt"]:
            return self._page(*key, {**status, "receipt-shown": NOTHING})
        return self._pages.get(  # alike for all without a grant
            (*key, status["message"], status["since"]),
            lambda: self._page(*key, {**status, "receipt-shown": HIDDEN}),
        )

    def _page(
        self, next_url: str, banner_hidden: bool, signal: bool, status: Mapping[str, str]
    ) -> Filled:
        answers = answer_values(status)
        blank = self._blanks.get(
            (next_url, banner_hidden, signal, id(answers)),
            lambda: self._dialog.settle(
                {
                    **next_values(next_url),
                    **signal_values(signal),
                    **answers,
                    "banner": HIDDEN if banner_hidden else NOTHING,
                }
            ),
        )
        return blank.fill(status)

    def head(
        self,
        *,
        nonce: str = "",
        cacheable: bool = False,
        blocking: bool = True,
        granted: bool = False,
    ) -> Filled:
        """Return the elements for ``<head>``.

        Only cacheable pages get the render-blocking script, and those that insert them need none.
        On other pages ``granted`` says that the server believes the grant that the browser carries.
        """
        kinds = (bool(nonce), cacheable, blocking, granted)
        template = self._heads.get(kinds)
        if template is None:
            template = self._heads[kinds] = Template(self._head(*kinds))
        return template.fill({"nonce": nonce})

    def style(self, *, nonce: str = "") -> Filled:
        """Return the style alone: for a page that asks nobody, and leads to one that does."""
        template = self._styles.get(bool(nonce))
        if template is None:
            mark = MARKERS["nonce"] if nonce else ""
            context = {"style": static("consent/dialog.css"), "nonce": mark}
            html = render_to_string("consent/head.html", context).strip()
            template = self._styles[bool(nonce)] = Template(html)
        return template.fill({"nonce": nonce})

    def _head(self, has_nonce: bool, cacheable: bool, blocking: bool, granted: bool) -> str:
        context = {
            **parameters(self.notice),
            "scripts": True,
            "script": static("consent/dialog.js"),
            "enforce": static("consent/enforce.js"),
            "held": static("consent/held.js"),
            "style": static("consent/dialog.css"),
            "cacheable": cacheable,
            "state_js": static("consent/state.js") if cacheable and blocking else "",
            "nonce": MARKERS["nonce"] if has_nonce else "",
            "granted": granted,
            "legacy": " ".join(conf.legacy_cookies),
            "decision_url": self._decision_url,
        }
        return render_to_string("consent/head.html", context).strip()

    def link(self, *, next_url: str, grant_in_force: bool = False) -> Filled:
        """Return the "Privacy choices" link and the form that withdraws in one action.

        On cacheable pages ``grant_in_force`` is False, and the script shows the form.
        """
        shown = NOTHING if grant_in_force else HIDDEN
        return self._links.get(
            (next_url, grant_in_force),
            lambda: self._link.fill({**next_values(next_url), "shown": shown}),
        )

    def controls(self, *, next_url: str) -> Filled:
        """Return the form of placeholders' and the link's buttons, for a page without a banner."""
        return self._controls.fill(next_values(next_url))

    def placeholder(
        self,
        *,
        category: str,
        service: str = "",
        gate: str,
        next_url: str,
        link: str = "",
        hidden: bool = False,
        offers: Offers = "all",
        has_form: bool = True,
    ) -> Filled | None:
        """Return what stands in for a gate's content; None where the notice does not know it.

        ``gate`` is the id of the gate's template, ``link`` the content's own address. Its buttons
        belong to a form that stands with the banner; without ``has_form`` a link to the
        preferences, which come back to ``next_url``, stands with them.
        """
        kind = (category, service, bool(link), offers, has_form)
        template = self._placeholders.get(kind)
        if template is None:
            if self.kind(category, service) is None:
                return None
            html = rendered("consent/placeholder.html", self.notice, self.language, *kind)
            template = self._placeholders[kind] = Template(html, presentation=self.digest)
        return template.fill(
            {
                **next_values(f"{next_url.partition('#')[0]}#{gate}"),
                "gate": gate,
                "link": link,
                "shown": HIDDEN if hidden else NOTHING,
            }
        )

    def kind(self, category: str, service: str = "") -> Literal["exempt", "optional"] | None:
        """Return whether a category, or one of its services, needs consent; None if unknown."""
        key = (category, service)
        if key not in self._kinds:
            found = self.notice.category(category)
            if found is None or (service and found.service(service) is None):
                return None
            self._kinds[key] = "exempt" if found.required else "optional"
        return self._kinds[key]


def dialog_in(notice: Notice, active: str) -> Dialog | None:
    """Return what a notice shows where a language is active; None where it has no text."""

    def find() -> Dialog | None:
        language = notice.language_for(active)
        return render_dialog(notice, language) if language else None

    return _ACTIVE.get((notice.digest, active, *mounted()), find)


def render_dialog(notice: Notice, language: str) -> Dialog:
    """Return what a notice shows in one of its languages; rendered at the first call."""
    key = (notice.digest, language, *urls().values())
    return _DIALOGS.get(key, lambda: Dialog(notice, language))


def parameters(notice: Notice) -> dict[str, object]:
    """Return what the scripts have to know to read the cookie."""
    return {
        "number": str(notice.number),
        "oldest": str(notice.oldest_valid),
        "grant": str(conf.grant_days),
        "refusal": str(conf.refusal_days),
        "conf": conf,
    }


@lru_cache(maxsize=100)
def _digest(html: str) -> str:
    shipped = assets()
    return hashlib.sha256("\0".join((html, shipped.script, shipped.style)).encode()).hexdigest()
