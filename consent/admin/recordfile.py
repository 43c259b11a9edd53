"""What the page of one record shows: the decision in words, its history, its notice, its proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consent import replays, signing
from consent.core.notice import Notice as Published
from consent.histories import Answer, answers_in, history, names_in, notices_of
from consent.models import Action, Anchor, Exhibit, Leaf, Notice, Record, Seal

HISTORY = 100
"""Records of one receipt that stand on the page, the newest."""
ANCHORS = 5

Words = str | Promise
WORDS: dict[str, Words] = {"yes": _("yes"), "no": _("no"), "unasked": _("not asked"), "": _("none")}
_FACTS = ("site", "language", "layer", "means", "by")
_HEADLINES: dict[str, Words] = {
    Action.ACCEPT: _("On %(when)s, a visitor accepted everything that was asked about."),
    Action.REFUSE: _("On %(when)s, a visitor refused everything that was asked about."),
    Action.WITHDRAW: _("On %(when)s, a visitor withdrew what had been granted."),
    Action.ONCE: _("On %(when)s, a visitor loaded %(yes)s once."),
}
_FINDINGS: dict[str, Words] = {
    "Presentation": _("The dialog that was shown"),
    "Presentation's notice": _("The notice of that dialog"),
    "Notice": _("The notice"),
    "Record's commitment": _("The record itself"),
}
_HOLDS: dict[bool | None, Words] = {
    True: _("as it was written"),
    False: _("NOT as it was written"),
    None: _("nothing to compare with"),
}
_SIGNED: dict[bool | None, Words] = {
    True: _("signed, and the signature holds"),
    False: _("signed, and the signature does NOT hold"),
    None: _("signed; the signature cannot be checked here"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a record is sealed: nothing of it while it waits for the next daily run."""

    leaf: Leaf | None = None
    seal: Seal | None = None
    signed: Words = ""
    anchors: tuple[Anchor, ...] = ()


def record_context(record: Record) -> dict[str, Any]:
    """Return what ``admin/consent/record/file.html`` shows of a record."""
    notice = notices_of([record]).get((record.site, record.notice))
    answers = answers_in(record, names_in(notice, record.language))
    steps = history(record.receipt, limit=HISTORY + 1)
    return {
        "record": record,
        "headline": headline(record, answers),
        "facts": list(_facts(record)),
        "rows": list(answer_rows(record, notice)),
        "steps": [
            {
                "record": step.record,
                "is_this": step.record.pk == record.pk,
                "lines": list(_lines(step.changes)) if number or len(steps) <= HISTORY else [],
                "granted": get_text_list(_named(step.answers, "yes"), gettext("and")),
            }
            for number, step in enumerate(steps[-HISTORY:])
        ],
        "is_cut": len(steps) > HISTORY,
        "notice": Notice.objects.filter(site=record.site, number=record.notice).first(),
        "proof": proof_of(record),
        **_shown(record),
    }


def headline(record: Record, answers: Iterable[Answer]) -> str:
    """Return a decision as a sentence, by the names that the visitor read."""
    answers = list(answers)
    parts = {
        "when": formats.date_format(timezone.localtime(record.decided_at), "DATETIME_FORMAT"),
        "yes": get_text_list(_named(answers, "yes"), gettext("and")),
        "no": get_text_list(_named(answers, "no"), gettext("and")),
    }
    said = [str(_HEADLINES.get(record.action) or _chosen(parts)) % parts]
    if unasked := [a.name for a in answers if {a.answer, *_below(a)} == {"unasked"}]:
        names = get_text_list(unasked, gettext("and"))
        said.append(gettext("Not asked about: %(names)s.") % {"names": names})
    return " ".join(said)


def _chosen(parts: dict[str, str]) -> str:
    if not parts["yes"]:
        return gettext("On %(when)s, a visitor refused %(no)s.")
    if not parts["no"]:
        return gettext("On %(when)s, a visitor accepted %(yes)s.")
    return gettext("On %(when)s, a visitor accepted %(yes)s; refused %(no)s.")


def _below(answer: Answer) -> set[str]:
    return {service.answer for service in answer.services}


def _named(answers: Iterable[Answer], said: str) -> list[str]:
    """Return what was answered so: whole categories, and services answered unlike theirs."""
    names = []
    for answer in answers:
        if answer.answer == said:
            names.append(answer.name)
            continue
        names += [f"{s.name} ({answer.name})" for s in answer.services if s.answer == said]
    return names


def _facts(record: Record) -> Iterator[tuple[object, object]]:
    for name in _FACTS:
        value = getattr(record, f"get_{name}_display", None)
        label = record._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a column
        yield label, value() if value else getattr(record, name)


def answer_rows(record: Record, notice: Published | None) -> Iterator[dict[str, Any]]:
    """Yield a record's answers in words, services after their categories."""
    for answer in answers_in(record, names_in(notice, record.language)):
        for one in (answer, *answer.services):
            yield {
                "name": one.name,
                "key": one.key,
                "answer": one.answer,
                "words": WORDS.get(one.answer, one.answer),
                "is_service": one is not answer,
            }


def _lines(changes: Iterable[Any]) -> Iterator[str]:
    for change in changes:
        said = {
            "name": change.name,
            "before": WORDS.get(change.before, change.before),
            "after": WORDS.get(change.after, change.after),
        }
        if change.before:
            yield gettext("%(name)s: %(after)s (before: %(before)s)") % said
        else:
            yield gettext("%(name)s: %(after)s") % said


def _shown(record: Record) -> dict[str, Any]:
    """Return whether the dialog can be shown again, and which digests hold."""
    try:
        found = [
            (_FINDINGS.get(f.what, f.what), f.digest, f.holds) for f in replays.findings(record)
        ]
        shown = replays.presentation_shown(record)
    except replays.ReplayError:
        holds = replays.is_committed(record) if record.commitment else None
        found, shown = [(_FINDINGS["Record's commitment"], record.commitment, holds)], None
    rows = [{"what": what, "digest": d, "holds": h, "words": _HOLDS[h]} for what, d, h in found]
    return {"findings": rows, "presentation": shown}


def proof_of(record: Record) -> Proof:
    """Return where a record is sealed, and what outside the database holds it."""
    leaf = Leaf.objects.filter(kind=Exhibit.RECORD, row=record.pk).first()
    if leaf is None:
        return Proof()
    seal = Seal.objects.filter(first__lte=leaf.index).order_by("-number").first()
    if seal is None:
        return Proof(leaf)
    signed: Words = _("not signed")
    if seal.key:
        signed = _SIGNED[signing.verify(seal.digest, seal.key, seal.signature)]
    # What holds a later seal holds this one, too: they are a chain.
    anchors = Anchor.objects.filter(seal__gte=seal.number).order_by("seal", "pk")[:ANCHORS]
    return Proof(leaf, seal, signed, tuple(anchors))
