"""What a record and its notice say, in one language, about everything that was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from consent.core.notice import Category, Notice, Service, Text, Tracker

Plain = dict[str, Any]

SPECIAL_CATEGORY = "GDPR Art. 9"


class Says:
    """What a record and its notice say, in one language; calling it says a text.

    Raise `ValueError` where the record points to another notice.
    """

    def __init__(
        self, record: Mapping[str, Any], notice: Notice, language: str, *, sensitive: bool
    ) -> None:
        if (record["site"], record["notice"]) != (notice.site, notice.number):
            raise ValueError(
                f"The record points to notice {record['notice']} of {record['site']}, "
                f"not to notice {notice.number} of {notice.site}."
            )
        self.record, self.notice, self.sensitive = record, notice, sensitive
        self.language = notice.language_for(language) or notice.languages[0]
        self.wording = notice.wording.get(self.language, {})
        # The commitment names a record without saying how many there are.
        self.record_id = record.get("commitment") or str(record["id"])
        self.receipt_id = record["receipt"] or self.record_id
        self.special = [self.wording.get("sensitive") or SPECIAL_CATEGORY] if sensitive else []

    def __call__(self, text: Text) -> str:
        """Return a text of the notice."""
        return text.get(self.language, "")

    def lines(self, text: Text) -> list[str]:
        """Return the lines of a text that are not empty."""
        return [line.strip() for line in self(text).splitlines() if line.strip()]

    def state(self, key: str) -> str:
        """Return what became of a key: given, refused, withdrawn, or empty if not asked."""
        refused = "withdrawn" if self.record["action"] == "withdraw" else "refused"
        return {"yes": "given", "no": refused}.get(self.record["answers"].get(key, ""), "")

    @property
    def withdrawal(self) -> str:
        """How to withdraw; from a notice without the sentence, whom to ask."""
        sentence = self.wording.get("withdraw_how", "").format(link=self.wording.get("link", ""))
        return sentence or self(self.notice.controller.contact)


@dataclass(frozen=True, slots=True)
class Asked:
    """What has an answer: a category with all that is in it, or one of its services."""

    key: str
    of: Category | Service
    category: Category
    services: tuple[tuple[str, Service], ...]

    @property
    def trackers(self) -> tuple[Tracker, ...]:
        """Its trackers; a category's with those of its services."""
        of = self.of
        return of.trackers if isinstance(of, Service) else tuple(of.all_trackers())

    def recipients(self, says: Says) -> list[Plain]:
        """Return the third parties: a service's recipients, else its provider; with its role."""
        found: list[Plain] = []
        for key, service in self.services:
            provider = [says(service.provider) or key] if service.third_party else []
            role = service.role if service.third_party else "recipient"
            found += [
                {"party_id": key, "party_name": name, "party_role": role}
                for name in says.lines(service.recipients) or provider
            ]
        known = {party["party_name"] for party in found}
        others = (says(each.provider) for each in self.trackers if each.third_party)
        return found + [
            {"party_id": "", "party_name": name, "party_role": "third_party"}
            for name in unique(others)
            if name not in known
        ]

    def data(self, says: Says) -> list[Plain]:
        """Return the kinds of data: what services collect, and what trackers keep."""
        services = (type_ for _, each in self.services for type_ in says.lines(each.data_types))
        types = [(type_, "") for type_ in unique(services)]
        types += [(says(each.purpose), each.name) for each in self.trackers]
        return [{"pii_type": type_, "pii_attribute_id": name} for type_, name in types]


def all_asked(notice: Notice) -> Iterator[Asked]:
    """Yield what has an answer, in the notice's order."""
    for category in notice.optional:
        services = tuple((f"{category.key}:{each.key}", each) for each in category.services)
        yield Asked(category.key, category, category, services)
        for key, service in services:
            yield Asked(key, service, category, ((key, service),))


def unique(texts: Iterable[str]) -> list[str]:
    """Return each text once, in order, without empty ones."""
    return list(dict.fromkeys(text for text in texts if text))
