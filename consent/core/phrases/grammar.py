"""One language's phrases, and how their notation becomes patterns.

A pattern is written over folded words (lower case, no accents, one space, "," between clauses):
``*`` completes a word, ``(a|b)`` chooses, ``?`` and ``{0,3}`` repeat the group before, ``@4``
stands for up to four words, none of which negates or sets a condition; a space tolerates a clause
mark. Words are matched whole and gaps are bounded, which keeps matching linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

Span = tuple[int, int]

MASK = "_"
"""What blanks out words in a folded sentence: no folded word holds it."""

DENYING = frozenset({"nao", "nicht", "niet", "no", "non", "not", "pas"})
"""Negations that deny a verdict in any language: kindred ones share their words of consent."""

DENYING_AFTER = frozenset(
    {
        "aucun",
        "aucune",
        "cap",
        "geen",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "nada",
        "nenhum",
        "nenhuma",
        "nessun",
        "nessuna",
        "nicht",
        "nichts",
        "niet",
        "niets",
        "ningun",
        "ninguna",
        "no",
        "none",
        "nothing",
        "nulla",
        "pas",
        "res",
        "rien",
    }
)
"""Negations that deny the verdict right before them: "you accept nothing"."""


class Phrases(NamedTuple):
    """What one language says when it takes consent for granted, and when it does not.

    ``no`` negates a verdict that it reaches over ``link`` words alone; ``when`` right before a
    verdict makes it a condition. ``act`` is browsing on as a condition or a manner, ``use`` as a
    subject; ``you`` accept (needs an act), ``claim`` is what browsing is said to mean (needs an act
    or a use), ``alone`` needs neither. ``accept`` and ``gift`` together are an incentive.
    """

    no: str
    link: str
    when: str
    act: str
    use: str
    you: str
    claim: str
    alone: str
    vague: str
    shaming: str
    accept: str
    gift: str


class Grammar(NamedTuple):
    """One language's phrases, compiled."""

    no: frozenset[str]
    link: frozenset[str]
    when: frozenset[str]
    parts: Mapping[str, re.Pattern[str]]

    def find(self, part: str, words: str) -> list[Span]:
        """Return where a part of the phrases occurs, in order."""
        return [match.span() for match in self.parts[part].finditer(words)]

    def affirmed(self, part: str, words: str) -> list[Span]:
        """Return the verdicts that nothing negates or makes conditional."""
        return [span for span in self.find(part, words) if not self.is_denied(words, span)]

    def is_denied(self, words: str, span: Span) -> bool:
        """Whether a negation reaches the verdict over function words, or a condition precedes."""
        after = words[span[1] : span[1] + 40].split()[:1]
        # "You accept nothing" denies, "you accept without limitation" does not.
        if after and after[0] in self.no and after[0] in DENYING_AFTER:
            return True
        before = words[max(0, span[0] - 400) : span[0]].split()[-14:]
        if before and (before[-1] in self.when or "_".join(before[-2:]) in self.when):
            return True
        for word in reversed(before):
            if word in self.no or word in DENYING:
                return True
            if word not in self.link and MASK not in word:
                return False
        return False


def compiled(phrases: Phrases) -> Grammar:
    """Compile one language's phrases."""
    no, link, when = (frozenset(words.split()) for words in phrases[:3])
    barred = "|".join(sorted(word for word in no | when if "_" not in word))
    parts = {name: _pattern(getattr(phrases, name), barred) for name in phrases._fields[3:]}
    return Grammar(no=no, link=link, when=when, parts=parts)


def _pattern(notation: str, barred: str) -> re.Pattern[str]:
    gap = rf"(?:(?!(?:{barred}) )\\w++ (?:, )?){{0,\1}}?"
    pattern = notation.replace("(", "(?:").replace("*", r"\w*+").replace(" ", " (?:, )?")
    pattern = re.sub(r"@(\d+) \(\?:, \)\?", gap, pattern)
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
