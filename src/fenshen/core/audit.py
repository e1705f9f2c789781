"""The audit log: who did what to which thing, appended and never changed.

The database itself refuses updates, deletions and replacements: triggers are made with the table by
`create_all`, and `SQLITE_TRIGGERS`, `POSTGRES_TRIGGERS` and `NO_REPLACE_SQL` are the same statements for
migrations. What gets past them is found by `audit_chain.check`. Knows nothing about what the actions mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core import audit_chain
from fenshen.core.append_only import (
    make_append_only,
    postgresql_statements,
    sqlite_change_statements,
    sqlite_replace_statement,
)
from fenshen.core.audit_chain import audit_log
from fenshen.core.clock import Clock
from fenshen.core.db import Database

KEYS = (("id",),)
SQLITE_TRIGGERS = sqlite_change_statements("audit_log")
POSTGRES_TRIGGERS = postgresql_statements("audit_log")
NO_REPLACE_SQL = (sqlite_replace_statement("audit_log", KEYS),)
make_append_only(audit_log, KEYS)

TEXT_MAX = 254


@dataclass(frozen=True)
class Entry:
    """One line of the log; `details` is JSON."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


def one_line(text: str, limit: int = TEXT_MAX) -> str:
    """`text` with control characters and line breaks written as escapes, so that no value forges a line."""
    safe = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text
    )
    return safe[:limit]


def record(
    db: Database,
    clock: Clock,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> None:
    """Append one entry in a transaction of its own."""
    with db.write() as connection:
        append(connection, clock, actor, action, subject, details)


def append(
    connection: Connection,
    clock: Clock,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, object] | None = None,
) -> None:
    """Append one entry inside the caller's transaction, so that act and record stand or fall together.

    Args:
        connection: An open `Database.write()` block.
        clock: Says when.
        actor: User id, or `cli`, `system`.
        action: `noun.verb`, such as `consent.revoke`.
        subject: What it was done to.
        details: JSON-serialisable facts; never a password, key or message text.
    """
    audit_chain.extend(
        connection,
        {
            "at": clock.now(),
            "actor": one_line(actor),
            "action": one_line(action, 80),
            "subject": one_line(subject),
            "details": _safe_json(details or {}),
        },
    )


def entries(db: Database, *, subject: str | None = None, limit: int = 200) -> list[Entry]:
    """The newest entries first, at most `limit` (1 to 1000)."""
    columns = (column for column in audit_log.c if column.name != "hash")
    query = sa.select(*columns).order_by(audit_log.c.id.desc()).limit(max(1, min(limit, 1000)))
    if subject is not None:
        query = query.where(audit_log.c.subject == one_line(subject))
    with db.read() as connection:
        return [Entry(**row) for row in connection.execute(query).mappings()]


def _safe_json(value: object) -> Any:
    if isinstance(value, Mapping):
        return {one_line(str(key)): _safe_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe_json(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return one_line(str(value), 2000)
