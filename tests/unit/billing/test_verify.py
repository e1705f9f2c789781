"""Finding any row of the books that was altered, removed or added behind their back, and naming it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from books import TABLES, key_of, other_values, tampering, where, write_books
from fenshen.billing.problems import Problem
from fenshen.billing.tables import (
    accounts,
    call_shares,
    call_usage,
    calls,
    entries,
    holds,
    refunds,
    second_remainders,
    topups,
    transfers,
    wallets,
)
from fenshen.billing.verify import verify, verify_in
from fenshen.core import audit
from fenshen.core.audit_chain import audit_log
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database, JsonText
from postgres import DATABASES, fresh_database

#: Columns whose own name the problem may not give, because only a digest of several speaks of them.
UNNAMED = {
    "calls": "status reason touched ended quota_start_s acked_s acked_part_ms carried_s kind written_off_ms epoch served_ms running_since_ms "
    "paid_until_ms paused_at_ms reserved_at_ms heartbeat_at_ms active_at_ms due_ms seal id",
    "topups": "key provider reference url amount finished status id",
    "refunds": "key id",
    "call_shares": "call_id",
    "call_usage": "hold_id",
    "holds": "id state charged",
    "ledger_transfers": "id hash wallet_id",
    "ledger_entries": "transfer_id ordinal",
    "second_remainders": "wallet_id subject price_micros_per_minute",
    "wallets": "id",
    "ledger_accounts": "id",
}


@pytest.fixture(params=DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Full books in a database of their own."""
    with contextlib.ExitStack() as stack:
        sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'fenshen.db'}" if sqlite else stack.enter_context(fresh_database())
        database = Database(url)
        stack.callback(database.close)
        database.create_all()
        write_books(database, VirtualClock())
        assert verify(database).problems == ()
        yield database


def read(db: Database, table: sa.Table) -> list[Any]:
    with db.read() as connection:
        return list(connection.execute(sa.select(table)))


def after(db: Database, *statements: Any) -> tuple[Problem, ...] | None:
    """What is found after these; None if the database did not take them."""
    with tampering(db) as connection:
        try:
            changed = [connection.execute(statement).rowcount for statement in statements]
        except DBAPIError:
            return None
        assert all(changed)
        return verify_in(connection).problems


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_altered_column_of_every_row_is_found_and_named(db: Database, table: sa.Table) -> None:
    """Whatever the column and the wrong value: the row is named, and mostly the column."""
    tried = set()
    for row in read(db, table)[:: 3 if table in (transfers, entries) else 1]:  # of the many that are alike
        for column in table.c:
            for value in other_values(column, getattr(row, column.name)):
                found = after(db, sa.update(table).where(*where(table, row)).values({column.name: value}))
                if found is None:
                    continue
                tried.add(column.name)
                altered = f"{table.name}.{column.name} of {key_of(table, row)} set to {value!r}"
                assert found, altered
                named = [p for p in found if is_about(p, table, row, column.name, value)]
                assert named, f"{altered}: {[str(p) for p in found]}"
                if column.name not in UNNAMED[table.name].split():
                    assert any(p.column == column.name for p in named), (altered, [str(p) for p in found])
    assert tried == set(table.c.keys())


def is_about(problem: Problem, table: sa.Table, row: Any, column: str, value: Any) -> bool:
    """Whether it names the row by its old or new key, or for an entry its transfer."""
    if problem.table != table.name:
        return table.name == "wallets" and column in ("id", "position", "head") and row.id in problem.row
    keys = {key_of(table, row)}
    if table.c[column].primary_key:
        keys.add(
            " ".join(str(value if c.name == column else getattr(row, c.name)) for c in table.primary_key)
        )
    return problem.row in keys or (table is entries and problem.row.split(" ")[0] == row.transfer_id)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_missing_row_is_found(db: Database, table: sa.Table) -> None:
    """One row less, of any table: its name is told, whatever else is left over from it."""
    for row in read(db, table):
        found = after(db, sa.delete(table).where(*where(table, row)))
        told = " ".join(str(problem) for problem in found or ())
        name = f"{row.wallet_id} {row.position}" if table is transfers else key_of(table, row)
        assert table.name in told and name in told, f"{key_of(table, row)}: {told}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_added_row_is_found(db: Database, table: sa.Table) -> None:
    """A copy of any row under another key is told by that key."""
    for row in read(db, table):
        fresh = {**row._asdict(), **new_key(table, row)}
        found = after(db, sa.insert(table).values(fresh))
        name = " ".join(str(fresh[column.name]) for column in table.primary_key)
        told = " ".join(str(problem) for problem in found or ())
        assert found is None or (table.name in told and name in told), f"{name}: {told}"


