"""What was deleted leaves SQLite's write-ahead log without making anybody wait."""

from __future__ import annotations

import threading
from pathlib import Path

import sqlalchemy as sa

from fenshen.core.db import BUSY_TIMEOUT_MS, Database


def test_a_reader_does_not_hold_up_the_scrubbing(tmp_path: Path) -> None:
    """While somebody reads it gives up at once and others can write; afterwards nothing is left in the log."""
    db = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with db.write() as connection:
        connection.execute(sa.text("CREATE TABLE words (text TEXT)"))
        connection.execute(sa.text("INSERT INTO words VALUES ('aquamarine')"))
    with db.read() as reader:
        assert reader.execute(sa.text("SELECT text FROM words")).scalar() == "aquamarine"
        with db.write() as connection:
            connection.execute(sa.text("DELETE FROM words"))
        scrubbing = threading.Thread(target=db.scrub)
        scrubbing.start()
        scrubbing.join(BUSY_TIMEOUT_MS / 2000)
        assert not scrubbing.is_alive()
        with db.write() as connection:
            timeout = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
            assert timeout == BUSY_TIMEOUT_MS
    db.scrub()
    held = b"".join(file.read_bytes() for file in tmp_path.glob("a.db*"))
    db.close()
    assert b"aquamarine" not in held
