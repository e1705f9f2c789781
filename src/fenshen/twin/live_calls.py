"""Which calls are live now, read from the records. Knows nothing about what is said in them."""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.billing.tables import calls
from fenshen.core.db import Database
from fenshen.twin.tables import served_calls


def live_call(db: Database, fan: str) -> str | None:
    """Id of the call that this fan has not ended; a fan has one at most."""
    return _one(db, calls.c.fan == fan)


def live_call_in(db: Database, fan: str, conversation_id: str) -> str | None:
    """Id of this fan's live call if it continues that conversation."""
    return _one(db, calls.c.fan == fan, served_calls.c.conversation_id == conversation_id)


def _one(db: Database, *conditions: sa.ColumnElement[bool]) -> str | None:
    query = sa.select(calls.c.id).join(served_calls, served_calls.c.call_id == calls.c.id)
    live = query.where(calls.c.status != "ended", *conditions).order_by(calls.c.started.desc()).limit(1)
    with db.read() as connection:
        return connection.execute(live).scalar()
