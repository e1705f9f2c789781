"""The days of a log: lines that are a date alone, and in which order its dates are written. Pure.

Knows nothing about who speaks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from fenshen.library.dialogue.notations import without_marks
from fenshen.library.dialogue.stamps import take_stamp
from fenshen.library.names import make_date

Numbers = tuple[int, int, int]
_DAY_LINE = re.compile(r"^[\-=—–\s*]*(?P<day>[^\n]{6,40}?)[\-=—–\s*]*$")


def day_alone(line: str) -> Numbers | None:
    """A line that is a date alone, which stands above the messages of that day."""
    match = _DAY_LINE.match(without_marks(line))
    taken = take_stamp(match["day"]) if match else None
    if taken is None or taken[0].has_time or not taken[0].day:
        return None
    return taken[0].day if len(taken[1].strip()) <= 12 and not re.search(r"[.!?。]", taken[1]) else None


def calendar(days: Sequence[Numbers]) -> Callable[[Numbers], date | None]:
    """How the log orders day, month and year: what makes a day of every line; day first where both would do."""

    def year_first(day: Numbers) -> date | None:
        return make_date(*day)

    def day_first(day: Numbers) -> date | None:
        return make_date(_full(day[2]), day[1], day[0])

    def month_first(day: Numbers) -> date | None:
        return make_date(_full(day[2]), day[0], day[1])

    if any(first > 31 for first, _, _ in days):
        return year_first
    return month_first if any(second > 12 for _, second, _ in days) else day_first


def _full(year: int) -> int:
    return year + 2000 if year < 100 else year
