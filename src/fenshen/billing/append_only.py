"""SQL by which the database itself refuses to change or remove ledger rows.

The statements are data, so that `create_all` and the migrations install exactly the same triggers.
Knows nothing about what the rows mean.
"""

from __future__ import annotations

import sqlalchemy as sa

#: Tables whose rows are written once and then never touched.
APPEND_ONLY_TABLES = ("ledger_transfers", "ledger_entries")


def sqlite_statements(table: str) -> tuple[str, ...]:
    """Triggers that abort UPDATE and DELETE on `table` in SQLite."""
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
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


#: Every statement, in order, by SQLAlchemy dialect name: what a migration executes.
APPEND_ONLY_SQL = {
    "sqlite": tuple(sql for table in APPEND_ONLY_TABLES for sql in sqlite_statements(table)),
    "postgresql": tuple(sql for table in APPEND_ONLY_TABLES for sql in postgresql_statements(table)),
}


def make_append_only(table: sa.Table) -> None:
    """Install the triggers whenever `table` is created."""
    for dialect, statements in (
        ("sqlite", sqlite_statements(table.name)),
        ("postgresql", postgresql_statements(table.name)),
    ):
        for sql in statements:
            statement = sa.schema.DDL(sql)  # type: ignore[no-untyped-call]
            sa.event.listen(table, "after_create", statement.execute_if(dialect=dialect))
