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


def test_what_readers_were_in_the_way_of_is_finished_once_they_leave(tmp_path: Path) -> None:
    """The first try comes too early; the next one, whoever makes it, leaves nothing. Then there is nothing to do."""
    db = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with db.write() as connection:
        connection.execute(sa.text("CREATE TABLE words (text TEXT)"))
        connection.execute(sa.text("INSERT INTO words VALUES ('aquamarine')"))
    assert db.scrub_rest()
    with db.read() as reader:
        assert reader.execute(sa.text("SELECT text FROM words")).scalar() == "aquamarine"
        with db.write() as connection:
            connection.execute(sa.text("DELETE FROM words"))
        assert not db.scrub()
        assert not db.scrub_rest()
        assert b"aquamarine" in (tmp_path / "a.db-wal").read_bytes()
    assert db.scrub_rest()
    held = b"".join(file.read_bytes() for file in tmp_path.glob("a.db*"))
    assert b"aquamarine" not in held
    assert db.scrub_rest()
    db.close()


def test_readers_that_never_stop_coming_do_not_keep_deleted_words(tmp_path: Path) -> None:
    """Four readers read without a pause; a few tries are enough."""
    db = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with db.write() as connection:
        connection.execute(sa.text("CREATE TABLE words (text TEXT)"))
        connection.execute(sa.text("INSERT INTO words VALUES ('aquamarine')"))
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            with db.read() as connection:
                connection.execute(sa.text("SELECT count(*) FROM words")).scalar()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        with db.write() as connection:
            connection.execute(sa.text("DELETE FROM words"))
        assert db.scrub() or any(db.scrub_rest() for _ in range(20))
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert b"aquamarine" not in b"".join(file.read_bytes() for file in tmp_path.glob("a.db*"))
    db.close()
