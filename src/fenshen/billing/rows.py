"""The rows of the books: read all at once, and inserted only if not there yet, on both databases.

Knows nothing about what they mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from fenshen.billing import tables
from fenshen.core.stored_types import readable


@dataclass(frozen=True)
class Rows:
    """Every row but the transfers and their entries, by id; shares by call."""

    wallets: dict[str, Any]
    accounts: dict[str, Any]
    calls: dict[str, Any]
    shares: defaultdict[str, list[Any]]
    holds: dict[str, Any]
    usage: dict[str, Any]
    topups: dict[str, Any]
    refunds: dict[str, Any]
    remainders: list[Any]


def read_rows(connection: Connection) -> Rows:
    """All that can be read; usage in the order of the quotas of each call."""

    def every(table: sa.Table, *order: sa.Column[Any]) -> Iterator[Any]:
        query = sa.select(table).where(readable(connection, table))
        return iter(connection.execute(query.order_by(*order)))

    def by_id(table: sa.Table) -> dict[str, Any]:
        return {row.id: row for row in every(table, table.c.id)}

    shares, usage = defaultdict(list), tables.call_usage
    for row in every(tables.call_shares):
        shares[row.call_id].append(row)
    used = every(usage, usage.c.call_id, usage.c.sequence)

    return Rows(
        wallets=by_id(tables.wallets),
        accounts=by_id(tables.accounts),
        calls=by_id(tables.calls),
        shares=shares,
        holds=by_id(tables.holds),
        usage={row.hold_id: row for row in used},
        topups=by_id(tables.topups),
        refunds=by_id(tables.refunds),
        remainders=[*every(tables.second_remainders)],
    )


def insert_once(connection: Connection, table: sa.Table) -> sa.Insert:
    """An INSERT into `table` that does nothing when any unique key is taken."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()
