"""Time that is not charged: pauses, waits, silence, restarts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fenshen.billing.meter import Meter
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict
from fenshen.core.ids import SeededIds

Give = Callable[[str, int], None]
PRICE = 1_000_000


@pytest.fixture
def call_id(meter: Meter, give: Give) -> str:
    give("fan_1", 5)
    return meter.open_call("fan_1", "juniper", PRICE, "USD").id


def test_a_pause_stops_the_clock(meter: Meter, clock: VirtualClock, call_id: str) -> None:
    """Five seconds served, ten paused: no acknowledgement can claim more than five."""
    clock.advance(5)
    assert meter.pause(call_id, "fan").reason == "fan"
    clock.advance(10)
    assert meter.heartbeat(call_id, "fan_1", 1, 15).acked_s == 5


def test_the_last_seconds_may_be_acknowledged_while_paused(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """When nothing is left to acknowledge the hold is settled and the rest is free to spend."""
    clock.advance(5)
    meter.pause(call_id, "fan")
    state = meter.heartbeat(call_id, "fan_1", 1, 5)
    assert (state.seconds_charged, state.held_micros, state.available_micros) == (5, 0, 5_000_000 - 83_333)
    assert verify(db).ok


def test_a_resumed_call_goes_on_with_a_new_quota(meter: Meter, clock: VirtualClock, call_id: str) -> None:
    """What was acknowledged is posted, and the next quota starts there."""
    clock.advance(6)
    meter.heartbeat(call_id, "fan_1", 1, 6)
    meter.pause(call_id, "fan")
    clock.advance(30)
    state = meter.resume(call_id, "fan_1")
    assert (state.status, state.reason, state.sequence, state.seconds_charged) == ("open", "", 2, 6)
    clock.advance(15)
    assert meter.heartbeat(call_id, "fan_1", 2, 21).seconds_charged == 21


def test_two_seconds_of_a_wait_for_the_engine_are_paid(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """One second of thinking, nine of waiting: three are served."""
    clock.advance(1)
    meter.begin_wait(call_id)
    clock.advance(9)
    meter.end_wait(call_id)
    assert meter.heartbeat(call_id, "fan_1", 1, 10).acked_s == 3
    clock.advance(4)
    assert meter.heartbeat(call_id, "fan_1", 1, 14).acked_s == 7


def test_a_call_that_opens_waiting_pays_two_seconds_of_it(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """As if the wait had been told right after; `call_id` is there so that the wallet is filled."""
    price = meter.state(call_id, "fan_1")
    waiting = meter.open_call(
        "fan_1", price.subject, price.price_micros_per_minute, price.currency, waiting=True
    )
    clock.advance(9)
    meter.end_wait(waiting.id)
    clock.advance(3)
    assert meter.heartbeat(waiting.id, "fan_1", 1, 12).acked_s == 5


def test_a_long_wait_keeps_the_call_open_and_rolls_its_hold(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """A minute and a half of our engine thinking: two seconds are paid and no hold grows old."""
    meter.begin_wait(call_id)
    for _ in range(9):
        clock.advance(10)
        meter.sweep()
        state = meter.heartbeat(call_id, "fan_1", 1, 2)
        assert state.status == "open"
    assert (state.cost_micros, state.held_micros) == (33_333, 250_000)
    assert verify(db).ok


def test_a_minute_without_a_word_pauses(meter: Meter, clock: VirtualClock, call_id: str) -> None:
    """Heartbeats alone do not keep a call alive, and nothing after the minute is charged."""
    for second in range(5, 75, 5):
        clock.advance(5)
        state = meter.heartbeat(call_id, "fan_1", 1, second)
    assert (state.status, state.reason) == ("paused", "idle")
    clock.advance(300)
    meter.sweep()
    assert meter.state(call_id, "fan_1").charged_micros == PRICE


def test_activity_keeps_a_call_open(meter: Meter, clock: VirtualClock, call_id: str) -> None:
    """Two minutes with something said every half minute stay open."""
    for second in range(10, 130, 10):
        clock.advance(10)
        if second % 30 == 0:
            meter.deliver(call_id, 0)
        state = meter.heartbeat(call_id, "fan_1", 1, second)
    assert (state.status, state.seconds_charged) == ("open", 120)


def test_a_silent_client_is_paused_and_its_hold_expires(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """After 20 s it is reconnecting, after 40 s nothing is held, after five minutes it has ended."""
    clock.advance(20)
    assert meter.sweep() == 1
    state = meter.state(call_id, "fan_1")
    assert (state.status, state.reason, state.held_micros) == ("paused", "reconnecting", 250_000)
    clock.advance(20)
    assert meter.sweep() == 1
    state = meter.state(call_id, "fan_1")
    assert (state.status, state.held_micros, state.available_micros) == ("paused", 0, 5_000_000)
    clock.advance(280)
    meter.sweep()
    assert meter.state(call_id, "fan_1").status == "ended"
    assert meter.sweep() == 0
    assert verify(db).ok


def test_what_a_silent_client_had_acknowledged_is_posted_when_the_hold_expires(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """Four seconds were received, so four are paid."""
    clock.advance(4)
    meter.heartbeat(call_id, "fan_1", 1, 4)
    for _ in range(4):
        clock.advance(12)
        meter.sweep()
    assert meter.state(call_id, "fan_1").charged_micros == 66_666


def test_an_empty_wallet_pauses_and_a_top_up_lets_it_go_on(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Four quotas of a unit are served, the fifth is not; after a top-up it is."""
    give("fan_2", 1)
    call = meter.open_call("fan_2", "juniper", PRICE, "USD")
    for quota in range(1, 5):
        clock.advance(15)
        meter.deliver(call.id, 0)
        state = meter.heartbeat(call.id, "fan_2", quota, quota * 15)
    assert (state.status, state.reason) == ("paused", "empty_wallet")
    assert (state.available_micros, state.held_micros, state.charged_micros) == (0, 0, PRICE)
    assert meter.resume(call.id, "fan_2").reason == "empty_wallet"
    give("fan_2", 2)
    assert meter.resume(call.id, "fan_2").status == "open"
    assert verify(db).ok