def new_key(table: sa.Table, row: Any) -> dict[str, Any]:
    if table is entries:
        return {"ordinal": row.ordinal + 10}
    if table is wallets:
        return {"id": "fan_9/USD", "owner": "fan_9"}
    if table is accounts:
        return {"id": "creator:pending/nobody/USD", "kind": "creator:pending", "owner": "nobody"}
    if table is transfers:
        return {"id": "forged", "position": row.position + 1000}
    if table in (call_shares, second_remainders):
        return {"subject": "rowan9"}
    if table is call_usage:
        return {"hold_id": f"{row.hold_id}9", "sequence": row.sequence + 100}
    return {"id": f"{row.id}9", **({"key": "other"} if table in (topups, refunds) else {})}


def test_a_call_removed_with_its_holds_and_seconds_is_named(db: Database) -> None:
    """The transfers still tell of it, though every row of the call is gone."""
    used = {usage.call_id for usage in read(db, call_usage)}
    for row in read(db, calls):
        found = after(
            db,
            *([sa.delete(call_usage).where(call_usage.c.call_id == row.id)] if row.id in used else []),
            sa.delete(holds).where(holds.c.id.like(f"{row.id}/%")),
            sa.delete(call_shares).where(call_shares.c.call_id == row.id),
            sa.delete(calls).where(calls.c.id == row.id),
        )
        told = {(problem.table, problem.row) for problem in found or ()}
        assert {("calls", row.id), ("holds", f"{row.id}/1")} <= told


def test_a_chain_cut_off_together_with_its_rows_is_named(db: Database) -> None:
    """The wallet remembers how far its chain went."""
    last = max((row for row in read(db, transfers) if row.wallet_id == "fan_2/USD"), key=lambda r: r.position)
    found = after(
        db,
        sa.delete(entries).where(entries.c.transfer_id == last.id),
        sa.delete(transfers).where(transfers.c.id == last.id),
    )
    assert any("does not end at its head" in str(problem) for problem in found or ())


def test_a_live_call_put_wholly_in_order_again_is_still_found_once_it_ended(db: Database) -> None:
    """Whoever recomputes a row's own digest meets the one in the chain."""
    row = next(row for row in read(db, calls) if row.status == "ended")
    from fenshen.billing.facts import whole_digest

    forged = {**row._asdict(), "reason": "revoked"}
    found = after(
        db,
        sa.update(calls)
        .where(calls.c.id == row.id)
        .values(reason="revoked", seal=whole_digest(calls, forged)),
    )
    assert [(p.table, p.row) for p in found or ()] == [("calls", row.id)]


def test_a_problem_says_what_to_do_next(db: Database) -> None:
    """Row, column, what it says, what else says, and the next step."""
    row = read(db, topups)[0]
    later = row.finished + timedelta(days=1)
    (problem,) = after(db, sa.update(topups).where(topups.c.id == row.id).values(finished=later)) or ()
    assert (problem.table, problem.row, problem.column) == ("topups", row.id, "finished")
    assert "transfer" in str(problem) and "backup" in str(problem)


def test_an_empty_ledger_is_whole(tmp_path: Path) -> None:
    """Nothing contradicts nothing."""
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.create_all()
    assert verify(empty).ok
    empty.close()


@pytest.mark.parametrize("table", (*TABLES, audit_log), ids=lambda table: table.name)
def test_a_value_that_no_column_of_its_type_can_hold_is_named_with_everything_else(
    tmp_path: Path, table: sa.Table
) -> None:
    """SQLite takes any value anywhere: the row and its column are named, and what is wrong elsewhere is not lost."""
    db = Database(f"sqlite:///{tmp_path / 'fenshen.db'}")
    db.create_all()
    write_books(db, VirtualClock())
    audit.record(db, VirtualClock(), "cli", "user.add", "fan_1", {"role": "fan"})
    lost = next(row for row in read(db, topups) if row.status == "credited")
    for row in read(db, table)[:2]:
        key = " AND ".join(f"{column.name} = {getattr(row, column.name)!r}" for column in table.primary_key)
        for column in table.c:
            if column.primary_key:
                continue
            for value in ("'x'", "x'ff'", "1.5", "'2024-02-30 00:00:00'", "NULL"):
                if isinstance(column.type, sa.String | sa.Text) and value not in ("x'ff'", "NULL"):
                    continue
                if isinstance(column.type, JsonText) and value == "1.5":
                    continue
                if column.nullable and value == "NULL":
                    continue
                with tampering(db) as connection:
                    connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
                    connection.execute(sa.delete(topups).where(topups.c.id == lost.id))
                    try:
                        changed = f"UPDATE {table.name} SET {column.name} = {value} WHERE {key}"
                        connection.exec_driver_sql(changed)
                        found = verify_in(connection).problems
                    except IntegrityError:
                        continue
                    finally:
                        connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
                where_found = {(problem.table, problem.row, problem.column) for problem in found}
                assert (table.name, key_of(table, row), column.name) in where_found or (
                    table is topups and row.id == lost.id
                ), f"{changed}: {[str(problem) for problem in found]}"
                assert ("topups", lost.id) in {(problem.table, problem.row) for problem in found}
    db.close()
