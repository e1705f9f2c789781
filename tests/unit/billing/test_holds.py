"""Holds end exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fenshen.billing import holds, ledger
from fenshen.billing.accounts import HOUSE, Account, Wallet
from fenshen.billing.holds import Reservation, Settlement
from fenshen.billing.meter import Meter
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, Unpaid

SETTLEMENT = Settlement("", 2, 400_000, "posted", 123_457, 15, "juniper", 7_000)


@pytest.fixture
def call_id(db: Database, meter: Meter, give: Callable[[str, int], None]) -> str:
    """A call of a fan with one unit, its own first hold given back."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "juniper", 0, "USD")
    meter.pause(call.id, "test")
    return call.id


def turn(
    db: Database, settlement: Settlement | None = None, reservation: Reservation | None = None
) -> Wallet:
    with db.write() as connection:
        purse = ledger.lock_wallet(connection, "fan_1/USD")
        return holds.turn_over(connection, purse, VirtualClock().now(), settlement, reservation)


def test_a_posted_hold_pays_creator_and_platform_and_returns_the_rest(db: Database, call_id: str) -> None:
    """400,000 held, 123,457 charged at 70 %: the parts add up to the last micro."""
    turn(db, reservation=Reservation(call_id, 2, 0, 400_000))
    purse = turn(db, replace(SETTLEMENT, call_id=call_id))
    assert (purse.available, purse.held) == (1_000_000 - 123_457, 0)
    with db.read() as connection:
        creator = ledger.balance(connection, Account("creator:pending", "juniper", "USD"))
        platform = ledger.balance(connection, Account("platform:revenue", HOUSE, "USD"))
    assert (creator, platform) == (86_420, 37_037)


@pytest.mark.parametrize("first", ["posted", "voided", "expired"])
@pytest.mark.parametrize("second", ["posted", "voided", "expired"])
def test_a_hold_cannot_be_settled_twice(db: Database, call_id: str, first: str, second: str) -> None:
    """Whatever the two outcomes are, the second is refused and moves nothing."""
    turn(db, reservation=Reservation(call_id, 2, 0, 400_000))

    def outcome(name: str) -> Settlement:
        charged = 100 if name == "posted" else 0
        return replace(SETTLEMENT, call_id=call_id, outcome=name, charged=charged)  # type: ignore[arg-type]

    before = turn(db, outcome(first))
    with pytest.raises(Conflict):
        turn(db, outcome(second))
    assert ledger.wallet(db, "fan_1", "USD") == before


def test_a_sequence_cannot_be_reserved_twice(db: Database, call_id: str) -> None:
    """The key of a hold is (call, sequence)."""
    turn(db, reservation=Reservation(call_id, 2, 0, 400_000))
    with pytest.raises(Conflict):
        turn(db, reservation=Reservation(call_id, 2, 0, 400_000))


def test_more_than_the_hold_cannot_be_charged(db: Database, call_id: str) -> None:
    """A charge is at most the hold, and a void charges nothing."""
    turn(db, reservation=Reservation(call_id, 2, 0, 400_000))
    with pytest.raises(BadInput):
        turn(db, replace(SETTLEMENT, call_id=call_id, charged=400_001))
    with pytest.raises(BadInput):
        turn(db, replace(SETTLEMENT, call_id=call_id, outcome="voided"))


def test_a_reservation_beyond_the_wallet_leaves_everything_as_it_was(db: Database, call_id: str) -> None:
    """Settle and reserve in one go: when the second half cannot be paid, the first is not done either."""
    turn(db, reservation=Reservation(call_id, 2, 0, 400_000))
    with pytest.raises(Unpaid):
        turn(db, replace(SETTLEMENT, call_id=call_id), Reservation(call_id, 3, 15, 5_000_000))
    purse = ledger.wallet(db, "fan_1", "USD")
    assert (purse.available, purse.held) == (600_000, 400_000)
