"""Read a text as folded sentences whose every character knows where it stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from consent.core.phrases.grammar import Span

_QUIET = frozenset("'`\"<>=_*&@#~^$+|\\\u2019\u02bc\u2018\u00b4\u201c\u201d\u201e\u00ab\u00bb")
"""Marks that part neither sentences nor clauses."""
_JOINING = frozenset("-./:\u2010\u2011")
"""Marks that part nothing between letters."""
_ABBREVIATIONS = frozenset(
    {
        "art",
        "bzw",
        "ca",
        "co",
        "dr",
        "eg",
        "ej",
        "etc",
        "ex",
        "ie",
        "inc",
        "ltd",
        "no",
        "nr",
        "num",
        "sr",
        "sra",
        "st",
        "usw",
        "vs",
    }
)
_LETTERS = {
    **dict(
        zip(
            "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u03ba\u03bf\u03b1\u03b5\u03c1\u03bd\u03c4\u03c5\u03b9",
            "aeopcyxijsdhkoaepvtui",
            strict=True,
        )
    ),
    **dict(zip("\u0142\u00f8\u0111\u0131\u0127\u0167", "lodiht", strict=True)),
    **dict.fromkeys("\u115f\u1160\u3164\uffa0", ""),
    "\u00e6": "ae",
    "\u0153": "oe",
}
"""Letters that look like others, do not decompose, or are invisible."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, folded."""

    words: str
    """Folded words and "," with one space after each."""
    places: list[int]
    """Where each character of ``words`` stands in the text."""

    def original(self, span: Span) -> Span:
        """Return where a span of ``words`` stands in the text."""
        return self.places[span[0]], self.places[span[1] - 1] + 1


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    # One character at a time: a run of combining marks would make normalisation quadratic, and
    # the places of the original stay known.
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return ""
    # Letters that stand alone first: some of them decompose into others.
    folded = unicodedata.normalize("NFKD", _LETTERS.get(character, character)).casefold()
    folded = unicodedata.normalize("NFKD", folded)
    letters = (_LETTERS.get(c, c) for c in folded if not unicodedata.combining(c))
    return "".join(letters) or " "


def sentences(text: str) -> list[Sentence]:
    """Split a text; "..." and "?" end a clause only, for "Still browsing? You accept" is one."""
    done: list[Sentence] = []
    marks, origins = _marked(_TAG.sub(lambda tag: " " * len(tag.group()), text))
    words: list[str] = []
    places: list[int] = []
    for token in _TOKEN.finditer(marks):
        word = token.group()
        if word == "|":
            done.append(Sentence("".join(words), places))
            words, places = [], []
        elif word != "," or (words and words[-1] != ", "):
            words.append(word + " ")
            places += origins[token.start() : token.end()]
            places.append(places[-1])
    done.append(Sentence("".join(words), places))
    return [sentence for sentence in done if sentence.words]


_TAG = re.compile(r"</?[a-zA-Z]{1,6}\d? ?/?>")
_TOKEN = re.compile(r"[^ ,|]+|[,|]")


def _marked(text: str) -> tuple[str, list[int]]:
    """Return the folded text, "," between clauses and "|" between sentences, and each's place."""
    marks: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = _fold(character)
        mark = "".join(c if c.isalnum() else _mark(text, place, c) for c in folded)
        marks.append(mark)
        places += [place] * len(mark)
    return "".join(marks), places


def _mark(text: str, place: int, folded: str) -> str:
    if folded == "%":
        return " percent "
    if folded == "\n":
        # Looks back only, and at no more than a line's worth of spaces.
        before = text[max(0, place - 80) : place].rstrip(" \t\r")
        return "|" if before.endswith("\n") else " "
    if text[place] in _ENDS and _is_end(text, place):
        return "|"
    return _separator(text, place, folded)


_ENDS = frozenset(".!")


def _is_end(text: str, place: int) -> bool:
    following, before = text[place + 1 : place + 2], text[max(0, place - 8) : place]
    if following.isalnum() or following == "." or before.endswith("."):
        return False
    word = re.split(r"\W", before.casefold())[-1]
    return text[place] != "." or (len(word) != 1 and word not in _ABBREVIATIONS)


def _separator(text: str, place: int, character: str) -> str:
    """Return "," for what parts clauses and a space for what merely stands between letters."""
    if character in _QUIET or character.isspace():
        return " "
    joins = text[place - 1 : place].isalnum() and text[place + 1 : place + 2].isalnum()
    return " " if joins and character in _JOINING else ","
