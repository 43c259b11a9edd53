"""A published notice: its canonical form, its digest, and what changed between two.

A notice is what visitors are asked about, frozen. Its document is plain JSON; the digest is the
SHA-256 of that document's canonical bytes, so that anybody can recompute it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

Text = Mapping[str, str]
"""One text in every language of the notice: lower-case language tag to text."""

ROLES = ("own", "processor", "joint", "separate")
_CANONICAL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
KINDS = ("cookie", "local", "session", "indexeddb", "cache", "pixel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """One cookie, storage key or pixel.

    ``lifetime`` is in seconds; 0 lasts until the browser is closed, None until it is deleted.
    ``criterion`` is "A" (transmission) or "B" (service explicitly requested) for exempt trackers,
    else empty.
    """

    name: str
    kind: str
    domain: str
    path: str
    lifetime: int | None
    provider: Text
    purpose: Text
    third_party: bool
    criterion: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One third party or tool inside a category.

    ``role`` is one of `ROLES`; ``country`` an ISO 3166 alpha-2 code, empty for the controller's
    own; ``recipients`` holds one recipient a line; ``hosts`` are ``host``, ``host:port`` or
    ``*.host``, which stands for any sub-domain; ``patterns`` are texts by which its inline
    scripts are known.
    """

    key: str
    name: Text
    provider: Text
    purpose: Text
    role: str
    recipients: Text
    country: str
    transfer: Text
    data_types: Text
    retention: Text
    policy_url: Text
    hosts: tuple[str, ...]
    page_addresses: bool
    trackers: tuple[Tracker, ...]
    patterns: tuple[str, ...] = ()

    @property
    def third_party(self) -> bool:
        """Whether somebody other than the controller is behind it."""
        return self.role != "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A purpose; ``required`` ones are exempt and never asked about."""

    key: str
    required: bool
    name: Text
    purpose: Text
    services: tuple[Service, ...]
    trackers: tuple[Tracker, ...]

    def service(self, key: str) -> Service | None:
        """Return the service of that key, or None."""
        return next((service for service in self.services if service.key == key), None)

    def all_trackers(self) -> Iterator[Tracker]:
        """Yield the category's own trackers, then those of its services."""
        yield from self.trackers
        for service in self.services:
            yield from service.trackers


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """Who asks."""

    name: Text
    address: Text
    contact: Text
    dpo: Text
    authority: Text
    jurisdiction: Text
    policy_url: Text


class MalformedNoticeError(ValueError):
    """Somebody wrote into a stored notice what no notice can be built from."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What the visitors of one site are asked about, in every language.

    ``oldest_valid`` is the number of the oldest notice whose grants still hold; ``wording`` maps
    a language to the dialog's own sentences by key.
    """

    site: str
    number: int
    oldest_valid: int
    languages: tuple[str, ...]
    controller: Controller
    categories: tuple[Category, ...]
    wording: Mapping[str, Mapping[str, str]]

    @classmethod
    def parse(cls, text: str) -> Notice:
        """Build a notice from its stored document; raise `MalformedNoticeError` if it is none."""
        try:
            return cls.from_document(json.loads(text))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise MalformedNoticeError(f"Not the document of a notice: {error!r}.") from error

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Notice:
        """Build a notice from its document, as `document` gives it."""
        return cls(
            site=document["site"],
            number=document["number"],
            oldest_valid=document["oldest_valid"],
            languages=tuple(document["languages"]),
            controller=Controller(**document["controller"]),
            categories=tuple(_category(category) for category in document["categories"]),
            wording=document["wording"],
        )

    def document(self) -> dict[str, Any]:
        """Return the notice as plain JSON values."""
        document: dict[str, Any] = json.loads(canonical(asdict(self)))
        return document

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the canonical document, in hexadecimal."""
        return hashlib.sha256(canonical(self.document())).hexdigest()

    @cached_property
    def optional(self) -> tuple[Category, ...]:
        """The categories that visitors are asked about."""
        return tuple(category for category in self.categories if not category.required)

    @cached_property
    def _by_key(self) -> dict[str, Category]:
        return {category.key: category for category in self.categories}

    def category(self, key: str) -> Category | None:
        """Return the category of that key, or None."""
        return self._by_key.get(key)

    @cached_property
    def optional_keys(self) -> tuple[str, ...]:
        """Every ``category`` and ``category:service`` that has an answer, in the notice's order."""
        return tuple(
            key
            for category in self.optional
            for key in (category.key, *(f"{category.key}:{s.key}" for s in category.services))
        )

    @cached_property
    def optional_parts(self) -> tuple[tuple[str, str, str], ...]:
        """Each of `optional_keys` with its category and its service, which may be empty."""
        keys = ((key, key.partition(":")) for key in self.optional_keys)
        return tuple((key, category, service) for key, (category, _, service) in keys)

    def language_for(self, tag: str) -> str | None:
        """Return the notice's language for a page's language tag: ``es-mx`` may fall to ``es``."""
        parts = tag.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):
            if (candidate := "-".join(parts[:length])) in self.languages:
                return candidate
        return None

    def nearest_language(self, *tags: str) -> str:
        """Return the first language that fits any of the tags, else a relative's, else the first.

        A relative of ``pt`` is ``pt-br``: not what a page in the other should be asked in, but
        what its reader understands best.
        """
        fitting = filter(None, map(self.language_for, tags))
        bases = (tag.lower().replace("_", "-").split("-")[0] for tag in tags)
        related = (each for base in bases for each in self.languages if each.split("-")[0] == base)
        return next(chain(fitting, related, self.languages))


def canonical(value: Any) -> bytes:
    """Return JSON bytes that are the same for equal values: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(value).encode()


def _category(document: Mapping[str, Any]) -> Category:
    services = tuple(_service(service) for service in document["services"])
    return Category(**{**document, "services": services, "trackers": _trackers(document)})


def _service(document: Mapping[str, Any]) -> Service:
    listed = {field: tuple(document.get(field, ())) for field in ("hosts", "patterns")}
    return Service(**{**document, **listed, "trackers": _trackers(document)})


def _trackers(document: Mapping[str, Any]) -> tuple[Tracker, ...]:
    return tuple(Tracker(**tracker) for tracker in document["trackers"])


def renumbered(notice: Notice, *, number: int, oldest_valid: int) -> Notice:
    """Return the same notice under another number."""
    return replace(notice, number=number, oldest_valid=oldest_valid)
