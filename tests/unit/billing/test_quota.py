"""The served clock and its limits, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fenshen.billing.quota import (
    Call,
    acknowledge,
    next_due_ms,
    read_clock,
    stop_clock,
    take_over,
    wants_next_quota,
    why_pause,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = Call(
    id="call_1",
    fan="fan_1",
    subject="juniper",
    wallet_id="fan_1/USD",
    currency="USD",
    price_micros_per_minute=1_000_000,
    status="open",
    reason="",
    started=NOW,
    touched=NOW,
    ended=None,
    sequence=1,
    hold_micros=250_000,
    quota_start_s=0,
    acked_s=0,
    charged_s=0,
    charged_micros=0,
    written_off_ms=0,
    epoch="epoch_1",
    served_ms=0,
    running_since_ms=0,
    paid_until_ms=None,
    paused_at_ms=None,
    reserved_at_ms=0,
    heartbeat_at_ms=0,
    active_at_ms=0,
    due_ms=None,
    kind="answer",
    acked_part_ms=0,
    carried_s=0,
)


@pytest.mark.parametrize(
    ("changes", "now_ms", "served_ms"),
    [
        ({}, 4_999, 4_999),
        ({}, 60_000, 20_000),
        ({"running_since_ms": None}, 9_000, 0),
        ({"paid_until_ms": 3_000}, 9_000, 3_000),
        ({"paid_until_ms": 10_500}, 9_000, 9_000),
        ({"served_ms": 18_000, "running_since_ms": 18_000, "heartbeat_at_ms": 18_000}, 28_000, 25_000),
        ({"heartbeat_at_ms": 0, "quota_start_s": 90}, 50_000, 20_000),
        ({"active_at_ms": -55_000}, 9_000, 5_000),
        ({"active_at_ms": -55_000, "paid_until_ms": 2_000}, 9_000, 2_000),
        ({"running_since_ms": 5_000}, 3_000, 0),
    ],
)
def test_the_served_clock(changes: dict[str, int | None], now_ms: int, served_ms: int) -> None:
    """It runs with time, and stands while paused, waiting, unheard, idle or past the quota."""
    assert read_clock(replace(OPEN, **changes), now_ms).served_ms == served_ms  # type: ignore[arg-type]


def test_reading_often_equals_reading_once() -> None:
    """The clock does not drift with the number of readings."""
    often = OPEN
    for now_ms in range(0, 17_001, 7):
        often = read_clock(often, now_ms)
    assert read_clock(often, 17_001).served_ms == read_clock(OPEN, 17_001).served_ms


def test_an_acknowledgement_is_capped_by_what_was_served_and_never_falls() -> None:
    """Claims ahead of service are not believed; lower claims change nothing."""
    call = acknowledge(replace(OPEN, served_ms=7_900), 12_000)
    assert call.acked_s == 7
    assert acknowledge(call, 3_000).acked_ms == 7_900


def test_the_used_part_never_exceeds_the_quota() -> None:
    """Seconds beyond the quota wait for the next one."""
    assert replace(OPEN, acked_s=19).used_s == 15
    assert replace(OPEN, acked_s=19, quota_start_s=15).used_s == 4
    assert replace(OPEN, acked_s=19, hold_micros=None).used_s == 0


@pytest.mark.parametrize(
    ("changes", "now_ms", "reason"),
    [
        ({}, 19_999, None),
        ({}, 20_000, "reconnecting"),
        ({"heartbeat_at_ms": 60_000}, 60_000, "idle"),
        ({"heartbeat_at_ms": 60_000, "paid_until_ms": 32_000}, 60_000, None),
        ({"heartbeat_at_ms": 20_000, "served_ms": 20_000}, 20_000, "unacknowledged"),
        ({"heartbeat_at_ms": 20_000, "served_ms": 20_000, "acked_s": 1}, 20_000, None),
    ],
)
def test_reasons_to_pause(changes: dict[str, int], now_ms: int, reason: str | None) -> None:
    """Silence, idleness and service without acknowledgement each stop a call."""
    assert why_pause(replace(OPEN, **changes), now_ms) == reason  # type: ignore[arg-type]


def test_a_quota_is_turned_over_when_used_or_old() -> None:
    """Fifteen acknowledged seconds, or twenty seconds of age."""
    assert not wants_next_quota(replace(OPEN, acked_s=14), 19_999)
    assert wants_next_quota(replace(OPEN, acked_s=15), 15_000)
    assert wants_next_quota(OPEN, 20_000)


def test_when_a_call_is_due() -> None:
    """A silent or lying call after 20 s, a paused one when its hold expires, then when it ends; an ended one never."""
    assert next_due_ms(OPEN) == 20_000
    assert next_due_ms(replace(OPEN, paid_until_ms=2_000)) == 20_000
    liar = replace(OPEN, heartbeat_at_ms=15_000, served_ms=15_000, running_since_ms=15_000)
    assert next_due_ms(liar) == 20_000
    paused = stop_clock(OPEN, "paused", "fan", 5_000)
    assert next_due_ms(paused) == 40_000
    assert next_due_ms(replace(paused, hold_micros=None)) == 305_000
    assert next_due_ms(stop_clock(OPEN, "ended", "fan", 5_000)) is None


def test_taking_over_credits_no_time() -> None:
    """Another process's clock says nothing here: what it had measured stands, nothing is added."""
    taken = take_over(replace(OPEN, served_ms=4_000, running_since_ms=10**9), "epoch_2", 50)
    assert (taken.status, taken.reason, taken.served_ms) == ("paused", "restarted", 4_000)
    assert read_clock(taken, 10**6).served_ms == 4_000
