"""The latest time that an installation has seen, kept so that its clock never goes back behind it.

One row, written at most once a minute. Knows nothing about what is timed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from fenshen.core.clock import ForwardClock
from fenshen.core.db import Database, UtcTime, metadata

clock_mark = sa.Table(
    "clock_mark",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("latest", UtcTime, nullable=False),
)

_ID = 1
KEEP_EVERY = timedelta(minutes=1)


def read_mark(db: Database) -> datetime | None:
    """The latest time seen by any process of the installation; None on its first start."""
    with db.read() as connection:
        return connection.execute(sa.select(clock_mark.c.latest)).scalar()


def keep_mark(db: Database, clock: ForwardClock) -> bool:
    """Raise the clock to what other processes saw, and store what it has seen; whether it was written.

    Call it at start and every minute, outside any transaction.
    """
    stored = read_mark(db)
    if stored is not None:
        clock.raise_to(stored)
    clock.now()
    if stored is not None and clock.latest - stored < KEEP_EVERY:
        return False
    with db.write() as connection:
        later = (clock_mark.c.id == _ID, clock_mark.c.latest < clock.latest)
        changed = connection.execute(clock_mark.update().where(*later).values(latest=clock.latest))
        if changed.rowcount == 0 and stored is None:
            connection.execute(clock_mark.insert().values(id=_ID, latest=clock.latest))
    return True


def forget_mark(db: Database, machine_now: datetime) -> None:
    """Take the machine's clock for right: the operator says that a later time seen was wrong."""
    with db.write() as connection:
        connection.execute(clock_mark.delete())
        connection.execute(clock_mark.insert().values(id=_ID, latest=machine_now))
