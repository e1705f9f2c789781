"""What a call costs and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fenshen.billing.meter import Meter
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound, Refused, Unpaid

Give = Callable[[str, int], None]
PRICE = 1_000_000


def test_opening_holds_one_quota(meter: Meter, give: Give) -> None:
    """Fifteen seconds are set aside before anything is served; nothing is charged yet."""
    give("fan_1", 1)
    state = meter.open_call("fan_1", "juniper", PRICE, "USD")
    assert (state.status, state.sequence, state.quota_s) == ("open", 1, 15)
    assert (state.available_micros, state.held_micros, state.charged_micros) == (750_000, 250_000, 0)


@pytest.mark.parametrize("units", [0, 1])
def test_a_wallet_one_micro_short_of_a_quota_opens_nothing(
    db: Database, meter: Meter, give: Give, units: int
) -> None:
    """Balance zero, and one quota less one micro: refused, and no call is stored."""
    if units:
        give("fan_1", units)
    with pytest.raises(Unpaid):
        meter.open_call("fan_1", "juniper", 4_000_004 if units else PRICE, "USD")
    assert meter.sweep() == 0
    assert verify(db).ok


def test_a_used_quota_is_posted_and_the_next_held(meter: Meter, clock: VirtualClock, give: Give) -> None:
    """After fifteen acknowledged seconds a quarter is charged and another quarter held."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD")
    clock.advance(15)
    state = meter.heartbeat(call.id, "fan_1", 1, 15)
    assert (state.sequence, state.seconds_charged, state.charged_micros) == (2, 15, 250_000)
    assert (state.available_micros, state.held_micros) == (500_000, 250_000)


def test_the_running_cost_counts_every_acknowledged_second(
    meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Between two postings the page still shows what the seconds so far cost."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD")
    clock.advance(7.9)
    state = meter.heartbeat(call.id, "fan_1", 1, 7)
    assert (state.charged_micros, state.acked_s, state.cost_micros) == (0, 7, 116_666)


def test_a_heartbeat_may_carry_seconds_into_the_next_quota(
    meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Heartbeats need not meet the quota's end: what is over counts in the next one."""
    give("fan_1", 5)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD")
    for seconds in (6, 12, 18, 24, 30):
        clock.advance(6)
        meter.deliver(call.id, 0)
        state = meter.heartbeat(call.id, "fan_1", 1, seconds)
    assert (state.seconds_charged, state.sequence) == (30, 3)
    assert meter.end(call.id, "fan_1", "fan", 30).charged_micros == 500_000


def test_ending_posts_what_was_acknowledged_and_returns_the_rest(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Seven of fifteen seconds: seven are paid, eight come back, and a second end changes nothing."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD")
    clock.advance(8)
    state = meter.end(call.id, "fan_1", "fan", 7)
    assert (state.status, state.seconds_charged, state.charged_micros) == ("ended", 7, 116_666)
    assert (state.available_micros, state.held_micros) == (883_334, 0)
    assert meter.end(call.id, "fan_1", "again", 8) == state
    assert verify(db).ok


def test_a_call_charges_the_same_however_it_is_cut(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """At a price that divides badly, four quotas cost what a minute costs, to the micro."""
    give("fan_1", 5)
    call = meter.open_call("fan_1", "juniper", 1_000_003, "USD")
    for second in range(1, 61):
        clock.advance(1)
        meter.deliver(call.id, 0)
        state = meter.heartbeat(call.id, "fan_1", 1, second)
    assert state.charged_micros == 1_000_003
    assert verify(db).ok


def test_a_free_call_is_metered_and_costs_nothing(db: Database, meter: Meter, clock: VirtualClock) -> None:
    """Price zero needs no money; quotas still turn over."""
    call = meter.open_call("fan_1", "juniper", 0, "USD")
    clock.advance(15)
    state = meter.heartbeat(call.id, "fan_1", 1, 15)
    assert (state.seconds_charged, state.charged_micros, state.sequence) == (15, 0, 2)
    assert verify(db).ok


def test_a_price_change_applies_to_new_calls_only(meter: Meter, clock: VirtualClock, give: Give) -> None:
    """Two calls at two prices each keep their own."""
    give("fan_1", 9)
    old = meter.open_call("fan_1", "juniper", PRICE, "USD")
    new = meter.open_call("fan_1", "juniper", 2 * PRICE, "USD")
    clock.advance(15)
    assert meter.heartbeat(old.id, "fan_1", 1, 15).charged_micros == 250_000
    assert meter.heartbeat(new.id, "fan_1", 1, 15).charged_micros == 500_000


@pytest.mark.parametrize(
    ("fan", "subject", "price", "currency"),
    [
        ("fan_1", "juniper", -1, "USD"),
        ("fan_1", "juniper", 0.5, "USD"),
        ("fan_1", "juniper", 10**18, "USD"),
        ("fan_1", "juniper", 1, "usd"),
        ("fan_1", "juniper", 1, "XXX"),
        ("", "juniper", 1, "USD"),
        ("fan_1", "a/b", 1, "USD"),
        ("fan\x00", "juniper", 1, "USD"),
    ],
)
def test_impossible_calls_are_refused(
    meter: Meter, fan: str, subject: str, price: int, currency: str
) -> None:
    """A clean refusal before any row."""
    with pytest.raises(BadInput):
        meter.open_call(fan, subject, price, currency)


def test_a_fan_may_have_a_few_calls_at_once(meter: Meter, give: Give) -> None:
    """Every tab holds its own quota, and the ninth is refused."""
    give("fan_1", 9)
    for _ in range(8):
        state = meter.open_call("fan_1", "juniper", PRICE, "USD")
    assert state.held_micros == 8 * 250_000
    with pytest.raises(Refused) as refused:
        meter.open_call("fan_1", "juniper", PRICE, "USD")
    assert refused.value.code == "too_many_calls"


def test_a_call_belongs_to_its_fan(meter: Meter, give: Give) -> None:
    """Another fan's id finds nothing, whatever is asked."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "juniper", PRICE, "USD")
    asks: tuple[Callable[[], object], ...] = (
        lambda: meter.state(call.id, "fan_2"),
        lambda: meter.heartbeat(call.id, "fan_2", 1, 1),
        lambda: meter.pause(call.id, "fan", "fan_2"),
        lambda: meter.resume(call.id, "fan_2"),
        lambda: meter.end(call.id, "fan_2", "fan"),
        lambda: meter.state("'; DROP TABLE calls", "fan_1"),
    )
    for ask in asks:
        with pytest.raises(NotFound):
            ask()
