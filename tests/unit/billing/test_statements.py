"""Statements are exact sums of ledger entries."""

from __future__ import annotations

from collections.abc import Callable

from fenshen.billing import ledger
from fenshen.billing.accounts import HOUSE, Account
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.statements import creator_statement, fan_statement
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database

Give = Callable[[str, int], None]


def talk(meter: Meter, clock: VirtualClock, fan: str, subject: str, seconds: int, price: int) -> str:
    """A call of so many seconds, acknowledged every few."""
    call = meter.open_call(fan, subject, price, "USD")
    received = 0
    while received < seconds:
        step = min(4, seconds - received)
        clock.advance(step)
        received += step
        meter.deliver(call.id, 0)
        meter.heartbeat(call.id, fan, 1, received)
    meter.end(call.id, fan, "fan", seconds)
    return call.id


def test_a_fan_sees_every_second(
    db: Database, meter: Meter, topups: TopUps, clock: VirtualClock, give: Give
) -> None:
    """37 seconds at a price that divides badly: each second is priced, and they add up exactly."""
    give("fan_1", 9)
    talk(meter, clock, "fan_1", "juniper", 37, 1_000_003)
    statement = fan_statement(db, "fan_1", "USD")
    (call,) = statement.calls
    assert (call.seconds, [quota.seconds for quota in call.quotas]) == (37, [15, 15, 7])
    seconds = [price for quota in call.quotas for price in quota.second_prices]
    assert len(seconds) == 37
    assert sum(seconds) == call.charged == statement.charged == 1_000_003 * 37 // 60
    assert statement.topped_up - statement.refunded - statement.charged == (
        statement.available + statement.held
    )


def test_a_statement_shows_what_is_still_held(db: Database, meter: Meter, give: Give) -> None:
    """An open call has an open quota that charges nothing yet."""
    give("fan_1", 1)
    meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    statement = fan_statement(db, "fan_1", "USD")
    assert [quota.state for quota in statement.calls[0].quotas] == ["open"]
    assert (statement.charged, statement.held) == (0, 250_000)


def test_refunds_are_on_the_statement(db: Database, topups: TopUps) -> None:
    """What came in and what went back, in order."""
    topup = topups.top_up("fan_1", "USD", 3_000_000, "k")
    topups.refund(topup.id, 1_000_000, "r", fan="fan_1")
    statement = fan_statement(db, "fan_1", "USD")
    assert [(line.kind, line.amount) for line in statement.money] == [
        ("topup", 3_000_000),
        ("refund", -1_000_000),
    ]
    assert (statement.refunded, statement.available) == (1_000_000, 2_000_000)


def test_a_creator_sees_days_that_add_up_to_the_account(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Two fans on two days: seconds, gross, share and fee equal the ledger's balances."""
    give("fan_1", 9)
    give("fan_2", 9)
    talk(meter, clock, "fan_1", "juniper", 30, 1_000_001)
    talk(meter, clock, "fan_1", "rowan", 15, 1_000_000)
    clock.advance(86_400)
    talk(meter, clock, "fan_2", "juniper", 20, 999_999)
    talk(meter, clock, "fan_1", "juniper", 11, 777_777)
    statement = creator_statement(db, "juniper", "USD")
    assert [(day.calls, day.seconds) for day in statement.days] == [(1, 30), (2, 31)]
    assert all(day.gross == day.share + day.platform_fee for day in statement.days)
    with db.read() as connection:
        owed = ledger.balance(connection, Account("creator:pending", "juniper", "USD"))
        fees = ledger.balance(connection, Account("platform:revenue", HOUSE, "USD"))
    assert statement.share == statement.balance == owed
    assert statement.platform_fee + creator_statement(db, "rowan", "USD").platform_fee == fees
    paid = sum(fan_statement(db, fan, "USD").charged for fan in ("fan_1", "fan_2"))
    assert paid == owed + fees + creator_statement(db, "rowan", "USD").share


def test_nobody_has_an_empty_statement(db: Database) -> None:
    """An unknown fan or creator has lines for nothing and owes nothing."""
    assert fan_statement(db, "fan_9", "USD").calls == ()
    assert creator_statement(db, "nobody", "USD").gross == 0
