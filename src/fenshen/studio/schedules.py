"""Schedules as stored: each creator's rule for retraining, and what became of it. See `training.schedule`.

Knows nothing about when a rule is due.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.training.schedule import Past, Rule, after_failure

schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("rule", JsonText, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    sa.Column("looked", UtcTime),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("retry_at", UtcTime),
    sa.Column("error", JsonText),
)


@dataclass(frozen=True)
class Schedule:
    """One creator's rule, and what it has seen; `error` is why the last training by it failed."""

    creator: str
    rule: Rule
    by: str
    past: Past
    error: dict[str, str] | None


class Schedules:
    """The schedules of every creator."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def get(self, creator: str) -> Schedule | None:
        """The schedule of a creator."""
        return next((one for one in self.all() if one.creator == creator), None)

    def all(self) -> list[Schedule]:
        """Every schedule."""
        with self._db.read() as connection:
            rows = connection.execute(sa.select(schedules).order_by(schedules.c.creator)).mappings()
            return [_schedule(row) for row in rows]

    def store(self, creator: str, rule: Rule, by: str) -> Schedule:
        """Retrain by this rule from now on."""
        self._remove(creator)
        past = Past(since=self._clock.now())
        with self._db.write() as connection:
            values = {"creator": creator, "rule": rule.as_json(), "by": by, **vars(past)}
            connection.execute(schedules.insert().values(**values))
        audit.record(self._db, self._clock, by, "schedule.store", creator, rule.as_json())
        return Schedule(creator, rule, by, past, None)

    def remove(self, creator: str, by: str) -> None:
        """Retrain by hand only."""
        if self._remove(creator):
            audit.record(self._db, self._clock, by, "schedule.remove", creator, {})

    def looked(self, creator: str) -> None:
        """Its weekly hour has been acted upon."""
        self._update(creator, looked=self._clock.now())

    def succeeded(self, creator: str) -> None:
        """A training by it came to its end."""
        self._update(creator, failures=0, retry_at=None, error=None)

    def failed(self, creator: str, error: dict[str, str]) -> None:
        """A training by it failed: the next try waits, and the weekly hour counts as not acted upon."""
        found = self.get(creator)
        if found is not None:
            failures, retry_at = after_failure(found.past, self._clock.now())
            self._update(creator, failures=failures, retry_at=retry_at, error=error, looked=None)

    def _remove(self, creator: str) -> bool:
        with self._db.write() as connection:
            return connection.execute(schedules.delete().where(schedules.c.creator == creator)).rowcount > 0

    def _update(self, creator: str, **columns: Any) -> None:
        with self._db.write() as connection:
            connection.execute(schedules.update().where(schedules.c.creator == creator).values(**columns))


def _schedule(row: sa.RowMapping) -> Schedule:
    past = Past(**{name: row[name] for name in ("since", "looked", "failures", "retry_at")})
    return Schedule(row["creator"], Rule(**row["rule"]), row["by"], past, row["error"])
