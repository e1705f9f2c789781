"""One database, SQLite or PostgreSQL, behind short explicit transactions.

`Database.read()` and `Database.write()` are the only ways in; a write commits when its block ends and
rolls back on any exception. Tables live beside the code that writes them (`tables.py`) and share
`metadata`. Knows nothing about the tables themselves.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from fenshen.core.errors import BadInput, Busy

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: How long SQLite waits for another writer before the request fails as `Busy`.
BUSY_TIMEOUT_MS = 10_000
#: How long a scrubbing that was put off waits for readers, and writers for it.
SCRUB_WAIT_MS = 250


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A timezone-aware instant, always UTC on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a timezone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(sa.types.TypeDecorator[Any]):
    """JSON kept as text with sorted keys, so that equal values are equal bytes."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:
        return None if value is None else json.loads(value)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "recursive_triggers=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def make_engine(url: str) -> Engine:
    """An engine set up for safe concurrent use: WAL and full sync on SQLite, read committed on PostgreSQL.

    What people wrote never stands in an error's text, and SQLite overwrites what is deleted.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return sa.create_engine(
            parsed, pool_size=20, max_overflow=40, pool_pre_ping=True, hide_parameters=True
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        parsed,
        pool_size=20,
        max_overflow=40,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _is_disk_full_as_busy(error: OperationalError) -> bool:
    """SQLite's SQLITE_FULL, PostgreSQL's disk_full."""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL or (
        getattr(error.orig, "sqlstate", None) == "53100"
    )


@contextlib.contextmanager
def clear_errors() -> Iterator[None]:
    """Turns what a driver raises inside the block into `Busy` or `BadInput`, where a caller can act on it."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig) or "busy" in str(error.orig):
            raise Busy("the database is locked by another process; try again in a moment") from error
        if _is_disk_full_as_busy(error):
            raise Busy(
                "the disk that holds the database is full; what was saved before is kept. "
                "Free some space and try again",
                code="disk_full",
            ) from error
        raise
    except DataError as error:
        raise BadInput("a value cannot be stored, such as text with NUL in it", code="bad_value") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in ("40001", "40P01"):
            raise Busy("two changes met in the database; try again") from error
        raise


class Database:
    """Transactions on one engine.

    Args:
        url: SQLAlchemy URL (`sqlite:///…` or `postgresql://…`).
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = threading.Lock()
        self._unscrubbed = False
        self._url = url

    def __reduce__(self) -> tuple[type[Database], tuple[str]]:
        """Travels to another process as its address; there it opens connections of its own."""
        return Database, (self._url,)

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for queries; nothing it does is kept."""
        with clear_errors(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back on any exception.

        On SQLite the write lock is taken at once, so a block that reads and then writes is never
        refused half-way; threads of one process queue for it instead of polling the file.

        Raises:
            Busy: another writer held the database for longer than the timeout, a serialisation
                failure on PostgreSQL, or a full disk; nothing was written.
        """
        with self._turn(), clear_errors(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise Busy("another thread is still writing; try again in a moment")
        try:
            yield
        finally:
            self._writer.release()

    def scrub(self, wait_ms: int = 0) -> bool:
        """Let what was deleted vanish from SQLite's write-ahead log too; whether nothing is left there.

        While somebody reads for longer than `wait_ms` it stays, and `scrub_rest` tries again. Writers wait meanwhile.
        """
        if not self.is_sqlite:
            return True
        self._unscrubbed = True
        with self._turn(), clear_errors(), self.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
            try:
                is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
            except OperationalError:
                is_busy = True
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        self._unscrubbed = bool(is_busy)
        return not is_busy

    def scrub_rest(self) -> bool:
        """Finish a scrubbing that readers were in the way of, if there is one; whether nothing is left in the log."""
        return not self._unscrubbed or self.scrub(SCRUB_WAIT_MS)

    def create_all(self) -> None:
        """Make every table directly: for tests and throw-away databases. Installations use migrations."""
        metadata.create_all(self.engine)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
