"""What a twin's limits held back, so that its creator sees which topics come up and which limits misfire.

Kept are topic, reason, outcome and surface, never the words of the fan or those that were blocked, and the creator is
not shown who the fan was. Knows nothing about how limits are enforced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.ids import Ids
from fenshen.twin.tables import refusals

#: `question`: the fan asked about it. `sentence`: the twin was about to say it unasked. `drift`: it went too far.
Reason = Literal["question", "sentence", "drift"]
#: `replied`: the topic's reply was given. `dropped`: the sentence was left out. `retried`: another answer was given.
#: `neutral`: neither helped, a neutral line was given. `ended`: the conversation was ended.
Outcome = Literal["replied", "dropped", "retried", "neutral", "ended"]


@dataclass(frozen=True)
class Intervention:
    """What limits did to one answer."""

    reason: Reason
    topic: str
    outcome: Outcome


@dataclass(frozen=True)
class Refusal:
    """One record, as the creator sees it."""

    id: str
    at: datetime
    surface: str
    reason: Reason
    topic: str
    outcome: Outcome
    answer_id: str


class Refusals:
    """The store of records."""

    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db, self._clock, self._ids = db, clock, ids

    def add(
        self,
        creator: str,
        held: Intervention,
        surface: str,
        answer_id: str,
        fan: str | None,
        call_id: str | None,
    ) -> None:
        """Keep a refusal."""
        row = {
            "id": self._ids.new("ref"),
            "creator": creator,
            "fan": fan,
            "surface": surface,
            **vars(held),
            "call_id": call_id,
            "answer_id": answer_id,
            "at": self._clock.now(),
        }
        with self._db.write() as connection:
            connection.execute(refusals.insert().values(**row))

    def of(self, creator: str, *, reason: Reason | None = None, limit: int = 200) -> list[Refusal]:
        """A creator's, the newest first, at most `limit` (1 to 1000)."""
        columns = [refusals.c[name] for name in Refusal.__dataclass_fields__]
        query = sa.select(*columns).where(refusals.c.creator == creator)
        if reason is not None:
            query = query.where(refusals.c.reason == reason)
        with self._db.read() as connection:
            newest = query.order_by(refusals.c.at.desc(), refusals.c.id).limit(max(1, min(limit, 1000)))
            return [Refusal(*row) for row in connection.execute(newest)]
