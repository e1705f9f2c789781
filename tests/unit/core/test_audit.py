"""The log that only grows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from books import tampering
from fenshen.core import audit, audit_chain
from fenshen.core.audit_chain import audit_head, audit_log
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database, metadata
from postgres import DATABASES, fresh_database


@pytest.fixture(params=DATABASES)
def log_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty audit log on either database."""
    is_sqlite = request.param == "sqlite"
    with contextlib.nullcontext(f"sqlite:///{tmp_path / 'a.db'}") if is_sqlite else fresh_database() as url:
        database = Database(url)
        metadata.create_all(database.engine, tables=[audit_log, audit_head])
        yield database
        database.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def test_an_entry_cannot_be_changed_or_deleted(log_db: Database, clock: VirtualClock) -> None:
    """The database refuses, whoever asks."""
    audit.record(log_db, clock, "usr_1", "consent.revoke", "cns_1", {"creator": "juniper"})
    for statement in ("UPDATE audit_log SET actor = 'nobody'", "DELETE FROM audit_log"):
        with pytest.raises(DBAPIError, match="append-only"), log_db.write() as connection:
            connection.execute(sa.text(statement))
    if not log_db.is_sqlite:
        with pytest.raises(DBAPIError, match="append-only"), log_db.write() as connection:
            connection.execute(sa.text("TRUNCATE audit_log"))
    (entry,) = audit.entries(log_db)
    assert (entry.actor, entry.action, entry.details) == ("usr_1", "consent.revoke", {"creator": "juniper"})


def test_line_breaks_cannot_forge_an_entry(log_db: Database, clock: VirtualClock) -> None:
    """CR, LF, escapes, direction marks and half characters are written as escapes, everywhere."""
    evil = "x\r\n2026-01-01 root login ok\u2028\x1b[2J\u202e\ud800"
    audit.record(log_db, clock, evil, evil, evil, {evil: [evil, 1, None], "n": {"deep": evil}})
    (entry,) = audit.entries(log_db)
    assert f"{entry.actor}{entry.action}{entry.subject}{entry.details}".isprintable()
    assert "\\r\\n" in entry.actor


def test_entries_come_newest_first_and_bounded(log_db: Database, clock: VirtualClock) -> None:
    """A page size of a thousand million is a thousand."""
    for number in range(5):
        audit.record(log_db, clock, "system", "x.y", f"s{number % 2}")
    assert [entry.subject for entry in audit.entries(log_db, limit=10**9)] == ["s0", "s1", "s0", "s1", "s0"]
    assert len(audit.entries(log_db, subject="s1")) == 2


WRONG = {"id": 77, "at": datetime(2020, 1, 1, tzinfo=UTC), "details": {"creator": "other"}}


def told(connection: Connection) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    audit_chain.check(connection, lambda table, row, column, _: found.append((table, row, column)))
    return found


def test_any_altered_missing_or_added_entry_is_named(log_db: Database, clock: VirtualClock) -> None:
    """Each column of each entry and of the head; each entry less, the last ones too; one more anywhere."""
    for number in range(4):
        clock.advance(1)
        audit.record(log_db, clock, "usr_1", "x.y", f"s{number}", {"n": number})
    for table in (audit_log, audit_head):
        with log_db.read() as connection:
            rows = connection.execute(sa.select(table)).all()
            assert told(connection) == []
        for row in rows:
            for column in table.c:
                value = WRONG.get(column.name, 0 if column.name == "last_id" else "x")
                with tampering(log_db) as connection:
                    connection.execute(
                        table.update().where(table.c.id == row.id).values({column.name: value})
                    )
                    found = told(connection)
                    named = {str(row.id), str(value), f"{row.id}-{row.id}", "3-4"}
                    assert any(place[0] == table.name and place[1] in named for place in found), (row, column)
                    if column.name == "hash":
                        assert found == [(table.name, str(row.id), "hash")]
            with tampering(log_db) as connection:
                connection.execute(table.delete().where(table.c.id == row.id))
                assert any(place[0] == table.name and str(row.id) in place[1] for place in told(connection))
    for added in (0, 5):
        with tampering(log_db) as connection:
            connection.execute(audit_log.insert().values(**{**rows_of(connection)[0], "id": added}))
            assert told(connection)


def rows_of(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(audit_log)).mappings()]


def test_many_writers_at_once_make_one_chain(log_db: Database, clock: VirtualClock) -> None:
    """Each entry rests on the one before, whoever wrote it."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: audit.record(log_db, clock, "usr_1", "x.y", f"s{n}"), range(40)))
    with log_db.read() as connection:
        assert told(connection) == []
        assert [row["id"] for row in rows_of(connection)] == list(range(1, 41))
