"""The latest time that an installation has seen, kept so that its clock never goes back behind it.

One row, written at most once a minute. Knows nothing about what is timed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from fenshen.core.clock import Clock, ForwardClock
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


def begin_from_mark(db: Database, clock: Clock) -> None:
    """Let a clock that may not go back go on from what any process of the installation has seen, at start."""
    if not isinstance(clock, ForwardClock):
        return
    stored = read_mark(db)
    if stored is not None:
        clock.begin_from(stored)
    keep_mark(db, clock)


def keep_mark(db: Database, clock: Clock) -> bool:
    """Store what the clock has seen if that is a minute more than is stored; whether it was.

    Call it every minute, outside any transaction.
    """
    if not isinstance(clock, ForwardClock):
        return False
    clock.now()
    stored = read_mark(db)
    if stored is not None and clock.latest - stored < KEEP_EVERY:
        return False
    with db.write() as connection:
        later = (clock_mark.c.id == _ID, clock_mark.c.latest < clock.latest)
        changed = connection.execute(clock_mark.update().where(*later).values(latest=clock.latest))
        if changed.rowcount == 0 and connection.execute(sa.select(clock_mark)).first() is None:
            connection.execute(clock_mark.insert().values(id=_ID, latest=clock.latest))
    return True


def accept_clock(db: Database, clock: ForwardClock) -> datetime:
    """Take the machine's clock for right, as the operator says; the time kept instead until now.

    Servers that run keep the later time until they are started again.
    """
    before, now = clock.latest, clock.machine.now()
    clock.begin_from(now)
    with db.write() as connection:
        connection.execute(clock_mark.delete())
        connection.execute(clock_mark.insert().values(id=_ID, latest=now))
    return before
