"""The log that only grows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database, metadata
from fenshen.trust import audit
from fenshen.trust.tables import audit_head, audit_log
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
