"""Holds end exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from fenshen.billing import holds, ledger
from fenshen.billing.accounts import HOUSE, Account, Wallet
from fenshen.billing.holds import Reservation, Settlement
from fenshen.billing.pricing import Share
from fenshen.billing.statements import creator_statement, fan_statement
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound, Unpaid

SONG = Reservation("song_1", 400_000)
SETTLEMENT = Settlement("song_1", 400_000, "posted", 123_457, (Share("juniper", 7_000),))
JUNIPER = Account("creator:pending", "juniper", "USD")


@pytest.fixture(autouse=True)
def funded(db: Database, give: Callable[[str, int], None]) -> None:
    """A fan with one unit, and the account of a creator."""
    give("fan_1", 1)
    with db.write() as connection:
        ledger.open_accounts(connection, [JUNIPER])


def roll(
    db: Database, *, settlement: Settlement | None = None, reservation: Reservation | None = None
) -> Wallet:
    with db.write() as connection:
        wallet = ledger.lock_wallet(connection, "fan_1/USD")
        at = VirtualClock().now()
        return holds.roll_over(connection, wallet, at, settlement=settlement, reservation=reservation)


def test_a_song_is_held_and_paid_for_with_the_ledger_of_calls(db: Database, clock: VirtualClock) -> None:
    """Held when it is ordered, charged when it is there, by another process that knows only its reference."""
    with db.write() as connection:
        wallet = ledger.lock_wallet(connection, "fan_1/USD")
        wallet = holds.hold(connection, wallet, Reservation("song_7", 500_000), clock.now())
    assert (wallet.available, wallet.held) == (500_000, 500_000)
    clock.advance(600)
    with db.write() as connection:
        wallet = ledger.lock_wallet(connection, "fan_1/USD")
        song = holds.find(connection, "song_7")
        settlement = Settlement(song.id, song.amount, "posted", 450_000, (Share("juniper", 8_000),))
        wallet = holds.settle(connection, wallet, settlement, clock.now())
    assert (wallet.available, wallet.held) == (550_000, 0)
    statement = fan_statement(db, "fan_1", "USD")
    assert [(line.reference, line.state, line.charged) for line in statement.charges] == [
        ("song_7", "posted", 450_000)
    ]
    assert statement.topped_up - statement.charged == statement.available
    earned = creator_statement(db, "juniper", "USD")
    assert (earned.gross, earned.share, earned.platform_fee) == (450_000, 360_000, 90_000)
    assert verify(db).problems == ()


def test_an_unknown_reference_has_no_hold(db: Database) -> None:
    """Nothing is made up for it."""
    with db.read() as connection, pytest.raises(NotFound):
        holds.find(connection, "song_9")


def test_a_posted_hold_pays_creator_and_platform_and_returns_the_rest(db: Database) -> None:
    """400,000 held, 123,457 charged at 70 %: the parts add up to the last micro."""
    roll(db, reservation=SONG)
    wallet = roll(db, settlement=SETTLEMENT)
    assert (wallet.available, wallet.held) == (1_000_000 - 123_457, 0)
    with db.read() as connection:
        creator = ledger.balance(connection, JUNIPER)
        platform = ledger.balance(connection, Account("platform:revenue", HOUSE, "USD"))
    assert (creator, platform) == (86_420, 37_037)


@pytest.mark.parametrize("first", ["posted", "voided", "expired"])
@pytest.mark.parametrize("second", ["posted", "voided", "expired"])
def test_a_hold_cannot_be_settled_twice(db: Database, first: str, second: str) -> None:
    """Whatever the two outcomes are, the second is refused and moves nothing."""
    roll(db, reservation=SONG)

    def outcome(name: str) -> Settlement:
        charged = 100 if name == "posted" else 0
        return replace(SETTLEMENT, outcome=name, charged=charged)  # type: ignore[arg-type]

    before = roll(db, settlement=outcome(first))
    with pytest.raises(Conflict):
        roll(db, settlement=outcome(second))
    assert ledger.read_wallet(db, "fan_1", "USD") == before


def test_a_reference_cannot_be_reserved_twice(db: Database) -> None:
    """It names one hold, once and for all."""
    roll(db, reservation=SONG)
    with pytest.raises(Conflict):
        roll(db, reservation=SONG)


def test_more_than_the_hold_cannot_be_charged(db: Database) -> None:
    """A charge is at most the hold, and a void charges nothing."""
    roll(db, reservation=SONG)
    with pytest.raises(BadInput):
        roll(db, settlement=replace(SETTLEMENT, charged=400_001))
    with pytest.raises(BadInput):
        roll(db, settlement=replace(SETTLEMENT, outcome="voided"))


def test_a_reservation_beyond_the_wallet_leaves_everything_as_it_was(db: Database) -> None:
    """Settle and reserve in one go: when the second half cannot be paid, the first is not done either."""
    roll(db, reservation=SONG)
    with pytest.raises(Unpaid):
        roll(db, settlement=SETTLEMENT, reservation=Reservation("song_2", 5_000_000))
    wallet = ledger.read_wallet(db, "fan_1", "USD")
    assert (wallet.available, wallet.held) == (600_000, 400_000)
