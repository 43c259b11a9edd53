"""Publish the registry as the next notice of a site."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import IntegrityError, transaction
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _

from consent import dialog, models, notices
from consent.conf import conf
from consent.core.notice import Notice, canonical
from consent.core.wording import REQUIREMENTS, Finding
from consent.presentations import presentation_of, store_presentation
from consent.preview import Preview, preview
from consent.routing import RoutingError, require_one_database
from consent.texts import language_name

__all__ = [
    "DraftChangedError",
    "Preview",
    "PublishingError",
    "preview",
    "publish",
    "refusals",
    "store_presentation",
    "store_presentations",
]


class PublishingError(Exception):
    """The registry cannot be published; ``problems`` says why, a readable line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class DraftChangedError(PublishingError):
    """What would be published is not what was looked at."""

    def __init__(self) -> None:
        super().__init__([_("The draft has changed since you looked at it. Look at it again.")])


def publish(
    *,
    by: str,
    reason: str = "",
    correction: str = "",
    overrides: Mapping[str, str] = MappingProxyType({}),
    drop_languages: Collection[str] = (),
    site: str | None = None,
    seen: str = "",
) -> models.Notice | None:
    """Publish the registry as the next notice of a site; return None if nothing has changed.

    ``by`` says who publishes; ``reason`` why, which only the first notice may leave out;
    ``correction`` why earlier grants hold although the change is material. ``overrides`` maps a
    finding's ``code`` or ``code@where`` to the reason for which it does not count.
    ``drop_languages`` are those that the notice in force speaks and the next may lack. ``seen`` is
    the `Preview.digest` of what was looked at. Raise `DraftChangedError` if something else stands
    there by now, and `PublishingError` if the registry may not be published.
    """
    drop = frozenset(language.lower() for language in drop_languages)
    why = _Why(by.strip(), reason.strip(), correction.strip(), overrides, drop, seen)
    try:
        return _publish(site, why)
    except IntegrityError:
        pass  # somebody else took the number: look again at what has changed since
    try:
        return _publish(site, why)
    except IntegrityError:
        problem = _("Others publish at the same moment. Look at what they did and try again.")
        raise PublishingError([problem]) from None


def refusals(
    seen: Preview,
    overrides: Mapping[str, str] = MappingProxyType({}),
    drop_languages: Collection[str] = (),
) -> list[str]:
    """Return why the registry may not be published, a readable line each."""
    faults = _faults(seen.findings, overrides)
    dropped = _dropped(seen, drop_languages)
    return [*seen.problems, *_faulty_overrides(overrides), *dropped, *faults]


def unexplained(seen: Preview, *, by: str, reason: str) -> list[str]:
    """Return what is not said yet and has to be: who publishes, and why."""
    if not seen.is_new:
        return []
    problems = [] if by.strip() else [_("Say who publishes.")]
    if seen.previous is not None and not reason.strip():
        problems.append(_("Say why: every notice but the first needs a reason."))
    return problems


def store_presentations(notice: Notice) -> None:
    """Store how a published notice looks now, in each of its languages.

    The look depends on templates, script, style and settings too, so it may have changed since
    publication. Raise `PublishingError` if the dialog cannot be rendered.
    """
    for presentation in _presentations(notice):
        store_presentation(presentation)


@dataclass(frozen=True, slots=True)
class _Why:
    by: str
    reason: str
    correction: str
    overrides: Mapping[str, str]
    drop_languages: Collection[str]
    seen: str


def _publish(site: str | None, why: _Why) -> models.Notice | None:
    try:
        require_one_database()
    except RoutingError as error:
        raise PublishingError([str(error)]) from None
    seen = preview(site=site, correction=why.correction)
    if why.seen and why.seen != seen.digest:
        raise DraftChangedError
    problems = refusals(seen, why.overrides, why.drop_languages)
    if problems or seen.notice is None:
        raise PublishingError(problems)
    if not seen.is_new:
        store_presentations(seen.previous or seen.notice)
        return None
    row = _row(seen, seen.notice, why)
    shown = _presentations(seen.notice)
    with transaction.atomic():
        row.save()
        for presentation in shown:
            store_presentation(presentation)
    notices.forget()
    return row


def _row(seen: Preview, notice: Notice, why: _Why) -> models.Notice:
    if problems := unexplained(seen, by=why.by, reason=why.reason):
        raise PublishingError(problems)
    return models.Notice(
        site=notice.site,
        number=notice.number,
        digest=notice.digest,
        document=canonical(notice.document()).decode(),
        oldest_valid=notice.oldest_valid,
        material=seen.material,
        published_by=why.by,
        reason=why.reason,
        correction=why.correction if seen.material and seen.previous else "",
        overrides=_overruled(seen.findings, why.overrides),
        changes=[str(change) for change in seen.changes],
    )


def _dropped(seen: Preview, confirmed: Collection[str]) -> Iterator[str]:
    """Yield what keeps a language that visitors are asked in from going unnoticed."""
    for language in seen.dropped:
        if language in confirmed:
            continue
        said = (
            _(
                "The notice in force speaks %(name)s, and the next one would not: complete the "
                "texts in %(name)s, or let %(name)s go (--drop-language %(language)s)."
            )
            if language in conf.languages
            else _(
                "The notice in force speaks %(name)s, and the next one would not: add %(name)s to "
                "the settings again, or let %(name)s go (--drop-language %(language)s)."
            )
        )
        yield said % {"name": language_name(language), "language": language}


def _faults(findings: Iterable[Finding], overrides: Mapping[str, str]) -> Iterator[str]:
    for finding in findings:
        if not finding.overridable:
            yield f"{finding} Consent is never implied: this cannot be overridden."
        elif not _reason_for(finding, overrides):
            yield str(finding)


def _faulty_overrides(overrides: Mapping[str, str]) -> Iterator[str]:
    for name, reason in overrides.items():
        if name.partition("@")[0] not in REQUIREMENTS:
            yield f"There is no finding {name!r}. The codes are: {', '.join(REQUIREMENTS)}."
        elif not reason.strip():
            yield f"Give a reason for overriding {name!r}."


def _reason_for(finding: Finding, overrides: Mapping[str, str]) -> str:
    exact = overrides.get(f"{finding.code}@{finding.where}", "")
    return (exact or overrides.get(finding.code, "")).strip()


def _overruled(findings: Iterable[Finding], overrides: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the findings, all of which a reason overrules, as they are stored."""
    stored: list[dict[str, str]] = []
    for finding in findings:
        reason = _reason_for(finding, overrides)
        entry = {"code": finding.code, "where": finding.where, "reason": reason}
        if entry not in stored:
            stored.append(entry)
    return stored


def _presentations(notice: Notice) -> list[models.Presentation]:
    return [presentation_of(_rendered(notice, language)) for language in notice.languages]


def _rendered(notice: Notice, language: str) -> dialog.Dialog:
    try:
        return dialog.render_dialog(notice, language)
    except NoReverseMatch as error:
        problem = f"The dialog cannot be rendered until consent.urls is mounted: {error}"
        raise PublishingError([problem]) from None
