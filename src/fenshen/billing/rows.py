"""The rows of the books: read all at once, and inserted only if not there yet, on both databases.

Knows nothing about what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from fenshen.billing import tables


@dataclass(frozen=True)
class Rows:
    """Every row but the transfers and their entries, by id."""

    wallets: dict[str, Any]
    accounts: dict[str, Any]
    calls: dict[str, Any]
    holds: dict[str, Any]
    topups: dict[str, Any]
    refunds: dict[str, Any]


def read_rows(connection: Connection) -> Rows:
    """All of them; holds in the order of their calls."""

    def by_id(table: sa.Table, *order: Any) -> dict[str, Any]:
        return {row.id: row for row in connection.execute(sa.select(table).order_by(*order, table.c.id))}

    return Rows(
        wallets=by_id(tables.wallets),
        accounts=by_id(tables.accounts),
        calls=by_id(tables.calls),
        holds=by_id(tables.holds, tables.holds.c.call_id, tables.holds.c.sequence),
        topups=by_id(tables.topups),
        refunds=by_id(tables.refunds),
    )


def insert_once(connection: Connection, table: sa.Table) -> sa.Insert:
    """An INSERT into `table` that does nothing when any unique key is taken."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
