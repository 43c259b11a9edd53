"""What the overview shows: figures as charts with their tables, and how log and notice stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent.conf import conf
from consent.core.charts import Bar, labelled, scale, stacked
from consent.counting import UnsettledError
from consent.figures import amount, share
from consent.models import Action, Layer, Notice
from consent.notices import load
from consent.reports import TAIL, Figures, Selection, figures
from consent.selecting import USUAL, SelectionForm
from consent.standing import forgetting, log_state, notice_state

WIDTH, HEIGHT = 720, 200
MOST_COLUMNS = 92
"""Days in a chart; longer periods are drawn by weeks."""


def overview(request: HttpRequest, *, using: str) -> dict[str, Any]:
    """Return the context of the overview, as asked for by a request and as its user may see.

    Raise `django.db.Error` where the database cannot say.
    """
    form = SelectionForm({"days": USUAL, **request.GET.dict()}, using=using)
    selection = form.selection
    state = log_state(using=using)
    user: Any = request.user
    context = {
        "form": form,
        "selection": selection,
        "state": state,
        "forgetting": forgetting(state, using=using),
        "notice": notice_state(selection.site, using=using),
        "grant_retention": conf.grant_retention_days,
        "refusal_retention": conf.refusal_retention_days,
        "may_verify": user.has_perm("consent.verify_seal"),
        "tail": amount(TAIL),
    }
    try:
        counted = figures(selection, using=using)
    except UnsettledError:
        return {**context, "figures": None}
    links = _Links(selection) if user.has_perm("consent.view_record") else None
    return {
        **context,
        "figures": counted,
        "unsealed": amount(counted.unsealed),
        "total": amount(counted.total),
        "totals": _totals(counted, links),
        "days": _days(counted, selection),
        "rates": _rates(counted, selection),
        "parts": _parts(counted, links),
    }


class _Links:
    """Addresses of the list of records, narrowed to what a figure counts."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._list = reverse("admin:consent_record_changelist")

    def to(self, **more: Any) -> str:
        asked = self._selection
        narrowed = {
            "since": asked.period.since.isoformat(),
            "until": asked.period.until.isoformat(),
            "site": asked.site,
            "language": asked.language,
            "layer__exact": asked.layer,
            "notice": asked.notice,
            **more,
        }
        return f"{self._list}?{urlencode({n: value for n, value in narrowed.items() if value})}"


def _totals(counted: Figures, links: _Links | None) -> list[dict[str, Any]]:
    return [
        {
            "action": action.value,
            "label": action.label,
            "count": amount(counted.actions[action]),
            "share": share(counted.actions[action], counted.total),
            "link": links.to(action__exact=action.value) if links else "",
        }
        for action in Action
    ]


def _days(counted: Figures, selection: Selection) -> dict[str, Any]:
    """Return the chart of decisions per day, or per week where there are many days."""
    period = selection.period
    length = (period.until - period.since).days + 1
    by_week = length > MOST_COLUMNS
    step = 7 if by_week else 1
    starts = [period.since + timedelta(days=at) for at in range(0, length, step)]
    sums: Counter[tuple[int, str]] = Counter()
    for (day, action), count in counted.days.items():
        sums[(day - period.since).days // step, action] += count
    columns = [[(a.value, sums[at, a]) for a in Action] for at in range(len(starts))]
    return {
        "bars": stacked(columns, width=WIDTH, height=HEIGHT),
        "marks": [(mark.y, amount(mark.value)) for mark in scale(columns, height=HEIGHT)],
        "labels": _labels(starts),
        "width": WIDTH,
        "height": HEIGHT,
        "by_week": by_week,
        "rows": [
            (day, [amount(count) for _action, count in column], amount(_sum(column)))
            for day, column in zip(starts, columns, strict=True)
        ],
    }


def _sum(column: Iterable[tuple[str, int]]) -> int:
    return sum(count for _, count in column)


def _labels(starts: list[date]) -> list[tuple[float, str]]:
    step = WIDTH / len(starts)
    return [
        (round(at * step, 2), date_format(starts[at], "MONTH_DAY_FORMAT"))
        for at in labelled(len(starts))
    ]


def _rates(counted: Figures, selection: Selection) -> list[dict[str, Any]]:
    """Return the grant rates by category, each with those of its services below it."""
    names = _names(selection)
    return [
        {
            "key": key,
            "name": names.get(key, key.partition(":")[2] or key),
            "is_service": ":" in key,
            "granted": amount(rate.granted),
            "asked": amount(rate.asked),
            "share": share(rate.granted, rate.asked),
            "bar": Bar("accept", 0, 0, round(rate.share * 100, 2), 10),
        }
        for key, rate in counted.rates().items()
    ]


def _names(selection: Selection) -> Mapping[str, str]:
    """Return the names of what is asked about, by key, in the source language of the notice."""
    rows = Notice.objects.filter(site=selection.site).order_by("-number")
    number = selection.notice or rows.values_list("number", flat=True).first()
    notice = load(selection.site, number) if number else None
    if notice is None:
        return {}
    language = notice.languages[0]
    names = {}
    for category in notice.categories:
        names[category.key] = category.name.get(language, category.key)
        for service in category.services:
            names[f"{category.key}:{service.key}"] = service.name.get(language, service.key)
    return names


def _parts(counted: Figures, links: _Links | None) -> list[dict[str, Any]]:
    """Return the tables by language, layer and notice."""
    heads = {"language": _("Language"), "layer": _("Layer"), "notice": _("Notice")}
    filters = {"language": "language", "layer": "layer__exact", "notice": "notice"}
    return [
        {
            "head": heads[name],
            "rows": [
                _part(found, value, links.to(**{filters[name]: value}) if links and value else "")
                for value in _ordered(name, found)
            ],
        }
        for name, found in counted.by.items()
    ]


def _ordered(name: str, found: Counter[tuple[Any, str]]) -> list[Any]:
    """Return the values of a part: the newest notice first, else what was decided most."""
    sums: Counter[Any] = Counter()
    for (value, _action), count in found.items():
        sums[value] += count
    return sorted(sums, reverse=True) if name == "notice" else [v for v, _ in sums.most_common()]


def _part(found: Counter[tuple[Any, str]], value: Any, link: str) -> dict[str, Any]:
    counts = [found[value, action] for action in Action]
    words = dict(Layer.choices).get(value, value)
    return {
        "value": str(words) if value else _("counted only"),
        "link": link,
        "cells": [(amount(count), share(count, sum(counts)) if count else "") for count in counts],
        "total": amount(sum(counts)),
    }
