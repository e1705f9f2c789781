"""Which tables of the ledger are written once and then never touched, by which keys.

Knows nothing about how the database refuses; see `core.append_only`.
"""

from __future__ import annotations

from fenshen.core.append_only import postgresql_statements, sqlite_change_statements, sqlite_replace_statement

#: Every unique key of the tables whose rows stay as they are written.
APPEND_ONLY_KEYS = {
    "ledger_transfers": (("id",), ("wallet_id", "position")),
    "ledger_entries": (("transfer_id", "ordinal"),),
}
APPEND_ONLY_TABLES = tuple(APPEND_ONLY_KEYS)

#: Triggers against changes, by SQLAlchemy dialect name.
APPEND_ONLY_SQL = {
    "sqlite": tuple(sql for table in APPEND_ONLY_TABLES for sql in sqlite_change_statements(table)),
    "postgresql": tuple(sql for table in APPEND_ONLY_TABLES for sql in postgresql_statements(table)),
}
#: Triggers against REPLACE, which only SQLite needs.
NO_REPLACE_SQL = tuple(sqlite_replace_statement(table, keys) for table, keys in APPEND_ONLY_KEYS.items())
