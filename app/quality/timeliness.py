"""Whether a date of change keeps up with the frequency that was promised.

How long after a change the next one is due follows from the European list of frequencies; half of
that again is patience of our own. Frequencies that promise nothing (irregular, as needed) are not
judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from app.quality.indicators import Outcome
from app.quality.views import View, plain
from app.rdf.terms import Term

_EU: Final = "http://publications.europa.eu/resource/authority/frequency/"
# days until the next change; a day is the least, for dates have no hours
DAYS: Final = {
    "UPDATE_CONT": 1, "CONT": 1, "HOURLY": 1, "DAILY_2": 1, "DAILY": 1, "WEEKLY_3": 3,
    "WEEKLY_2": 4, "WEEKLY": 7, "BIWEEKLY": 14, "MONTHLY_3": 11, "MONTHLY_2": 16, "MONTHLY": 31,
    "BIMONTHLY": 62, "QUARTERLY": 92, "ANNUAL_3": 123, "ANNUAL_2": 184, "ANNUAL": 366,
    "BIENNIAL": 731, "TRIENNIAL": 1096, "QUADRENNIAL": 1461, "QUINQUENNIAL": 1827,
    "DECENNIAL": 3653,
}  # fmt: skip
_PATIENCE: Final = 1.5
_PARTS: Final = re.compile(r"(\d{4})(-\d\d)?(-\d\d)?(T.+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


class Change(NamedTuple):
    """A date as it is written, and the time (UTC) it stands for: a moment, day, month or year."""

    end: datetime
    start: datetime
    text: str


def period(values: Iterable[Term]) -> timedelta | None:
    """Return how long after a change the next is due; None where nothing is promised.

    Of several frequencies the slowest counts.
    """
    codes = (plain(one).replace("https:", "http:", 1).removeprefix(_EU) for one in values)
    found = [DAYS[code] for code in codes if code in DAYS]
    return timedelta(days=max(found)) if found else None


def change(text: str) -> Change | None:
    """Return what a date stands for; None for what is no date."""
    parts = _PARTS.fullmatch(text)
    if not parts:
        return None
    year, month, day, clock, _ = parts.groups()
    try:
        if clock:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return Change(moment, moment, text)
        start = datetime(int(year), int((month or "-01")[1:]), int((day or "-01")[1:]), tzinfo=UTC)
        # past the end of the month or year whatever its length, then back to the first
        end = start + timedelta(days=1) if day else (
            start + timedelta(days=32 if month else 366)).replace(day=1)  # fmt: skip
    except (ValueError, OverflowError):
        return None
    return Change(end if month else end.replace(month=1), start, text)


def last_change(view: View) -> Change | None:
    """Return when a dataset was last changed, by itself or by a file of it; None if unsaid."""
    values = [*view.get("dct:modified"), *view.parts("dct:modified")]
    return max(filter(None, (change(plain(value)) for value in values)), default=None)


def keeps_up(view: View, now: datetime) -> Outcome:
    """Tell whether a dataset was changed as often as it says; None where that cannot be said.

    A change that is still to come says nothing.
    """
    due, last = period(view.get("dct:accrualPeriodicity")), last_change(view)
    if due is None or last is None or last.start > now:
        return None
    return now - last.end <= due * _PATIENCE
