"""The hash chain of the audit log: each entry's hash covers what it says and the hash before it.

    append: head row locked → link over it → entry and head written together
    check:  every entry read in order → altered, missing or added ones named → the head is the last hash

One row, the head, is the lock and remembers the last entry, so that a cut-off end is noticed. Knows nothing
about what the actions mean.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import JsonText, UtcTime, metadata
from fenshen.core.ids import digest_text
from fenshen.core.stored_types import readable

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor", sa.String(254), nullable=False),
    sa.Column("action", sa.String(80), nullable=False),
    sa.Column("subject", sa.String(254), nullable=False, index=True),
    sa.Column("details", JsonText, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

#: One row: the lock of the log's hash chain, and its last entry.
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_id", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)

#: Head of a log without entries.
GENESIS = "0" * 64
HEAD_ID = 1

_BEGIN = sa.text("INSERT INTO audit_head (id, last_id, hash) VALUES (:id, 0, :hash) ON CONFLICT DO NOTHING")

#: What a finding says: table, row, column (empty if unknown), what is wrong.
Tell = Callable[[str, str, str, str], None]


def link(previous: str, entry: Mapping[str, Any]) -> str:
    """Hex SHA-256 of one entry after another."""
    details = json.dumps(entry["details"], ensure_ascii=False, sort_keys=True)
    moment = entry["at"].astimezone(UTC).isoformat()
    return digest_text(
        previous, str(entry["id"]), moment, entry["actor"], entry["action"], entry["subject"], details
    )


def extend(connection: Connection, entry: Mapping[str, Any]) -> None:
    """Append an entry (without id and hash) at the end of the chain; one writer at a time."""
    connection.execute(_BEGIN, {"id": HEAD_ID, "hash": GENESIS})
    head = connection.execute(sa.select(audit_head).with_for_update()).one()
    numbered = {**entry, "id": head.last_id + 1}
    digest = link(head.hash, numbered)
    connection.execute(audit_log.insert().values(**numbered, hash=digest))
    connection.execute(audit_head.update().values(last_id=numbered["id"], hash=digest))


def check(connection: Connection, tell: Tell) -> tuple[int, str]:
    """Read the whole log and tell what is wrong with it; the last entry's id and hash."""
    last_id, previous, doubt = 0, GENESIS, None
    query = sa.select(audit_log).where(readable(connection, audit_log)).order_by(audit_log.c.id)
    for row in connection.execute(query):
        entry = row._asdict()
        if link(previous, entry) == row.hash:
            if doubt is not None:
                tell(audit_log.name, str(doubt[0]), "", "says something else than it was written with")
            doubt = None
        elif doubt is not None and link(doubt[1], entry) == row.hash:
            tell(audit_log.name, str(doubt[0]), "hash", "is not the one that the next entry rests on")
            doubt = None
        else:
            if doubt is not None:
                tell(audit_log.name, str(doubt[0]), "", "does not fit the entries beside it")
            if link(previous, {**entry, "id": last_id + 1}) == row.hash:
                tell(audit_log.name, str(row.id), "id", f"is not {last_id + 1}, as its hash says")
            elif row.id != last_id + 1:
                tell(audit_log.name, f"{last_id + 1}-{row.id - 1}", "", "missing before the next entry")
            doubt = None if row.id != last_id + 1 else (row.id, link(previous, entry))
        last_id, previous = row.id, row.hash
    _check_head(connection, last_id, previous, doubt, tell)
    return last_id, previous


def _check_head(
    connection: Connection, last_id: int, previous: str, doubt: tuple[int, str] | None, tell: Tell
) -> None:
    heads = connection.execute(sa.select(audit_head).where(readable(connection, audit_head))).all()
    for other in heads[1:]:
        tell(audit_head.name, str(other.id), "", "was added; the log has one head")
    if not heads:
        if last_id:
            tell(audit_head.name, str(HEAD_ID), "", "missing, though the log has entries")
        return
    head = heads[0]
    if doubt is not None:
        column = "hash" if head.hash == doubt[1] else ""
        tell(audit_log.name, str(doubt[0]), column, "is not what the log's head rests on")
        if column:
            return
    if head.id != HEAD_ID:
        tell(audit_head.name, str(head.id), "id", f"is not {HEAD_ID}")
    if head.last_id > last_id and head.hash != previous:
        tell(audit_log.name, f"{last_id + 1}-{head.last_id}", "", "missing at the end of the log")
    elif head.last_id < last_id and head.hash != previous:
        tell(audit_log.name, f"{head.last_id + 1}-{last_id}", "", "stand beyond the log's head")
    elif head.last_id != last_id:
        tell(audit_head.name, str(head.id), "last_id", f"is {head.last_id}, the last entry is {last_id}")
    elif head.hash != previous:
        tell(audit_head.name, str(head.id), "hash", "is not the hash of the last entry")
