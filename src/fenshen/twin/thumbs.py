"""What a fan thinks of an answer: one thumb per fan and answer, up or down, changed and taken back at will.

Kept whether or not the fan lets the twin learn from it; deleted with the conversation. Every function takes the
fan's id and never touches another fan's rows. Knows nothing about training.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Conflict, NotFound
from fenshen.twin.tables import conversation_members, thumbs, turns

Thumb = Literal["up", "down"]


def set_thumb(
    db: Database, clock: Clock, fan: str, conversation_id: str, turn_id: str, thumb: Thumb | None
) -> None:
    """Keep the fan's thumb, `None` takes it back; saying the same again changes nothing.

    Raises:
        NotFound: no such turn in a conversation of this fan.
        Conflict: `not_an_answer`, it is a question, or an answer that was not finished.
    """
    with db.write() as connection:
        _check_answer(connection, fan, conversation_id, turn_id)
        mine = (thumbs.c.fan == fan, thumbs.c.turn_id == turn_id)
        known = connection.scalar(sa.select(thumbs.c.thumb).where(*mine).with_for_update())
        if known == thumb:
            return
        if thumb is None:
            connection.execute(thumbs.delete().where(*mine))
        elif known is None:
            statement = sa.text(
                "INSERT INTO thumbs (fan, turn_id, thumb, at) VALUES (:fan, :turn_id, :thumb, :at) "
                "ON CONFLICT (fan, turn_id) DO UPDATE SET thumb = excluded.thumb, at = excluded.at"
            ).bindparams(sa.bindparam("at", type_=thumbs.c.at.type))
            values = {"fan": fan, "turn_id": turn_id, "thumb": thumb, "at": clock.now()}
            connection.execute(statement, values)
        else:
            connection.execute(thumbs.update().where(*mine).values(thumb=thumb, at=clock.now()))


def thumbs_in(db: Database, fan: str, conversation_id: str) -> dict[str, Thumb]:
    """The fan's thumbs in a conversation, by the id of the answer."""
    query = (
        sa.select(thumbs.c.turn_id, thumbs.c.thumb)
        .join(turns, turns.c.id == thumbs.c.turn_id)
        .where(thumbs.c.fan == fan, turns.c.conversation_id == conversation_id)
    )
    with db.read() as connection:
        return {row.turn_id: row.thumb for row in connection.execute(query)}


def _check_answer(connection: Connection, fan: str, conversation_id: str, turn_id: str) -> None:
    members = conversation_members
    query = (
        sa.select(turns.c.role, turns.c.status)
        .join(members, members.c.conversation_id == turns.c.conversation_id)
        .where(turns.c.id == turn_id, turns.c.conversation_id == conversation_id, members.c.member == fan)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"no turn {turn_id!r} in a conversation of yours")
    if (row.role, row.status) != ("assistant", "complete"):
        raise Conflict(f"{turn_id!r} is no finished answer; only those can be rated", code="not_an_answer")
