"""When a twin retrains by itself: after so many new items, or every week at an hour of the creator's own
clock. Pure.

    rule + what is new + what happened before + now → start · or not, and why

A missed hour is made good once, within the allowed hours. An hour that a clock change skips is the one after
it; one that comes twice counts the first time.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fenshen.core.errors import BadInput

#: What a schedule does now. Only `start` starts.
Verdict = Literal["start", "nothing_due", "nothing_new", "outside_hours", "backing_off"]
RETRY_FIRST = timedelta(hours=1)
RETRY_LONGEST = timedelta(days=1)
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Rule:
    """What a creator asked for.

    Attributes:
        items_min: starts when at least so many items are new; `None`: not by number.
        weekday, at: starts every week then (0 is Monday, "HH:MM"); both or neither.
        zone: the creator's time zone, IANA name.
        opens, closes: it starts between these hours only ("HH:MM", may span midnight); both or neither.
        publishes: whether what passes its gate and is not worse than the live version goes out by itself.
        minutes: of training.
    """

    items_min: int | None = None
    weekday: int | None = None
    at: str | None = None
    zone: str = "UTC"
    opens: str | None = None
    closes: str | None = None
    publishes: bool = False
    minutes: float = 4.0

    def __post_init__(self) -> None:
        """Refuse what could never start or means nothing.

        Raises:
            BadInput: `bad_schedule`, `unknown_zone`.
        """
        if (self.weekday is None) != (self.at is None) or (self.opens is None) != (self.closes is None):
            raise BadInput(
                "a weekday goes with an hour, and opening hours with closing hours", code="bad_schedule"
            )
        if self.items_min is None and self.weekday is None:
            raise BadInput(
                "say after how many new items, or when in the week, to retrain", code="bad_schedule"
            )
        if self.items_min is not None and self.items_min < 1:
            raise BadInput(f"cannot wait for {self.items_min} new items; give 1 or more", code="bad_schedule")
        if self.weekday is not None and not 0 <= self.weekday <= 6:
            raise BadInput(
                f"there is no weekday {self.weekday}; 0 is Monday, 6 is Sunday", code="bad_schedule"
            )
        if not 0 < self.minutes <= 10_000:
            raise BadInput(f"cannot train for {self.minutes:g} minutes", code="bad_minutes")
        for hour in (self.at, self.opens, self.closes):
            if hour is not None:
                _time(hour)
        _zone(self.zone)

    def as_json(self) -> dict[str, Any]:
        """The stored shape; `Rule(**…)` reads it."""
        return asdict(self)


@dataclass(frozen=True)
class Past:
    """What a schedule has seen.

    Attributes:
        since: when the rule was made; hours before it were never missed.
        looked: when a weekly hour was last acted upon, or found without anything new.
        failures: trainings by schedule that failed, without one that succeeded since.
        retry_at: not before then.
    """

    since: datetime
    looked: datetime | None = None
    failures: int = 0
    retry_at: datetime | None = None


def decide(rule: Rule, past: Past, new_items: int, now: datetime) -> Verdict:
    """Whether to start now.

    Args:
        new_items: items the newest version does not know: added or edited, and those it must not know.
    """
    if not (_enough(rule, new_items) or hour_passed(rule, past, now)):
        return "nothing_due"
    if new_items == 0:
        return "nothing_new"
    if past.retry_at is not None and now < past.retry_at:
        return "backing_off"
    return "start" if _open(rule, now) else "outside_hours"


def hour_passed(rule: Rule, past: Past, now: datetime) -> bool:
    """Whether the weekly hour has come since it was last acted upon."""
    if rule.weekday is None:
        return False
    return last_hour(rule, now) > max(past.since, past.looked or past.since)


def last_hour(rule: Rule, now: datetime) -> datetime:
    """The latest weekly hour at or before `now`, UTC."""
    found = _hour_of_week(rule, now)
    return found if found <= now else _hour_of_week(rule, now, weeks=-1)


def next_hour(rule: Rule, now: datetime) -> datetime | None:
    """The next weekly hour after `now`, UTC; `None` without one."""
    if rule.weekday is None:
        return None
    found = _hour_of_week(rule, now)
    return found if found > now else _hour_of_week(rule, now, weeks=1)


def after_failure(past: Past, now: datetime) -> tuple[int, datetime]:
    """How many failures there are after one more, and when to try again: an hour, doubling up to a day."""
    failures = past.failures + 1
    return failures, now + min(RETRY_LONGEST, RETRY_FIRST * 2 ** min(failures - 1, 10))


def _enough(rule: Rule, new_items: int) -> bool:
    return rule.items_min is not None and new_items >= rule.items_min


def _hour_of_week(rule: Rule, now: datetime, weeks: int = 0) -> datetime:
    """The weekly hour in the local week of `now`, which may be before or after it, or some weeks from that.

    Counted in days of the calendar: a week in which the clock changes is not 168 hours long.
    """
    zone = _zone(rule.zone)
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(rule.weekday or 0) - today.weekday() + 7 * weeks)
    return datetime.combine(day, _time(rule.at or "00:00"), zone).astimezone(UTC)


def _open(rule: Rule, now: datetime) -> bool:
    if rule.opens is None or rule.closes is None:
        return True
    opens, closes, local = _time(rule.opens), _time(rule.closes), now.astimezone(_zone(rule.zone)).time()
    if opens == closes:
        return True
    return opens <= local < closes if opens < closes else local >= opens or local < closes


def _time(text: str) -> time:
    if not _HOUR.fullmatch(text):
        raise BadInput(f"{text!r} is no hour such as 03:30", code="bad_schedule")
    return time.fromisoformat(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadInput(
            f"no time zone {name!r}; use a name such as Asia/Shanghai", code="unknown_zone"
        ) from None
