"""Finding any single row that was altered behind the ledger's back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fenshen.billing import ledger
from fenshen.billing.append_only import APPEND_ONLY_TABLES
from fenshen.billing.meter import Meter
from fenshen.billing.tables import accounts, calls, entries, holds, topups, transfers, wallets
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from postgres import DATABASES, fresh_database

WATCHED = {
    accounts: ("kind", "owner", "currency"),
    wallets: ("owner", "currency", "available", "held", "position", "head"),
    transfers: ("position", "kind", "currency", "reference", "created", "input_hash", "hash"),
    entries: ("ordinal", "account_id", "amount"),
    holds: ("amount", "state", "charged", "seconds"),
    calls: ("charged_micros", "charged_s", "hold_micros"),
    topups: ("amount", "status", "fan"),
}
COLUMNS = [(table, name) for table, names in WATCHED.items() for name in names]

#: Columns that a unique key or a check may guard so well that no wrong value is accepted at all.
GUARDED_BY_KEYS = ("ordinal", "position", "owner", "currency", "kind", "charged_s")


@pytest.fixture(params=DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own, because its triggers are removed."""
    with contextlib.ExitStack() as stack:
        sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'fenshen.db'}" if sqlite else stack.enter_context(fresh_database())
        database = Database(url)
        stack.callback(database.close)
        database.create_all()
        yield database


@pytest.fixture
def busy_ledger(
    db: Database, meter: Meter, clock: VirtualClock, give: Callable[[str, int], None]
) -> Database:
    """Two fans, an ended call and an open one, triggers removed as an intruder would."""
    give("fan_1", 5)
    give("fan_2", 3)
    for fan in ("fan_1", "fan_2"):
        call = meter.open_call(fan, "juniper", 1_000_001, "USD")
        clock.advance(15)
        meter.heartbeat(call.id, fan, 1, 15)
        if fan == "fan_1":
            meter.end(call.id, fan, "fan")
    assert ledger.verify(db).ok
    remove_triggers(db)
    return db


def remove_triggers(db: Database) -> None:
    with db.write() as connection:
        if db.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in APPEND_ONLY_TABLES:
            for name in ("no_update", "no_delete") if db.is_sqlite else ("no_change", "no_truncate"):
                on = "" if db.is_sqlite else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER {table}_{name}{on}")


def other_value(table: sa.Table, name: str, row: Any) -> Any:
    """A different value of the same type that the database still accepts."""
    old = getattr(row, name)
    if name == "state":
        return {"posted": "voided", "open": "posted", "voided": "expired"}[old]
    if name == "status":
        return "failed"
    if name == "account_id":
        return "refunds/house/USD"
    if name in ("charged", "amount") and table is holds:
        return old - 1 if old else old + 1
    if isinstance(old, str):
        return old[:-1] + ("a" if old[-1] != "a" else "b")
    return old + (timedelta(microseconds=1) if name == "created" else 1) if old is not None else 1


def test_any_single_altered_value_is_found(busy_ledger: Database) -> None:
    """Each column of each row of each table: altered, reported, put back, whole again."""
    for table, name in COLUMNS:
        with busy_ledger.read() as connection:
            rows = connection.execute(sa.select(table)).all()
        tried = [alter_and_check(busy_ledger, table, name, row) for row in rows]
        assert any(tried) or name in GUARDED_BY_KEYS, f"{table.name}.{name} was never altered"
    assert ledger.verify(busy_ledger).ok


def alter_and_check(db: Database, table: sa.Table, name: str, row: Any) -> bool:
    """Whether the database let the value be altered; if so it must be reported."""
    key = list(table.primary_key)
    value = other_value(table, name, row)
    here = [column == getattr(row, column.name) for column in key]
    there = [c == (value if c.name == name else getattr(row, c.name)) for c in key]
    try:
        with db.write() as connection:
            connection.execute(sa.update(table).where(*here).values({name: value}))
    except sa.exc.IntegrityError:
        return False
    assert not ledger.verify(db).ok, f"{table.name}.{name} of {tuple(row)[:2]}"
    with db.write() as connection:
        connection.execute(sa.update(table).where(*there).values({name: getattr(row, name)}))
    return True


def test_any_single_missing_entry_is_found(busy_ledger: Database) -> None:
    """Deleting one entry of one transfer is reported, whichever it is."""
    with busy_ledger.read() as connection:
        rows = connection.execute(sa.select(entries)).all()
    for row in rows:
        with busy_ledger.write() as connection:
            connection.execute(
                sa.delete(entries).where(
                    entries.c.transfer_id == row.transfer_id, entries.c.ordinal == row.ordinal
                )
            )
        assert not ledger.verify(busy_ledger).ok
        with busy_ledger.write() as connection:
            connection.execute(sa.insert(entries), [row._asdict()])
    assert ledger.verify(busy_ledger).ok


def test_the_last_transfer_cannot_vanish(busy_ledger: Database) -> None:
    """Cutting the end off a chain is found because the wallet remembers its head."""
    with busy_ledger.write() as connection:
        last = (
            connection.execute(
                sa.select(transfers.c.id).order_by(transfers.c.wallet_id, transfers.c.position.desc())
            )
            .scalars()
            .first()
        )
        connection.execute(sa.delete(entries).where(entries.c.transfer_id == last))
        connection.execute(sa.delete(transfers).where(transfers.c.id == last))
    problems = ledger.verify(busy_ledger).problems
    assert any("does not end at its head" in problem for problem in problems)


def test_a_forged_transfer_is_found(busy_ledger: Database) -> None:
    """A row added with a made-up hash breaks the chain."""
    with busy_ledger.write() as connection:
        row = connection.execute(sa.select(transfers)).first()
        assert row is not None
        forged = {**row._asdict(), "id": "forged", "position": 999}
        connection.execute(sa.insert(transfers), [forged])
    assert not ledger.verify(busy_ledger).ok


def test_an_empty_ledger_is_whole(db: Database) -> None:
    """Nothing contradicts nothing."""
    assert ledger.verify(db).ok
