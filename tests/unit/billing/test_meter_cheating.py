"""Clients that lie, and a creator who withdraws."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fenshen.billing.meter import Meter
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, Refused
from fenshen.core.ids import SeededIds

Give = Callable[[str, int], None]
PRICE = 1_000_000


@pytest.fixture
def call_id(meter: Meter, give: Give) -> str:
    give("fan_1", 50)
    return meter.open_call("fan_1", "juniper", PRICE, "USD").id


@pytest.mark.parametrize(
    ("seq", "acked"), [(-1, 0), (0, -1), (2**64, 0), (1, 2**64), (1, 1.5), (1, "1"), (True, 1), (1, None)]
)
def test_malformed_heartbeats_are_refused(meter: Meter, call_id: str, seq: int, acked: int) -> None:
    """Only small whole numbers are heartbeats."""
    with pytest.raises(BadInput):
        meter.heartbeat(call_id, "fan_1", seq, acked)


def test_a_sequence_that_was_never_handed_out_is_refused(meter: Meter, call_id: str) -> None:
    """A client cannot know a quota before it was reserved."""
    with pytest.raises(Conflict):
        meter.heartbeat(call_id, "fan_1", 2, 0)


def test_acknowledging_ahead_of_service_charges_only_what_was_served(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """A client that claims an hour after three seconds pays for three."""
    clock.advance(3)
    assert meter.heartbeat(call_id, "fan_1", 1, 3600).cost_micros == 50_000


def test_a_replayed_or_lowered_acknowledgement_changes_nothing(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """The same heartbeat a hundred times, older ones, smaller ones: one posting."""
    clock.advance(15)
    first = meter.heartbeat(call_id, "fan_1", 1, 15)
    for _ in range(100):
        assert meter.heartbeat(call_id, "fan_1", 1, 15) == first
    assert meter.heartbeat(call_id, "fan_1", 0, 0) == first
    assert verify(db).ok


def test_a_client_that_acknowledges_nothing_is_cut_off_after_twenty_seconds(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """It may keep its heartbeat; it gets no second quota."""
    for _ in range(5):
        clock.advance(5)
        state = meter.heartbeat(call_id, "fan_1", 1, 0)
    assert (state.status, state.reason, state.sequence) == ("paused", "unacknowledged", 1)


@pytest.mark.parametrize("claimed", [0.1, 0.5, 0.9])
def test_a_client_that_acknowledges_less_gains_at_most_twenty_seconds(
    meter: Meter, clock: VirtualClock, call_id: str, claimed: float
) -> None:
    """Claiming a tenth, half or most of what it receives stops the call at the same debt."""
    for second in range(1, 900):
        clock.advance(1)
        meter.deliver(call_id, 0)
        state = meter.heartbeat(call_id, "fan_1", 1, int(second * claimed))
        if state.status == "paused":
            break
    assert state.reason == "unacknowledged"
    assert second - state.acked_s <= 21


def test_pausing_before_every_acknowledgement_does_not_pay(
    meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """Served, paused, resumed, never acknowledged: the call ends once 45 s are lost."""
    served = 0
    for _ in range(20):
        clock.advance(10)
        served += 10
        meter.pause(call_id, "fan")
        if meter.resume(call_id, "fan_1").status == "ended":
            break
    state = meter.state(call_id, "fan_1")
    assert (state.status, state.reason) == ("ended", "unacknowledged")
    assert served <= 50


@pytest.mark.parametrize("length_s", [0.07, 3, 14, 19])
def test_opening_call_after_call_without_acknowledging_is_refused(
    meter: Meter, clock: VirtualClock, give: Give, length_s: float
) -> None:
    """However short the calls are, a fan who acknowledges nothing gets one quota a day and what the last call had."""
    give("fan_1", 50)
    opened = 0
    with pytest.raises(Refused) as refused:
        while opened < 1_000:
            call = meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call")
            opened += 1
            clock.advance(length_s)
            meter.end(call.id, "fan_1", "fan")
            clock.advance(1)
    assert refused.value.code == "unacknowledged"
    assert 15 < opened * length_s <= 15 + max(length_s, 0.1)
    clock.advance(23 * 3600)
    with pytest.raises(Refused):
        meter.open_call("fan_1", "juniper", PRICE, "USD")
    clock.advance(3600)
    assert meter.open_call("fan_1", "juniper", PRICE, "USD").status == "open"


def test_two_devices_share_one_wallet(db: Database, meter: Meter, clock: VirtualClock, give: Give) -> None:
    """Three quotas of money, two calls: three quotas are served in all."""
    give("fan_2", 3)
    price = 4 * PRICE
    one = meter.open_call("fan_2", "juniper", price, "USD")
    two = meter.open_call("fan_2", "juniper", price, "USD")
    clock.advance(15)
    first = meter.heartbeat(one.id, "fan_2", 1, 15)
    second = meter.heartbeat(two.id, "fan_2", 1, 15)
    assert (first.status, second.status) == ("open", "paused")
    assert (second.available_micros, second.held_micros) == (0, 1_000_000)
    assert verify(db).ok


def test_withdrawn_consent_ends_live_calls_and_charges_nothing_more(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """The hold is given back whole, though nine seconds of it were acknowledged."""
    clock.advance(9)
    meter.heartbeat(call_id, "fan_1", 1, 9)
    other = meter.open_call("fan_1", "rowan", PRICE, "USD")
    assert meter.end_all_for_subject("juniper", "revoked") == 1
    state = meter.state(call_id, "fan_1")
    assert (state.status, state.reason, state.charged_micros) == ("ended", "revoked", 0)
    assert meter.state(other.id, "fan_1").status == "open"
    assert meter.end_all_for_subject("juniper", "revoked") == 0
    assert verify(db).ok


def test_a_subject_no_longer_allowed_gets_no_further_quota(
    db: Database, clock: VirtualClock, give: Give
) -> None:
    """Even if nobody tells the meter, the next quota asks; new calls are refused at once."""
    give("fan_1", 5)
    allowed = True
    meter = Meter(db, clock, SeededIds(1), still_allowed=lambda subject: allowed)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD")
    allowed = False
    clock.advance(10)
    assert meter.heartbeat(call.id, "fan_1", 1, 10).status == "open"
    clock.advance(5)
    state = meter.heartbeat(call.id, "fan_1", 1, 15)
    assert (state.status, state.reason, state.held_micros) == ("ended", "revoked", 0)
    assert state.charged_micros == 250_000
    with pytest.raises(Refused):
        meter.open_call("fan_1", "juniper", PRICE, "USD")


def test_a_client_that_falls_silent_again_and_again_gets_four_calls_a_day(
    meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Each silence counts as five seconds, whatever was served into it; paying nothing, the fifth is refused."""
    give("fan_1", 50)
    for _ in range(4):
        meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call")
        clock.advance(21)
        meter.sweep()
        clock.advance(301)
        meter.sweep()
    with pytest.raises(Refused) as refused:
        meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call")
    assert refused.value.code == "unacknowledged"


