"""The dossier of a period: what an auditor reads who has no login, in one file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Count, Sum
from django.template.loader import render_to_string

from consent import __version__, guards, moments
from consent.conf import conf
from consent.core.declarations import EEA
from consent.core.processing import processing
from consent.counting import Counts, UnsettledError, counted
from consent.exhibits import Shown, pictures, shown_in
from consent.faults import Fault, Report
from consent.figures import amount, counted_words, table_of
from consent.models import Anchor, Removal, Seal
from consent.period import Period, moment_words
from consent.replays import POLICY
from consent.verifying import verify

MOST_FAULTS = 100
MOST_REASONS = 100
LANGUAGE = "en"


class DossierError(Exception):
    """There is nothing to write a dossier of; says why."""


def dossier(
    since: date,
    until: date,
    *,
    site: str = "",
    using: str = DEFAULT_DB_ALIAS,
    language: str = LANGUAGE,
) -> str:
    """Return the dossier of a site for the days from ``since`` to ``until``, as one HTML file.

    It is complete in itself and needs neither network nor script. Its own sentences are English;
    ``language`` is that of the notices' words, where a notice has it. Days are those of UTC.
    Raise `DossierError` where the days are reversed, or no notice was in force.
    """
    if until < since:
        raise DossierError(f"The period ends before it begins: {since} is after {until}.")
    period, site = Period(since, until), site or conf.site
    notices = shown_in(period, site=site, using=using, language=language)
    if not notices:
        raise DossierError(
            f"No notice of site {site!r} was in force from {since} to {until}: nothing was "
            "published before the period's end."
        )
    _check_language(notices, language)
    context = {
        "policy": POLICY,
        "site": site,
        "notices": notices,
        "pictures": pictures(notices, site=site, using=using),
        **_about(period, language),
        **_choices(period, notices, site=site, using=using),
        **_removals(period, using),
        **_verification(period, using),
        **_processing(notices),
    }
    context["figures"] = [
        counted_words(len(notices), "notice in force"),
        counted_words(context["decisions"], "decision"),
        context["purged"],
        context["erased"],
    ]
    return render_to_string("consent/dossier.html", context | {"measures": _measures(using)})


def _check_language(notices: list[Shown], language: str) -> None:
    there = sorted({tag for shown in notices if shown.notice for tag in shown.notice.languages})
    found = any(shown.notice and shown.notice.language_for(language) for shown in notices)
    if language != LANGUAGE and not found:
        raise DossierError(
            f"No notice in force in the period has the language {language!r}, only: "
            f"{', '.join(there) or 'none'}."
        )


def _about(period: Period, language: str) -> dict[str, Any]:
    return {
        "days": period.words,
        "is_over": period.is_over,
        "made_at": moment_words(moments.now()),
        "version": __version__,
        "language": language,
    }


def _choices(period: Period, notices: list[Shown], *, site: str, using: str) -> dict[str, Any]:
    try:
        counts = counted(period, site=site, using=using)
    except UnsettledError as error:
        raise DossierError(str(error)) from None
    in_force = {shown.number for shown in notices}
    tables = [
        table_of(number, counts.get(number, Counts()), is_in_force=number in in_force)
        for number in sorted(in_force | set(counts))
    ]
    return {
        "tables": tables,
        "decisions": sum(found.total for found in counts.values()),
        "limit": conf.grants_per_minute,
        "unsealed": counted_words(sum(found.unsealed for found in counts.values()), "decision"),
    }


def _removals(period: Period, using: str) -> dict[str, Any]:
    """Return how many rows went, and why: never which, as that would bring something back."""
    entries = Removal.objects.using(using).filter(removed_at__range=(period.start, period.end))
    by_kind = dict(entries.order_by().values_list("kind").annotate(Sum("count")))
    by_reason = entries.order_by().values("kind", "reason")
    reasons = by_reason.annotate(entries=Count("id"), rows=Sum("count")).order_by("kind", "reason")
    names = dict(Removal.Kind.choices)
    return {
        "purged": counted_words(by_kind.get(Removal.Kind.PURGE, 0), "row purged"),
        "erased": counted_words(by_kind.get(Removal.Kind.ERASE, 0), "row erased"),
        "removals": [
            {
                "kind": str(names.get(found["kind"], found["kind"])),
                "reason": found["reason"],
                "entries": amount(found["entries"]),
                "rows": amount(found["rows"]),
            }
            for found in reasons[:MOST_REASONS]
        ],
        "more_reasons": max(0, reasons.count() - MOST_REASONS),
    }


def _verification(period: Period, using: str) -> dict[str, Any]:
    """Verify the seals of the period and the one after it, which holds its last records."""
    faults: list[Fault] = []

    def keep(fault: Fault) -> None:
        if len(faults) < MOST_FAULTS:
            faults.append(fault)

    seals = Seal.objects.using(using)
    newest = seals.order_by("-number").first()
    first = seals.filter(sealed_at__gte=period.start).order_by("number").first()
    last = seals.filter(sealed_at__lte=period.end).order_by("-number").first()
    report = verify(
        Report(on_fault=keep),
        using=using,
        first=first.number if first else (newest.number if newest else 0) + 1,
        last=(last.number if last else 0) + 1,
    )
    return {
        "report": report,
        "counts": [(name, amount(count)) for name, count in sorted(report.counts.items())],
        "found": counted_words(report.faults.total(), "fault found"),
        "is_cut": report.faults.total() > len(faults),
        "faults": faults,
        "seals": max(0, report.last - report.first + 1),
        **_newest(newest, using),
    }


def _newest(newest: Seal | None, using: str) -> dict[str, Any]:
    anchors = Anchor.objects.using(using).order_by("-seal", "pk")
    anchored = anchors.values_list("seal", flat=True).first()
    return {
        "newest": newest,
        "sealed_at": moment_words(newest.sealed_at) if newest else "",
        "is_anchored": bool(newest and anchored == newest.number),
        "anchors": [
            {
                "seal": anchor.seal,
                "kind": anchor.get_kind_display(),
                "place": anchor.place,
                "at": moment_words(anchor.anchored_at),
            }
            for anchor in anchors.filter(seal=anchored)
        ],
    }


def _processing(notices: list[Shown]) -> dict[str, Any]:
    """Return the summary of the newest notice that can be read, and how long the log is kept."""
    read = next((shown for shown in reversed(notices) if shown.notice and shown.said), None)
    if read is None or read.notice is None:
        return {"controller": {}, "records": None}
    records = processing(read.notice, read.language, inside=EEA)
    kept = {
        "grant_days": conf.grant_days,
        "refusal_days": conf.refusal_days,
        "grant_retention": conf.grant_retention_days,
        "refusal_retention": conf.refusal_retention_days,
    }
    return {
        "controller": records["controller"],
        "records": records,
        "of": read,
        "kept": {name: amount(days) for name, days in kept.items()},
    }


def _measures(using: str) -> dict[str, bool]:
    """Return which of the measures that depend on the site are taken where this was made."""
    newest = Seal.objects.using(using).order_by("-number").first()
    return {
        "has_guards": not guards.missing(connections[using]),
        "has_key": bool(conf.evidence_key),
        "is_sealed": newest is not None,
        "is_signed": bool(newest and newest.signature),
        "is_anchored": Anchor.objects.using(using).exists(),
    }
