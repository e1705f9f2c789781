"""How far one fan and one twin have drifted, remembered over conversations, calls and API requests.

Kept is the intimacy score of each of the last turns with its time, refused turns too; scores fade by half every
`HALF_LIFE`. A calm pair has no row. Knows nothing about words: `trust.drift` scores them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.trust.drift import TURNS_SEEN
from fenshen.twin.tables import drifts

HALF_LIFE = timedelta(days=2)
#: A remembered turn is forgotten when this little of its score is left.
FAINT = 0.1


class Drifts:
    """The intimacy scores of every pair."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def intimacy(self, fan: str, creator: str) -> float:
        """The sum of their last turns' scores, as much of each as is left now."""
        now = self._clock.now()
        with self._db.read() as connection:
            return sum(_left(turn, now) for turn in _read(connection, fan, creator))

    def add(self, fan: str, creator: str, score: int) -> None:
        """One more turn; calm ones push the warm ones out after `TURNS_SEEN` of them."""
        now = self._clock.now()
        here = (drifts.c.fan == fan, drifts.c.creator == creator)
        with self._db.write() as connection:
            before = [
                turn
                for turn in _read(connection, fan, creator)
                if turn["score"] == 0 or _left(turn, now) > FAINT
            ]
            if score == 0 and not any(turn["score"] for turn in before):
                connection.execute(drifts.delete().where(*here))
                return
            kept = [*before, {"score": score, "at": now.timestamp()}][-TURNS_SEEN:]
            connection.execute(drifts.delete().where(*here))
            connection.execute(drifts.insert().values(fan=fan, creator=creator, scores=kept, at=now))


def _read(connection: Connection, fan: str, creator: str) -> list[dict[str, Any]]:
    query = sa.select(drifts.c.scores).where(drifts.c.fan == fan, drifts.c.creator == creator)
    return list(connection.execute(query).scalar() or ())


def _left(turn: dict[str, Any], now: datetime) -> float:
    age = max(timedelta(), now - datetime.fromtimestamp(turn["at"], UTC))
    return float(turn["score"] * 0.5 ** (age / HALF_LIFE))
