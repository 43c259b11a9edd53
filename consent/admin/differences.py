"""The difference between two notices, word by word, in people's names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from consent.core.changes import Change
from consent.core.notice import Notice
from consent.core.subjects import Subject, subject_of, subjects_of
from consent.core.worddiff import Piece, compare_words
from consent.models import Controller, Criterion, Kind, Role, Service, TrackerDetails
from consent.texts import language_name, lifetime_text

_PARTS: Mapping[str, object] = {
    "controller": _("Controller"),
    "language": _("Languages"),
    "wording": _("Sentences of the dialog"),
}
_WORDS: Mapping[str, object] = {
    "purpose": _("purpose"),
    "name": _("name"),
    "domain": _("domain"),
    "path": _("path"),
}
_VALUES: Mapping[str, Mapping[str, object]] = {
    "role": dict(Role.choices),
    "criterion": dict(Criterion.choices),
    "": {
        **dict(Kind.choices),
        "service": _("service"),
        "required": _("required category: always active"),
        "optional": _("optional category: visitors are asked"),
    },
}
_KINDS: Mapping[str, object] = {
    "added": pgettext_lazy("a change", "added"),
    "changed": pgettext_lazy("a change", "changed"),
    "removed": pgettext_lazy("a change", "removed"),
}
_FLAGS: Mapping[str, object] = {"yes": _("yes"), "no": _("no")}


@dataclass(frozen=True, slots=True)
class Line:
    """One change: what it is about, and its words."""

    label: str
    language: str
    pieces: tuple[Piece, ...]
    material: bool
    kind: object


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one category, of the controller or of the dialog; ``folded`` for the last."""

    heading: str
    folded: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def material(self) -> bool:
        """Whether anything in it is."""
        return any(line.material for line in self.lines)


def difference(changes: Iterable[Change], old: Notice, new: Notice) -> list[Group]:
    """Return changes by category, in the order in which they were found."""
    spoken = get_language() or new.languages[0]
    names = subjects_of(old, new, language=spoken)
    groups: dict[str, Group] = {}
    for change in changes:
        about = subject_of(change.where, names)
        heading = about.category or str(_PARTS.get(about.part, about.field))
        group = groups.setdefault(heading, Group(heading, folded=about.part == "wording"))
        group.lines.append(_line(change, about, spoken))
    return list(groups.values())


def _line(change: Change, about: Subject, spoken: str) -> Line:
    before, after = (_value(about, value, spoken) for value in (change.before, change.after))
    return Line(
        label=" · ".join(_label(about)),
        language=language_name(about.language) if about.language else "",
        pieces=compare_words(before, after),
        material=change.material,
        kind=_kind(change),
    )


def _kind(change: Change) -> object:
    if not change.before:
        return _KINDS["added"]
    return _KINDS["changed" if change.after else "removed"]


def _label(about: Subject) -> Iterator[str]:
    if about.service:
        yield about.service
    if about.tracker:
        yield about.tracker
    if about.field:
        yield _field_name(about)
    elif about.part == "category":
        yield str(_("whole category"))
    elif about.part == "service":
        yield str(_("whole service"))
    elif about.part == "tracker":
        yield str(_("whole tracker"))
    else:
        yield str(_PARTS.get(about.part, about.part))


def _field_name(about: Subject) -> str:
    if about.part == "wording" or about.field in _WORDS:
        return str(_WORDS.get(about.field, about.field) if about.part != "wording" else about.field)
    model = {"controller": Controller, "service": Service}.get(about.part, TrackerDetails)
    named = {column.name: column for column in model._meta.fields}
    return str(named[about.field].verbose_name) if about.field in named else about.field


def _value(about: Subject, value: str, spoken: str) -> str:
    """Return a value as people say it; the empty one stays empty."""
    if not value:
        return ""
    if about.part == "language":
        return language_name(value)
    if about.field == "lifetime":
        return lifetime_text(None if value == "until deleted" else int(value), spoken)
    if about.field in ("page_addresses", "third_party"):
        return str(_FLAGS.get(value, value))
    return str(_VALUES.get(about.field, {}).get(value, value))
