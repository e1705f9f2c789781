"""Whoever is slow pays: waits and stalls of ours are free, and no part of a second is lost or charged twice."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fenshen.billing.meter import Meter
from fenshen.billing.statements import fan_statement
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database

Give = Callable[[str, int], None]
PRICE = 1_000_000


@pytest.fixture
def call_id(meter: Meter, give: Give) -> str:
    give("fan_1", 50)
    return meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call").id


def beat(meter: Meter, call_id: str, acked_s: int) -> int:
    """A heartbeat that claims everything; what the server believes of it, in seconds."""
    state = meter.state(call_id, "fan_1")
    assert state.status == "open", state.reason
    return meter.heartbeat(call_id, "fan_1", state.sequence, acked_s).acked_s


@pytest.mark.parametrize(("gap_s", "reading_ms"), [(1, 250), (5, 250), (10, 2_500), (19, 100), (1.5, 1_400)])
def test_words_that_come_slowly_cost_what_they_take_to_read(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str, gap_s: float, reading_ms: int
) -> None:
    """A piece every so often for two minutes: never paused, and charged are the words and two seconds."""
    meter.begin_wait(call_id)
    pieces = int(120 / gap_s)
    since_beat = 0.0
    for _ in range(pieces):
        clock.advance(gap_s)
        meter.deliver(call_id, reading_ms)
        since_beat += gap_s
        if since_beat >= 5:
            since_beat = 0
            beat(meter, call_id, 1000)
    clock.advance(reading_ms / 1000)
    meter.end_wait(call_id)
    acked = beat(meter, call_id, 1000)
    assert acked <= 2 + pieces * reading_ms / 1000
    assert acked >= (pieces - 1) * min(reading_ms / 1000, gap_s) - 1
    assert verify(db).ok


def test_a_fast_answer_costs_the_time_that_passed(meter: Meter, clock: VirtualClock, call_id: str) -> None:
    """Forty seconds of reading out within two: the seconds after it are the fan's own, until they are idle."""
    meter.begin_wait(call_id)
    for _ in range(4):
        clock.advance(0.5)
        meter.deliver(call_id, 10_000)
    meter.end_wait(call_id)
    assert beat(meter, call_id, 1000) == 2
    for second in range(5, 100, 5):
        clock.advance(5)
        assert beat(meter, call_id, 1000) == 2 + second
    clock.advance(5)
    assert meter.heartbeat(call_id, "fan_1", 1, 1000).reason == "idle"


@pytest.mark.parametrize("minutes", [1, 3, 10])
def test_an_engine_that_never_says_a_word_costs_two_seconds(
    meter: Meter, clock: VirtualClock, call_id: str, minutes: int
) -> None:
    """However long it loads or queues, the call stays open for its fan."""
    meter.begin_wait(call_id)
    for _ in range(minutes * 12):
        clock.advance(5)
        meter.sweep()
        assert beat(meter, call_id, 1000) <= 2


CALLS = st.lists(st.integers(0, 15_900), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(lengths_ms=CALLS, prices=st.lists(st.sampled_from([PRICE, 59]), min_size=12, max_size=12))
def test_all_calls_together_cost_the_time_they_took(
    meter: Meter, clock: VirtualClock, give: Give, db: Database, lengths_ms: list[int], prices: list[int]
) -> None:
    """Of each price: charged seconds are the acknowledged milliseconds rounded down, to within the last quota's end."""
    fan = f"fan_{random.Random(str((lengths_ms, clock.elapsed_s))).getrandbits(60)}"
    give(fan, 50)
    used_ms = {PRICE: 0, 59: 0}
    for length_ms, price in zip(lengths_ms, prices, strict=False):
        call = meter.open_call(fan, "juniper", price, "USD")
        clock.advance(length_ms / 1000)
        whole, part = divmod(length_ms, 1000)
        call = meter.heartbeat(call.id, fan, 1, whole, part)
        meter.end(call.id, fan, "fan", whole, part)
        used_ms[price] += length_ms
        lines = fan_statement(db, fan, "USD").calls
        for one, ms in used_ms.items():
            charged_s = sum(line.seconds for line in lines if line.price_micros_per_minute == one)
            assert ms / 1000 - 1.002 < charged_s <= ms / 1000
        clock.advance(61)


def test_hundreds_of_short_calls_are_not_free(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Three hundred answers of 68 ms, acknowledged: twenty seconds, not none."""
    give("fan_1", 50)
    for _ in range(300):
        call = meter.open_call("fan_1", "juniper", PRICE, "USD")
        clock.advance(0.068)
        meter.end(call.id, "fan_1", "fan", 0, 68)
        clock.advance(1)
    statement = fan_statement(db, "fan_1", "USD")
    assert 19 <= sum(line.seconds for line in statement.calls) <= 20
    assert verify(db).ok
