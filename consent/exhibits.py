"""What a dossier shows of the notices of a period: their text in words, and how they looked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

from consent import models
from consent.core.localized import localized
from consent.core.notice import Notice
from consent.period import Period, moment_words
from consent.replays import frame

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A stored notice, how long it was in force, and what it says in one language.

    ``notice`` and ``said`` are empty where the stored document cannot be read any more.
    """

    row: models.Notice
    ended: datetime | None
    is_digest_sound: bool
    notice: Notice | None
    language: str
    said: Plain

    @property
    def number(self) -> int:
        """The notice's number."""
        return self.row.number

    @property
    def began_words(self) -> str:
        """When it came into force."""
        return moment_words(self.row.published_at)

    @property
    def ended_words(self) -> str:
        """When another took its place; nothing where it is in force still."""
        return moment_words(self.ended) if self.ended else ""

    @property
    def categories(self) -> list[Plain]:
        """All categories, the optional first, each with all its trackers."""
        found: list[Plain] = [*self.said.get("optional", ()), *self.said.get("required", ())]
        return found

    @property
    def policy_url(self) -> str:
        """The controller's privacy policy, where it can be opened from a file."""
        return linked(self.said["controller"]["policy_url"]) if self.said else ""


def shown_in(period: Period, *, site: str, using: str, language: str) -> list[Shown]:
    """Return the notices of a site that were in force in a period, the oldest first."""
    rows = models.Notice.objects.using(using).filter(site=site).order_by("number")
    begun = [*rows.values_list("number", "published_at"), (0, None)]
    terms = {
        number: ended
        for (number, began), (_, ended) in pairwise(begun)
        if began <= period.end and (ended is None or ended > period.start)
    }
    found = rows.filter(number__in=list(terms))
    return [_shown(row, terms[row.number], language) for row in found]


def _shown(row: models.Notice, ended: datetime | None, language: str) -> Shown:
    is_sound = sha256(row.document.encode()).hexdigest() == row.digest
    try:
        notice = Notice.parse(row.document)
        spoken = notice.language_for(language) or notice.languages[0]
        said = localized(notice, spoken)
    except (ValueError, LookupError, TypeError, AttributeError):  # somebody wrote into the row
        return Shown(row, ended, is_sound, None, language, {})
    for category in (*said["optional"], *said["required"]):
        _complete(category, said["controller"]["name"], said["w"])
    return Shown(row, ended, is_sound, notice, spoken, said)


def _complete(category: Plain, controller: str, wording: Plain) -> None:
    """Put a category's trackers into one list, and let links be what a file can open."""
    of_services = (
        {**tracker, "service": service["name"]}
        for service in category["services"]
        for tracker in service["trackers"]
    )
    category["all_trackers"] = [*category["trackers"], *of_services]
    for tracker in category["all_trackers"]:
        tracker["who"] = tracker["provider"] or controller
        tracker["party"] = wording["yes" if tracker["third_party"] else "no"]
    for service in category["services"]:
        service["link"] = linked(service["policy_url"])
        service["addresses"] = wording["yes" if service["page_addresses"] else "no"]


def pictures(notices: Iterable[Shown], *, site: str, using: str) -> list[Plain]:
    """Return each stored presentation of some notices: what it is of, digest, inert frames."""
    numbers = {shown.number: shown.row.digest for shown in notices}
    stored = models.Presentation.objects.using(using).filter(site=site, notice__in=list(numbers))
    return [
        {
            "notice": str(look.notice),
            "language": look.language,
            "created": moment_words(look.created),
            "digest": look.digest,
            "is_digest_sound": look.text_digest() == look.digest,
            "is_of_notice": look.notice_digest == numbers[look.notice],
            "banner": frame(look, preferences=False),
            "preferences": frame(look, preferences=True),
        }
        for look in stored.order_by("notice", "language", "created", "pk")
    ]


def linked(url: str) -> str:
    """Return an address if a link to it can be followed from a file, else nothing."""
    return url if url.startswith(("https://", "http://")) else ""
