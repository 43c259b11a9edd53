"""Requests and holds in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from consent import moments, requests
from consent.models import Hold, SubjectRequest


def held_words(row: Hold) -> str:
    """Return what a hold holds."""
    if row.receipt:
        return _("the records of receipt %(receipt)s") % {"receipt": row.receipt}
    since = row.since and date_format(timezone.localtime(row.since), "DATETIME_FORMAT")
    until = row.until and date_format(timezone.localtime(row.until), "DATETIME_FORMAT")
    if since and until:
        return _("decisions from %(since)s to before %(until)s") % {"since": since, "until": until}
    if since:
        return _("decisions from %(since)s on") % {"since": since}
    return _("decisions before %(until)s") % {"until": until}


def due_words(row: SubjectRequest) -> str:
    """Return until when a request is to be answered, and how long that is; nothing once closed."""
    if row.outcome != SubjectRequest.Outcome.OPEN:
        return ""
    due = requests.due_on(row)
    day, left = date_format(due, "DATE_FORMAT"), (due - moments.today()) // timedelta(days=1)
    if left < 0:
        late = ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", -left)
        return f"{late % {'days': -left}}: {day}"
    if left == 0:
        return _("Due today: %(day)s") % {"day": day}
    return ngettext("%(day)s, in %(left)s day", "%(day)s, in %(left)s days", left) % {
        "day": day,
        "left": left,
    }
