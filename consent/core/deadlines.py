"""Until when somebody has to be answered."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def month_after(day: date) -> date:
    """Return the last day of the month that begins with a day: GDPR Art. 12(3).

    It has the same number in the next month, or is that month's last where there is none
    (Regulation 1182/71, Art. 3(2)(c)).
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
