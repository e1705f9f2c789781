"""Posting transfers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from fenshen.billing import ledger
from fenshen.billing.accounts import HOUSE, Account, Wallet
from fenshen.billing.ledger import Entry, Posted, Transfer
from fenshen.billing.tables import entries, transfers, wallets
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Busy, Conflict, Unpaid

AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
PROCESSOR = Account("processor:settled", HOUSE, "USD")
AVAILABLE = Account("fan:available", "fan_1", "USD")
HELD = Account("fan:held", "fan_1", "USD")


def credit(amount: int = 500, identifier: str = "t1") -> Transfer:
    return Transfer(identifier, "topup", "USD", "r1", (Entry(PROCESSOR, -amount), Entry(AVAILABLE, amount)))


def post(db: Database, transfer: Transfer) -> Posted:
    with db.write() as connection:
        wallet = ledger.open_wallet(connection, "fan_1", "USD")
        return ledger.post_transfer(connection, wallet, transfer, AT)


def wallet_of(db: Database) -> Wallet:
    return ledger.read_wallet(db, "fan_1", "USD")


def test_the_same_transfer_twice_gives_the_same_answer(db: Database) -> None:
    """A retry is answered as the first time and moves nothing."""
    first, second = post(db, credit()), post(db, credit())
    assert (first.new, second.new) == (True, False)
    assert (first.position, first.hash) == (second.position, second.hash)
    assert wallet_of(db).available == 500


def test_an_id_used_for_something_else_is_refused(db: Database) -> None:
    """Same id, other amount: refused, and the wallet is as before."""
    post(db, credit())
    with pytest.raises(Conflict):
        post(db, credit(501))
    assert wallet_of(db).available == 500


def test_an_id_used_by_another_wallet_is_refused(db: Database) -> None:
    """Transfer ids are unique over all wallets."""
    post(db, credit())
    other = Account("fan:available", "fan_2", "USD")
    with pytest.raises((Conflict, Busy)), db.write() as connection:
        wallet = ledger.open_wallet(connection, "fan_2", "USD")
        same = Transfer("t1", "topup", "USD", "r1", (Entry(PROCESSOR, -500), Entry(other, 500)))
        ledger.post_transfer(connection, wallet, same, AT)


@pytest.mark.parametrize(
    "sides",
    [
        (Entry(PROCESSOR, -500), Entry(AVAILABLE, 499)),
        (Entry(AVAILABLE, 0),),
        (Entry(PROCESSOR, -0.5), Entry(AVAILABLE, 0.5)),  # type: ignore[arg-type]
        (Entry(PROCESSOR, True), Entry(AVAILABLE, -1)),
        (Entry(PROCESSOR, -(2**63)), Entry(AVAILABLE, 2**63)),
        (Entry(Account("processor:settled", HOUSE, "EUR"), -5), Entry(AVAILABLE, 5)),
        (Entry(PROCESSOR, -5), Entry(Account("fan:available", "fan_2", "USD"), 5)),
        (Entry(PROCESSOR, -5), Entry(Account("fan:available", "a/b", "USD"), 5)),
    ],
)
def test_malformed_transfers_are_refused(db: Database, sides: tuple[Entry, ...]) -> None:
    """Unbalanced, one-sided, fractional, huge, mixed or foreign transfers never reach a row."""
    with pytest.raises(BadInput):
        post(db, Transfer("bad", "topup", "USD", "r", sides))
    assert wallet_of(db).position == 0


def test_a_wallet_never_goes_below_zero(db: Database) -> None:
    """Taking more than there is fails before anything is written."""
    post(db, credit(100))
    with pytest.raises(Unpaid):
        post(db, Transfer("t2", "hold", "USD", "r", (Entry(AVAILABLE, -101), Entry(HELD, 101))))
    with pytest.raises(Conflict):
        post(db, Transfer("t3", "void", "USD", "r", (Entry(HELD, -1), Entry(AVAILABLE, 1))))
    assert (wallet_of(db).available, wallet_of(db).held, wallet_of(db).position) == (100, 0, 1)


def test_the_database_itself_refuses_a_negative_balance(db: Database) -> None:
    """The check holds for whoever bypasses the ledger."""
    post(db, credit(100))
    with pytest.raises(DBAPIError), db.write() as connection:
        connection.execute(sa.update(wallets).values(available=-1))


@pytest.mark.parametrize("table", [transfers, entries])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses_to_change_rows(db: Database, table: sa.Table, verb: str) -> None:
    """No UPDATE and no DELETE reaches a transfer or an entry."""
    post(db, credit())
    change = sa.update(table).values({table.c[0]: table.c[0]}) if verb == "update" else sa.delete(table)
    with pytest.raises(DBAPIError, match="append-only"), db.write() as connection:
        connection.execute(change)


def test_a_stale_wallet_cannot_be_moved(db: Database) -> None:
    """Whoever posts onto a wallet that has moved meanwhile is refused, lock or no lock."""
    post(db, credit())
    stale = wallet_of(db)
    post(db, credit(7, "t2"))
    with pytest.raises(Busy), db.write() as connection:
        ledger.post_transfer(connection, stale, credit(9, "t3"), AT)
    assert wallet_of(db).available == 507


def test_a_balance_is_the_sum_of_its_entries(db: Database) -> None:
    """The cached balance of the wallet equals the sum, and the processor mirrors it."""
    post(db, credit(500))
    post(db, Transfer("t2", "hold", "USD", "r", (Entry(AVAILABLE, -200), Entry(HELD, 200))))
    with db.read() as connection:
        sums = [ledger.balance(connection, account) for account in (AVAILABLE, HELD, PROCESSOR)]
    assert sums == [300, 200, -500]
    assert (wallet_of(db).available, wallet_of(db).held) == (300, 200)
