"""What publishing the registry now would do; `consent.publishing` does it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent import models, registry, texts
from consent.conf import conf
from consent.core.changes import Change, compare
from consent.core.hosts import shared
from consent.core.notice import Notice, renumbered
from consent.core.state import longest_value
from consent.core.wording import Finding, lint_notice
from consent.draft import Draft, Gap
from consent.histories import read_notice
from consent.translating import same_wording

MAX_COOKIE = 1000
"""Bytes that the cookie of a notice may need at most: browsers drop what passes 4,096."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What publishing now would do.

    ``notice`` is the next notice, or None without a controller; ``previous`` the one in force;
    ``problems`` what prevents publication whatever the findings; ``gaps`` all that is missing,
    in languages that are left out as well; ``languages`` those that the notice would have;
    ``idle`` the optional categories that it leaves out because they hold nothing.
    """

    notice: Notice | None
    previous: Notice | None
    changes: tuple[Change, ...]
    material: bool
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    languages: tuple[str, ...]
    problems: tuple[str, ...]
    idle: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether visitors would be asked about anything."""
        return self.notice is not None and bool(self.notice.optional)

    @property
    def is_new(self) -> bool:
        """Whether there is anything to publish that is not in force already."""
        if self.notice is None or self.previous is None:
            return self.notice is not None
        old = self.previous
        same = renumbered(self.notice, number=old.number, oldest_valid=old.oldest_valid)
        return same.digest != old.digest

    @property
    def digest(self) -> str:
        """What stands here as a digest: another one means that the draft or the notice changed."""
        old, new = (
            renumbered(notice, number=0, oldest_valid=0).digest if notice else ""
            for notice in (self.previous, self.notice)
        )
        number = self.previous.number if self.previous else 0
        return hashlib.sha256(f"{number}\0{old}\0{new}".encode()).hexdigest()

    @property
    def reasked(self) -> tuple[int, int] | None:
        """The numbers from and up to which notices' grants are asked again; None if none are."""
        if self.notice is None or self.previous is None:
            return None
        first, last = self.previous.oldest_valid, self.notice.oldest_valid - 1
        return (first, last) if first <= last else None

    @property
    def dropped(self) -> tuple[str, ...]:
        """The languages that the notice in force speaks and the next would not."""
        spoken = self.previous.languages if self.previous and self.notice else ()
        return tuple(language for language in spoken if language not in self.languages)

    @property
    def shared(self) -> dict[str, tuple[str, ...]]:
        """What several services declare alike: it needs the grant of them all."""
        return shared(self.notice) if self.notice else {}

    @property
    def left_out(self) -> tuple[Gap, ...]:
        """What is missing in the languages that the notice leaves out."""
        return tuple(gap for gap in self.gaps if gap.language not in self.languages)


def preview(*, site: str | None = None, correction: str = "") -> Preview:
    """Return what publishing would do, from the database as it stands."""
    site = conf.site if site is None else site
    draft, (last, previous) = registry.draft(), _newest(site)
    gaps = (*(gap for gap in draft.gaps if gap.where not in draft.idle), *_wording_gaps())
    incomplete = {gap.language for gap in gaps} - {draft.source}
    languages = tuple(language for language in conf.languages if language not in incomplete)
    if incomplete:
        draft = registry.draft(languages)
    notice = _next_notice(draft, site, last + 1, previous, languages)
    changes = compare(previous, notice) if previous and notice else []
    material = previous is None or any(change.material for change in changes)
    if notice and material and not correction:
        notice = replace(notice, oldest_valid=notice.number)
    return Preview(
        notice=notice,
        previous=previous,
        changes=tuple(changes),
        material=material,
        findings=tuple(lint_notice(notice)) if notice else (),
        gaps=gaps,
        languages=languages,
        problems=tuple(_problems(site, draft.source, gaps, notice)),
        idle=draft.idle,
    )


def _newest(site: str) -> tuple[int, Notice | None]:
    """Return the number of the notice in force, 0 if there is none, and what it says.

    One that cannot be read says nothing: the next is as good as the first, and asks everybody.
    """
    row = models.Notice.objects.filter(site=site).order_by("-number").first()
    return (row.number, read_notice(row)) if row else (0, None)


def _next_notice(
    draft: Draft, site: str, number: int, previous: Notice | None, languages: tuple[str, ...]
) -> Notice | None:
    if draft.controller is None:
        return None
    return Notice(
        site=site,
        number=number,
        oldest_valid=previous.oldest_valid if previous else number,
        languages=languages,
        controller=draft.controller,
        categories=tuple(each for each in draft.categories if each.key not in draft.idle),
        wording={tag: texts.compile_wording(tag, _countries(draft)) for tag in languages},
    )


def _countries(draft: Draft) -> set[str]:
    return {service.country for each in draft.categories for service in each.services}


def _wording_gaps() -> Iterator[Gap]:
    for language in conf.languages:
        missing = texts.missing_wording(language)
        if missing and (missing := texts.missing_wording(language, same=same_wording(language))):
            count = len(missing)
            said = ngettext(
                "%(count)s sentence of the dialog", "%(count)s sentences of the dialog", count
            )
            yield Gap("wording", language, said % {"count": count})


def _problems(site: str, source: str, gaps: Iterable[Gap], notice: Notice | None) -> Iterator[str]:
    if not 0 < len(site) <= 64:
        yield _("CONSENT_SITE must have between 1 and 64 characters.")
    for gap in gaps:
        if gap.language == source:
            yield f"Missing: {gap}."
    if notice is None:
        return
    if (size := longest_value(notice)) > MAX_COOKIE:
        yield _(
            "The cookie could need %(size)s bytes, and %(most)s are allowed: "
            "declare fewer services or shorter keys."
        ) % {"size": size, "most": MAX_COOKIE}
