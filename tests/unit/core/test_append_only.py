"""Rows that stay as they were written, whatever the statement that wants to change them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from books import write_books
from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database, metadata
from postgres import DATABASES, fresh_database

KEPT = {"ledger_transfers": "kind", "ledger_entries": "amount", "audit_log": "actor"}
#: `{t}` the table, `{c}` a column, `{k}` its keys, `{all}` its columns, `{row}` a copy of a row with {c} changed.
SQLITE = (
    "INSERT OR REPLACE INTO {t} ({all}) {row}",
    "REPLACE INTO {t} ({all}) {row}",
    "INSERT OR REPLACE INTO {t} (rowid, {others}) SELECT rowid, {fresh} FROM {t} LIMIT 1",
    "INSERT INTO {t} ({all}) {row} ON CONFLICT DO UPDATE SET {c} = excluded.{c}",
    "INSERT INTO {t} ({all}) {row} ON CONFLICT ({k}) DO UPDATE SET {c} = excluded.{c}",
    "UPDATE OR REPLACE {t} SET {c} = {value}",
    "UPDATE OR IGNORE {t} SET {c} = {value}",
    "WITH one AS (SELECT 1) UPDATE {t} SET {c} = {value}",
    "DELETE FROM {t}",
)
POSTGRESQL = (
    "INSERT INTO {t} ({all}) {row} ON CONFLICT ({k}) DO UPDATE SET {c} = excluded.{c}",
    "MERGE INTO {t} USING (SELECT 1) AS one ON TRUE WHEN MATCHED THEN UPDATE SET {c} = {value}",
    "WITH gone AS (DELETE FROM {t} RETURNING *) SELECT count(*) FROM gone",
    "UPDATE {t} SET {c} = {value}",
    "TRUNCATE {t} CASCADE",
    "TRUNCATE wallets, {t} CASCADE",
)


@pytest.fixture(params=DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Full books and a line in the audit log."""
    with contextlib.ExitStack() as stack:
        sqlite = request.param == "sqlite"
        url = f"sqlite:///{tmp_path / 'fenshen.db'}" if sqlite else stack.enter_context(fresh_database())
        database = Database(url)
        stack.callback(database.close)
        database.create_all()
        write_books(database, VirtualClock())
        audit.record(database, VirtualClock(), "usr_1", "x.y", "thing")
        yield database


@pytest.mark.parametrize("table", KEPT)
def test_no_statement_changes_a_row(db: Database, table: str) -> None:
    """Replacing, upserting, merging, updating, deleting, emptying: refused, by whichever key they meet."""
    statements = SQLITE if db.is_sqlite else POSTGRESQL
    before = rows(db, table)
    for pragma in ("ON", "OFF") if db.is_sqlite else ("",):
        for statement in statements:
            sql = filled(statement, table)
            with pytest.raises(DBAPIError, match="append-only"), db.write() as connection:
                if pragma:
                    connection.connection.driver_connection.execute("COMMIT")  # type: ignore[union-attr]
                    connection.exec_driver_sql(f"PRAGMA recursive_triggers={pragma}")
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql(sql)
            assert rows(db, table) == before, sql


def rows(db: Database, table: str) -> list[object]:
    with db.read() as connection:
        return sorted(map(str, connection.execute(sa.select(metadata.tables[table])).all()))


def filled(statement: str, name: str) -> str:
    table, column = metadata.tables[name], KEPT[name]
    keys = [key.name for key in table.primary_key]
    value = "7" if column == "amount" else "'x'"
    names = [one.name for one in table.c]
    others = [one for one in names if one not in (keys if name == "audit_log" else ())]
    fresh = {"id": "id || 'z'", "position": "position + 5000", "ordinal": "ordinal + 90", column: value}
    copied = ", ".join(value if one == column else one for one in names)
    return statement.format(
        t=name,
        c=column,
        k=", ".join(keys),
        all=", ".join(names),
        row=f"SELECT {copied} FROM {name} WHERE TRUE LIMIT 1"
        if "ON CONFLICT" not in statement
        else f"SELECT {copied} FROM {name} WHERE TRUE",
        others=", ".join(others),
        fresh=", ".join(fresh.get(one, one) for one in others),
        value=value,
    )