def test_state_never_shows_an_open_call_whose_time_has_passed(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """Whoever asks before serving sees the pause even if no sweep has run."""
    clock.advance(21)
    assert meter.state(call_id, "fan_1").status == "paused"


def test_a_restarted_service_settles_by_what_was_acknowledged(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """The process is killed after seven acknowledged seconds; the next one posts seven and pauses."""
    clock.advance(9)
    meter.heartbeat(call_id, "fan_1", 1, 7)
    clock.elapsed_s = 1_000_000.0
    after = Meter(db, clock, SeededIds(8))
    state = after.heartbeat(call_id, "fan_1", 1, 15)
    assert (state.status, state.reason, state.held_micros) == ("paused", "restarted", 0)
    assert (state.acked_s, state.seconds_charged) == (9, 9)
    assert after.resume(call_id, "fan_1").status == "open"
    assert verify(db).ok


def test_calls_left_by_a_dead_process_are_swept_after_forty_seconds(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """Nobody comes back: the hold is given back all the same."""
    after = Meter(db, clock, SeededIds(8))
    clock.advance(39)
    assert after.sweep() == 0
    clock.advance(1)
    assert after.sweep() == 1
    assert after.state(call_id, "fan_1").held_micros == 0


def test_the_wall_clock_decides_nothing(meter: Meter, clock: VirtualClock, call_id: str) -> None:
    """A year forward or back changes no balance and pauses nobody."""
    for year in (2020, 2031):
        clock.current = clock.current.replace(year=year)
        assert meter.sweep() == 0
        assert meter.heartbeat(call_id, "fan_1", 1, 15).acked_s == 0


def test_an_ended_call_stays_ended(meter: Meter, call_id: str) -> None:
    """It cannot be resumed, and heartbeats, pauses and marks leave it as it is."""
    ended = meter.end(call_id, "fan_1", "fan")
    with pytest.raises(Conflict):
        meter.resume(call_id, "fan_1")
    assert meter.heartbeat(call_id, "fan_1", 1, 5) == ended
    assert meter.pause(call_id, "fan") == ended
    assert meter.deliver(call_id, 0) == ended


@pytest.mark.parametrize("reason", ["", "Has Space", "x" * 41, "DROP", "é"])
def test_reasons_are_short_words(meter: Meter, call_id: str, reason: str) -> None:
    """They end up in logs and on statements."""
    with pytest.raises(BadInput):
        meter.pause(call_id, reason)
