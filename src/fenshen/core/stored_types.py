"""Values as SQLite really holds them: whatever was written, of any type, whatever the column says.

A value of another type than its column's makes reading it an error, so who checks stored rows leaves such rows
out of the reading (`readable`) and names them (`unreadable_rows`). PostgreSQL holds nothing but the column's
type, except that JSON is kept as text. Knows nothing about what rows mean.

Source: https://www.sqlite.org/datatype3.html (flexible typing).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import JsonText, UtcTime

#: `2026-12-01 08:15:00.000000`: a day that exists, a time of day, and digits behind it.
_MOMENT = (
    "{raw} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' AND length({raw}) <= 26"
    " AND coalesce(date(substr({raw}, 1, 10), '+0 days'), '') = substr({raw}, 1, 10)"
    " AND time(substr({raw}, 12, 8)) IS NOT NULL AND substr({raw}, 20) NOT GLOB '*[^.0-9]*'"
)


def readable(connection: Connection, table: sa.Table) -> sa.ColumnElement[bool]:
    """A condition: every value of the row is of its column's type."""
    if connection.dialect.name != "sqlite":
        return sa.true()
    return sa.literal_column(f"({' AND '.join(map(_is_typed, table.columns))})", sa.Boolean)


def unreadable_rows(connection: Connection, table: sa.Table) -> Iterator[tuple[str, str]]:
    """Rows with a value that their column cannot hold: the key, its parts joined by a space, and the column."""
    if connection.dialect.name != "sqlite":
        return
    key = [f'CAST("{column.name}" AS TEXT)' for column in table.primary_key.columns]
    tests = [_is_typed(column) for column in table.columns]
    # Names of our own tables and columns.
    query = f'SELECT {", ".join((*key, *tests))} FROM "{table.name}" WHERE NOT ({" AND ".join(tests)})'  # noqa: S608
    for row in connection.exec_driver_sql(query):
        name = " ".join(map(str, row[: len(key)]))
        yield from (
            (name, column.name)
            for column, is_typed in zip(table.columns, row[len(key) :], strict=True)
            if not is_typed
        )


def _is_typed(column: sa.Column[Any]) -> str:
    """An SQL condition of SQLite's, never NULL."""
    raw = f'"{column.table.name}"."{column.name}"'
    kind = f"typeof({raw})"
    if isinstance(column.type, UtcTime):
        fits = f"({kind} = 'text' AND {_MOMENT.format(raw=raw)})"
    elif isinstance(column.type, JsonText):
        fits = f"({kind} = 'text' AND json_valid({raw}))"
    else:
        fits = f"{kind} = '{'integer' if isinstance(column.type, sa.Integer) else 'text'}'"
    return f"({fits} OR {kind} = 'null')" if column.nullable else f"({fits})"
