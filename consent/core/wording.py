"""Refuse wording that takes consent for granted, hides its purpose, shames or bribes.

Every pattern of every language runs over every text, whatever language it is declared in. Texts
are folded first (case, accents, width, invisible characters, punctuation) and read sentence by
sentence; a sentence is at fault when it ties an act other than choosing to an affirmed verdict of
consent. Negation counts only where it reaches that verdict over function words alone, so
that "If you continue, which is not required, you accept" is no way round. All of it is total, and
linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from consent.core.notice import Controller, Notice, Service, Text, Tracker
from consent.core.phrases import ACKNOWLEDGING, LANGUAGES
from consent.core.phrases.grammar import MASK, Grammar, Span, compiled
from consent.core.phrases.sentences import sentences

IMPLIED, VAGUE, SHAMING, INCENTIVE = "implied-consent", "vague-purpose", "shaming", "incentive"
REQUIREMENTS: Mapping[str, str] = {IMPLIED: "U6", VAGUE: "U9", SHAMING: "U11", INCENTIVE: "U11"}
LABELS = frozenset(
    {"refuse", "accept", "choose", "close", "save", "withdraw", "load_once", "always"}
)
"""The keys of a notice's wording that are labels of buttons."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Words that break a requirement: ``excerpt`` holds them as they stand at ``where``."""

    code: str
    requirement: str
    where: str
    language: str
    excerpt: str

    @property
    def overridable(self) -> bool:
        """Whether a stored reason may overrule it: true of everything but implied consent."""
        return self.code != IMPLIED

    def __str__(self) -> str:
        words = " ".join(self.excerpt.split())
        return f'{self.where} ({self.language}): {self.code}, {self.requirement}: "{words}"'


def lint_text(text: str, *, where: str, language: str, purpose: bool = False) -> list[Finding]:
    """Return what a text does wrong, in order; ``purpose`` refuses vague purposes as well."""
    codes = (IMPLIED, SHAMING, INCENTIVE, *([VAGUE] if purpose else ()))
    spans: set[tuple[int, int, str]] = set()
    for sentence in sentences(text):
        for grammar in _grammars():
            for code in codes:
                if (fault := _JUDGES[code](grammar, sentence.words)) is not None:
                    spans.add((*sentence.original(fault), code))
    return _findings(text, _widest(spans), where=where, language=language)


def lint_label(text: str, *, where: str, language: str) -> list[Finding]:
    """Return what the label of a button does wrong: acknowledging is not consenting."""
    found = lint_text(text, where=where, language=language)
    words = " ".join(sentence.words.strip(" ,") for sentence in sentences(text))
    if _acknowledging().fullmatch(words):
        found += _findings(text, [(0, len(text), IMPLIED)], where=where, language=language)
    return found


def lint_notice(notice: Notice) -> list[Finding]:
    """Return what any text of a notice does wrong, in every language; ``where`` is its path."""
    found: list[Finding] = []
    for where, texts, purpose in _texts(notice):
        for language, text in texts.items():
            found += lint_text(text, where=where, language=language, purpose=purpose)
    for language, wording in notice.wording.items():
        for key, text in wording.items():
            lint = lint_label if key in LABELS else lint_text
            found += lint(text, where=f"wording.{key}", language=language)
    return found


def _texts(notice: Notice) -> Iterator[tuple[str, Text, bool]]:
    yield from _texts_of("controller", notice.controller)
    for category in notice.categories:
        yield f"{category.key}.name", category.name, True
        yield f"{category.key}.purpose", category.purpose, True
        for tracker in category.trackers:
            yield from _texts_of(f"{category.key}/{tracker.name}", tracker)
        for service in category.services:
            key = f"{category.key}:{service.key}"
            yield from _texts_of(key, service)
            for tracker in service.trackers:
                yield from _texts_of(f"{key}/{tracker.name}", tracker)


def _texts_of(
    where: str, owner: Controller | Service | Tracker
) -> Iterator[tuple[str, Text, bool]]:
    for field in fields(owner):
        value = getattr(owner, field.name)
        if isinstance(value, Mapping):
            yield f"{where}.{field.name}", value, field.name == "purpose"


def _implied(grammar: Grammar, words: str) -> Span | None:
    acts = grammar.find("act", words)
    without_acts = _masked(words, acts)
    for verdict in grammar.find("alone", words):
        if not grammar.is_denied(without_acts, verdict):
            return verdict
    for verdict in grammar.affirmed("you", without_acts) if acts else ():
        return _joined(acts, verdict)
    subjects = sorted({*grammar.find("use", words), *acts})
    for verdict in grammar.affirmed("claim", _masked(words, subjects)) if subjects else ():
        if acts or subjects[0][0] < verdict[0]:
            return _joined(subjects, verdict)
    return None


def _masked(words: str, spans: list[Span]) -> str:
    """Blank the acts out, so that no verdict begins inside one and a negation reaches over them."""
    pieces, last = [], 0
    for start, end in spans:
        if end > last:
            covered = max(start, last)
            pieces += [words[last:covered], MASK * (end - covered)]
            last = end
    return "".join([*pieces, words[last:]])


def _joined(acts: list[Span], verdict: Span) -> Span:
    """Return the span from the act nearest before the verdict, or else after it."""
    index = bisect(acts, verdict)
    act = acts[index - 1] if index else acts[0]
    return min(act[0], verdict[0]), max(act[1], verdict[1])


def _incentive(grammar: Grammar, words: str) -> Span | None:
    accepting = grammar.affirmed("accept", words)
    gifts = grammar.affirmed("gift", words) if accepting else []
    return _joined(accepting, gifts[0]) if gifts else None


def _vague(grammar: Grammar, words: str) -> Span | None:
    return next(iter(grammar.affirmed("vague", words)), None)


def _shaming(grammar: Grammar, words: str) -> Span | None:
    return next(iter(grammar.find("shaming", words)), None)


_JUDGES = {IMPLIED: _implied, VAGUE: _vague, SHAMING: _shaming, INCENTIVE: _incentive}


def _widest(spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Drop what another finding of the same code covers: languages share words."""
    kept: list[tuple[int, int, str]] = []
    reach: dict[str, int] = {}
    for start, end, code in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        if end > reach.get(code, -1):
            kept.append((start, end, code))
            reach[code] = end
    return kept


def _findings(
    text: str, spans: Iterable[tuple[int, int, str]], *, where: str, language: str
) -> list[Finding]:
    return [
        Finding(code, REQUIREMENTS[code], where, language, text[start:end])
        for start, end, code in spans
    ]


@lru_cache(maxsize=1)
def _grammars() -> tuple[Grammar, ...]:
    return tuple(compiled(phrases) for phrases in LANGUAGES)


@lru_cache(maxsize=1)
def _acknowledging() -> re.Pattern[str]:
    return re.compile(f"(?:(?:{ACKNOWLEDGING})[ ,]*)+")
