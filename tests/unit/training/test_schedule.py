"""When a schedule starts a training, on a clock of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fenshen.core.errors import BadInput
from fenshen.training.schedule import Past, Rule, after_failure, decide, last_hour, next_hour

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = Rule(weekday=6, at="03:00", zone="Europe/Berlin")
COUNTED = Rule(items_min=20)


def local(day: str, hour: str) -> datetime:
    """A moment on a Berlin clock, as UTC."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=BERLIN).astimezone(UTC)


MADE = Past(since=local("2026-03-02", "12:00"))


def test_a_number_of_new_items_starts_a_training() -> None:
    """One too few does not."""
    now = local("2026-03-03", "12:00")
    assert decide(COUNTED, MADE, 19, now) == "nothing_due"
    assert decide(COUNTED, MADE, 20, now) == "start"


def test_a_weekly_hour_starts_once() -> None:
    """Not before it, not again after it was acted upon, and again a week later."""
    before, after = local("2026-03-08", "02:59"), local("2026-03-08", "03:00")
    assert decide(WEEKLY, MADE, 5, before) == "nothing_due"
    assert decide(WEEKLY, MADE, 5, after) == "start"
    looked = replace(MADE, looked=after)
    assert decide(WEEKLY, looked, 5, after + timedelta(days=6)) == "nothing_due"
    assert decide(WEEKLY, looked, 5, after + timedelta(days=7)) == "start"


def test_missed_hours_are_made_good_once() -> None:
    """A server that was off for five weeks trains once when it is back."""
    back = local("2026-04-09", "10:00")
    assert decide(WEEKLY, MADE, 5, back) == "start"
    assert decide(WEEKLY, replace(MADE, looked=back), 5, back + timedelta(days=1)) == "nothing_due"


def test_hours_before_the_rule_were_never_missed() -> None:
    """A rule made on Monday for Sundays waits for Sunday."""
    assert decide(WEEKLY, MADE, 5, local("2026-03-02", "12:01")) == "nothing_due"


def test_without_news_a_weekly_hour_passes() -> None:
    """Nothing is trained for nothing."""
    assert decide(WEEKLY, MADE, 0, local("2026-03-08", "04:00")) == "nothing_new"


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [("2026-03-22", 2), ("2026-03-29", 1), ("2026-04-05", 1), ("2026-10-18", 1), ("2026-10-25", 2)],
)
def test_the_hour_stays_on_the_creators_clock_when_that_changes(day: str, utc_hour: int) -> None:
    """Three in the morning is three in the morning, in summer and in winter."""
    noon = local(day, "12:00")
    assert last_hour(WEEKLY, noon) == datetime.fromisoformat(f"{day}T0{utc_hour}:00").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "utc"), [("2026-03-29", "2026-03-29T01:30"), ("2026-10-25", "2026-10-25T00:30")]
)
def test_a_skipped_hour_is_the_one_after_it_and_a_double_one_counts_once(day: str, utc: str) -> None:
    """02:30 does not exist on one Sunday and comes twice on another."""
    rule = replace(WEEKLY, at="02:30")
    found = last_hour(rule, local(day, "12:00"))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert decide(rule, replace(MADE, looked=found), 5, local(day, "12:00")) == "nothing_due"


def test_a_week_with_a_clock_change_is_not_168_hours_long() -> None:
    """Just after midnight on the Monday after, last Tuesday is still last Tuesday."""
    rule = replace(WEEKLY, weekday=1, at="10:00")
    now = local("2026-03-30", "00:30")
    assert last_hour(rule, now) == local("2026-03-24", "10:00")
    assert next_hour(rule, now) == local("2026-03-31", "10:00")


@pytest.mark.parametrize(
    ("hour", "verdict"), [("23:30", "start"), ("04:00", "start"), ("12:00", "outside_hours")]
)
def test_it_starts_within_its_hours_only(hour: str, verdict: str) -> None:
    """Hours may span midnight."""
    rule = replace(COUNTED, zone="Europe/Berlin", opens="23:00", closes="06:00")
    assert decide(rule, MADE, 30, local("2026-03-03", hour)) == verdict


def test_failures_are_waited_out_longer_each_time() -> None:
    """One hour, two, four, up to a day."""
    now, past, waits = local("2026-03-03", "12:00"), MADE, []
    for _ in range(7):
        failures, retry_at = after_failure(past, now)
        past = replace(past, failures=failures, retry_at=retry_at)
        waits.append((retry_at - now) / timedelta(hours=1))
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    first = replace(MADE, failures=1, retry_at=now + timedelta(hours=1))
    assert decide(COUNTED, first, 30, now) == "backing_off"
    assert decide(COUNTED, first, 30, now + timedelta(hours=1)) == "start"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"items_min": 0},
        {"weekday": 1},
        {"at": "03:00"},
        {"weekday": 7, "at": "03:00"},
        {"weekday": 1, "at": "25:00"},
        {"weekday": 1, "at": "3:00"},
        {"items_min": 1, "opens": "01:00"},
        {"items_min": 1, "minutes": 0},
        {"items_min": 1, "zone": "Europe/Atlantis"},
        {"items_min": 1, "zone": "../../etc/passwd"},
        {"items_min": 1, "zone": ""},
    ],
)
def test_senseless_rules_are_refused(wrong: dict[str, object]) -> None:
    """Half an hour, no hour, no place on earth."""
    with pytest.raises(BadInput):
        Rule(**wrong)  # type: ignore[arg-type]
