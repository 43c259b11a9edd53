"""From the registry's rows to frozen values, noting on the way what is missing.

The rows come from `consent.registry`, which alone knows DCC's models; nothing here asks the
database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from consent import models
from consent.core.declarations import is_same_tracker, lacks_transfer, tracker_faults
from consent.core.notice import Category, Controller, Service, Text, Tracker
from consent.countries import country_name
from consent.draft import Draft, Gap, Rows, is_idle, must_be_translated, parents
from consent.models.validators import lines, validate_key, validate_policy_url


def draft_of(rows: Rows, languages: tuple[str, ...]) -> Draft:
    """Freeze the rows in these languages, of which the first is the source language."""
    return _Drafting(rows, languages).draft()


@dataclass(slots=True)
class _Drafting:
    rows: Rows
    languages: tuple[str, ...]
    gaps: list[Gap] = field(default_factory=list)

    @property
    def source(self) -> str:
        return self.languages[0]

    def draft(self) -> Draft:
        controller = self._controller()
        categories = tuple(self._category(group, controller) for group in self.rows.groups)
        idle = (group.varname for group in self.rows.groups if is_idle(self.rows, group))
        incomplete = {gap.language for gap in self.gaps}
        return Draft(
            source=self.source,
            languages=tuple(lang for lang in self.languages if lang not in incomplete),
            controller=controller,
            categories=categories,
            gaps=tuple(dict.fromkeys(self.gaps)),
            idle=tuple(map(str, idle)),
        )

    def _controller(self) -> Controller | None:
        row = self.rows.controller
        if row is None:
            self._miss("controller", _("name, address, contact, authority, jurisdiction"))
            return None
        self._check(row, "controller")
        return Controller(**self._texts("controller", row, "controller"))

    def _category(self, group: Any, controller: Controller | None) -> Category:
        key = str(group.varname)
        self._check_key(key, key)
        texts = self._texts("category", group, key)
        for name in ("name", "description"):
            self._check_text(texts[name], key, _word(group, name))
        cookies = [cookie for cookie in self.rows.cookies if cookie.cookiegroup_id == group.pk]
        rows = [row for row in self.rows.services if row.category_id == group.pk]
        ours = {row.pk for row in rows}
        us = controller.name if controller else dict.fromkeys(self.languages, "")
        return Category(
            key=key,
            required=group.is_required,
            name=texts["name"],
            purpose=texts["description"],
            services=tuple(self._service(row, group, cookies, us) for row in rows),
            trackers=tuple(
                self._tracker(cookie, key, group, us)
                for cookie in cookies
                if _service_pk(cookie) not in ours
            ),
        )

    def _service(
        self, row: models.Service, group: Any, cookies: Iterable[Any], us: Text
    ) -> Service:
        where = f"{group.varname}:{row.key}"
        self._check(row, where, exclude={"category"})
        if lacks_transfer(country=row.country, transfer=row.transfer):
            country = country_name(row.country, get_language() or "")
            self._miss(where, _("transfer basis for %(country)s") % {"country": country})
        texts = self._texts("service", row, where)
        if row.role == models.Role.OWN:
            texts["provider"] = self._or(texts["provider"], us)
        else:
            self._check_text(texts["provider"], where, _("provider"))
        return Service(
            key=row.key,
            role=row.role,
            country=row.country,
            hosts=tuple(lines(row.hosts)),
            page_addresses=row.page_addresses,
            patterns=tuple(lines(row.patterns)),
            trackers=tuple(
                self._tracker(cookie, where, group, texts["provider"])
                for cookie in cookies
                if _service_pk(cookie) == row.pk
            ),
            **texts,
        )

    def _tracker(self, cookie: Any, owner: str, group: Any, provider: Text) -> Tracker:
        where = f"{owner}/{cookie.name}"
        details = _details(cookie)
        texts = self._texts("tracker", cookie, where, details)
        self._check_text(texts["description"], where, _("purpose"))
        if details is None:
            self._miss(where, _("kind, lifetime and provider"))
            details = models.TrackerDetails()
        else:
            self._check_details(details, where, group, cookie)
        exempt = group.is_required
        return Tracker(
            name=cookie.name,
            kind=details.kind,
            domain=cookie.domain,
            path=cookie.path,
            lifetime=details.lifetime,
            provider=self._or(texts["provider"], provider),
            purpose=texts["description"],
            third_party=details.third_party,
            criterion=details.criterion if exempt else "",
            reason=texts["reason"] if exempt else dict.fromkeys(self.languages, ""),
        )

    def _check_details(
        self, details: models.TrackerDetails, where: str, group: Any, cookie: Any
    ) -> None:
        self._check(details, where, exclude={"tracker", "service"})
        faults = tracker_faults(
            kind=details.kind,
            lifetime=details.lifetime,
            criterion=details.criterion,
            reason=details.reason,
            exempt=group.is_required,
            elsewhere=group.is_required and self._has_optional_purpose(cookie),
        )
        for fault in faults:
            if fault in _FAULTS:
                self._miss(where, _(_FAULTS[fault]))

    def _has_optional_purpose(self, cookie: Any) -> bool:
        optional = {group.pk for group in self.rows.groups if not group.is_required}
        return any(
            is_same_tracker(cookie.name, cookie.domain, other.name, other.domain)
            for other in self.rows.cookies
            if other.cookiegroup_id in optional
        )

    # --- texts ---

    def _texts(
        self, owner: str, row: Any, where: str, details: models.TrackerDetails | None = None
    ) -> dict[str, dict[str, str]]:
        texts = {}
        for name in models.TRANSLATABLE[owner]:
            holder = row if hasattr(row, name) else details
            source = str(getattr(holder, name, "")).strip()
            if not source and holder is not None and not _may_be_blank(holder, name):
                self._miss(where, _word(holder, name))
            text = self._in_languages((owner, row.pk, name), source)
            needed = must_be_translated(owner, name, row)
            for language in self.languages[1:]:
                if needed and source and not text[language]:
                    self._miss(where, _word(holder, name), language)
                text[language] = text[language] or source
            texts[name] = text
        return texts

    def _in_languages(self, key: tuple[str, int, str], source: str) -> dict[str, str]:
        texts = {self.source: source}
        for language in self.languages[1:]:
            found = (
                source if tag == self.source else self.rows.translations.get((*key, tag), "")
                for tag in parents(language)
            )
            text = next((text for text in found if text), "")
            texts[language] = text if key[2] != "policy_url" or _is_address(text) else ""
        return texts

    def _or(self, text: Text, fallback: Text) -> dict[str, str]:
        return {language: text[language] or fallback[language] for language in self.languages}

    # --- gaps ---

    def _miss(self, where: str, what: str, language: str = "") -> None:
        self.gaps.append(Gap(where, language or self.source, what))

    def _check(self, row: Model, where: str, exclude: Iterable[str] = ()) -> None:
        """Note the fields that the admin would refuse; fixtures and scripts bypass it."""
        try:
            row.clean_fields(exclude={"id", *exclude})
        except ValidationError as error:
            for name in error.message_dict:
                self._miss(where, _word(row, name))

    def _check_text(self, text: Text, where: str, what: str) -> None:
        if not text[self.source]:
            self._miss(where, what)

    def _check_key(self, key: str, where: str) -> None:
        try:
            validate_key(key)
        except ValidationError:
            self._miss(where, _("a key that is more than hyphens"))


_FAULTS = {
    "lifetime": gettext_noop("lifetime"),
    "criterion": gettext_noop("exemption criterion"),
    "reason": gettext_noop("reason of the exemption"),
    "optional too": gettext_noop("exempt, but also declared in an optional category"),
}
# The registry's tables call these otherwise.
_WORDS = {"description": gettext_noop("purpose"), "name": gettext_noop("name")}


def _word(row: Any, name: str) -> str:
    """Say in the reader's language what a field is."""
    return _(_WORDS[name]) if name in _WORDS else str(row._meta.get_field(name).verbose_name)


def _may_be_blank(row: Any, name: str) -> bool:
    return bool(row._meta.get_field(name).blank)


def _details(cookie: Any) -> models.TrackerDetails | None:
    details: models.TrackerDetails | None = getattr(cookie, "consent_details", None)
    return details


def _service_pk(cookie: Any) -> int | None:
    details = _details(cookie)
    return details.service_id if details else None


def _is_address(text: str) -> bool:
    try:
        validate_policy_url(text)
    except ValidationError:
        return False
    return True