def test_a_bad_train_ride_locks_nobody_out(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Half an hour, the connection gone for half a minute every two minutes, one call lost for good: all of it is paid."""
    give("fan_1", 50)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call")
    received_ms = 0
    for stretch in range(15):
        for _ in range(18):
            clock.advance(5)
            received_ms += 5_000
            meter.deliver(call.id, 0)
            call = meter.heartbeat(call.id, "fan_1", call.sequence, *divmod(received_ms, 1000))
        clock.advance(2.4)
        received_ms += 2_400
        clock.advance(30)
        meter.sweep()
        if stretch == 9:
            clock.advance(400)
            meter.sweep()
            call = meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call")
            received_ms = 0
        else:
            call = meter.resume(call.id, "fan_1", *divmod(received_ms, 1000))
        assert call.status == "open"
    assert verify(db).ok


def test_acknowledging_after_the_hold_is_gone_pays_only_on_coming_back(
    db: Database, meter: Meter, clock: VirtualClock, call_id: str
) -> None:
    """What was received before a silence of a minute is charged to the quota that resuming reserves, not for nothing."""
    clock.advance(12)
    meter.sweep()
    clock.advance(10)
    meter.sweep()
    clock.advance(40)
    meter.sweep()
    late = meter.heartbeat(call_id, "fan_1", 1, 12)
    assert (late.acked_s, late.held_micros) == (0, 0)
    back = meter.resume(call_id, "fan_1", 12, 500)
    assert (back.status, back.acked_s, back.seconds_charged) == ("open", 12, 0)
    assert meter.end(call_id, "fan_1", "fan", 12, 500).charged_micros == 200_000
    assert verify(db).ok


def test_calls_of_one_minute_are_counted(meter: Meter, clock: VirtualClock, give: Give) -> None:
    """Sixty begin; the next is told how long to wait, and waits no longer."""
    give("fan_1", 50)
    for _ in range(60):
        meter.end(meter.open_call("fan_1", "juniper", PRICE, "USD").id, "fan_1", "fan")
        clock.advance(0.5)
    with pytest.raises(Refused) as refused:
        meter.open_call("fan_1", "juniper", PRICE, "USD")
    assert (refused.value.code, refused.value.details["retry_after_s"]) == ("too_many_calls", 30)
    clock.advance(30)
    assert meter.open_call("fan_1", "juniper", PRICE, "USD").status == "open"


def test_a_fan_has_one_call_and_several_answers(meter: Meter, clock: VirtualClock, give: Give) -> None:
    """A second call is refused with the name of the first, even if that is paused; answers run beside it."""
    give("fan_1", 50)
    first = meter.open_call("fan_1", "juniper", PRICE, "USD", kind="call")
    meter.pause(first.id, "fan")
    with pytest.raises(Conflict) as live:
        meter.open_call("fan_1", "rowan", PRICE, "USD", kind="call")
    assert live.value.code == "call_live"
    assert live.value.details == {"call_id": first.id, "twin": "juniper"}
    assert meter.open_call("fan_1", "rowan", PRICE, "USD").status == "open"
    meter.end(first.id, "fan_1", "fan")
    assert meter.open_call("fan_1", "rowan", PRICE, "USD", kind="call").status == "open"
