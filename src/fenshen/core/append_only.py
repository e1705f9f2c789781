"""SQL by which the database itself refuses to change, remove or replace the rows of a table.

SQLite's REPLACE deletes the row in its way without firing a DELETE trigger, so an insert that meets a row of
the same key, on any of the table's keys or by row number, is refused before it can. PostgreSQL turns every
such statement into an UPDATE, which is refused already. The statements are data, so that `create_all` and the
migrations install exactly the same triggers. Knows nothing about what the rows mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa

Keys = Sequence[tuple[str, ...]]


def sqlite_change_statements(table: str) -> tuple[str, ...]:
    """Triggers that abort UPDATE and DELETE on `table` in SQLite."""
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    )


def sqlite_replace_statement(table: str, keys: Keys) -> str:
    """The trigger that aborts an INSERT that meets a row, as REPLACE and upserts want to."""
    same = (" AND ".join(f"{name} = NEW.{name}" for name in key) for key in (*keys, ("rowid",)))
    taken = " OR ".join(f"({one})" for one in same)
    return (
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - no input
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def postgresql_statements(table: str) -> tuple[str, ...]:
    """A function and triggers that refuse UPDATE, DELETE and TRUNCATE on `table` in PostgreSQL."""
    return (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    )


def make_append_only(table: sa.Table, keys: Keys) -> None:
    """Install the triggers whenever `table` is created.

    Args:
        keys: The primary key and every other unique key.
    """
    sqlite = (*sqlite_change_statements(table.name), sqlite_replace_statement(table.name, keys))
    _after_create(table, "sqlite", sqlite)
    _after_create(table, "postgresql", postgresql_statements(table.name))


def _after_create(table: sa.Table, dialect: str, statements: Iterable[str]) -> None:
    make: Callable[[str], sa.ExecutableDDLElement] = sa.DDL
    for sql in statements:
        sa.event.listen(table, "after_create", make(sql).execute_if(dialect=dialect))
