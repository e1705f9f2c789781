"""Trainings that somebody ordered on the page or that a schedule began, as stored: what, how far, how it ended.

    waiting → running ⇄ paused → done · failed · cancelled     stages: train → evaluate → publish, or compare

At most one of a twin is not over. Knows nothing about how one is done; `studio.training_runner` does what waits here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import Busy, Conflict, NotFound
from fenshen.core.ids import Ids
from fenshen.core.note import Note
from fenshen.training.job import JobSpec

Stage = Literal["train", "evaluate", "publish", "compare"]
TrainingStatus = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
OPEN = ("waiting", "running", "paused")
NOTE_CHARS_MAX = 500
#: What may follow what by a person's word.
_MOVES: dict[TrainingStatus, tuple[TrainingStatus, ...]] = {
    "waiting": ("paused", "failed"),
    "paused": ("waiting", "running"),
    "cancelled": ("waiting", "running", "paused"),
}

trainings = sa.Table(
    "trainings",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("stage", sa.String(12), nullable=False),
    sa.Column("stages", JsonText, nullable=False),
    sa.Column("training_order", JsonText),
    sa.Column("scheduled", sa.Boolean, nullable=False),
    sa.Column("version_id", sa.String(64)),
    sa.Column("against_id", sa.String(64)),
    sa.Column("done", sa.Float, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("note_said", JsonText),
    sa.Column("error", JsonText),
    sa.Column("began", UtcTime),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("updated", UtcTime, nullable=False),
)


@dataclass(frozen=True)
class Training:
    """One piece of work on a twin.

    Attributes:
        stage, stages: what it does now, and all it does, in order.
        training_order: `JobSpec.as_json`, `None` where only measuring was asked for.
        version_id: the version it makes, known as soon as its training begins, or measures.
        against_id: the version it compares that one with.
        done, total: of the stage, in any unit.
        note: what it does now.
        began: when the stage last began to run, to tell how long is left.
        error: `code` and `message`, when it failed.
    """

    id: str
    creator: str
    by: str
    status: TrainingStatus
    stage: Stage
    stages: tuple[Stage, ...]
    training_order: dict[str, Any] | None
    scheduled: bool
    version_id: str | None
    against_id: str | None
    done: float
    total: float
    note: Note
    error: dict[str, str] | None
    began: datetime | None
    created: datetime
    updated: datetime

    @property
    def order(self) -> JobSpec:
        """What is to be trained."""
        return JobSpec(**(self.training_order or {}))

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.status in OPEN


class Trainings:
    """The trainings of every creator."""

    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db, self._clock, self._ids = db, clock, ids

    def begin(self, order: JobSpec, by: str, *, stages: Sequence[Stage], scheduled: bool = False) -> Training:
        """Order a training, which waits its turn.

        Raises:
            Busy: `training_running`, another of this twin is not over.
        """
        return self._add(
            order.creator, by, stages, {"training_order": order.as_json(), "scheduled": scheduled}
        )

    def begin_evaluation(self, creator: str, version_id: str, by: str) -> Training:
        """Order the evaluation of a version.

        Raises:
            Busy: as `begin`.
        """
        return self._add(creator, by, ("evaluate",), {"version_id": version_id, "scheduled": False})

    def begin_comparison(self, creator: str, version_id: str, against_id: str, by: str) -> Training:
        """Order the comparison of two versions.

        Raises:
            Busy: as `begin`.
        """
        values = {"version_id": version_id, "against_id": against_id, "scheduled": False}
        return self._add(creator, by, ("compare",), values)

    def get(self, creator: str, training_id: str) -> Training:
        """One training.

        Raises:
            NotFound: there is none, or it is another creator's.
        """
        query = sa.select(trainings).where(trainings.c.id == training_id, trainings.c.creator == creator)
        with self._db.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no training {training_id!r}")
        return _training(row)

    def recent(self, creator: str, limit: int = 10) -> list[Training]:
        """The newest first."""
        query = sa.select(trainings).where(trainings.c.creator == creator)
        query = query.order_by(trainings.c.created.desc(), trainings.c.id.desc()).limit(limit)
        with self._db.read() as connection:
            return [_training(row) for row in connection.execute(query).mappings()]

    def open_of(self, creator: str) -> Training | None:
        """The training of this creator that is not over."""
        return next((one for one in self.recent(creator) if one.is_open), None)

    def next(self) -> Training | None:
        """The one that an earlier process left running, else the one that waits longest."""
        first = sa.case((trainings.c.status == "running", 0), else_=1)
        query = sa.select(trainings).where(trainings.c.status.in_(("running", "waiting")))
        with self._db.read() as connection:
            row = connection.execute(query.order_by(first, trainings.c.updated).limit(1)).mappings().first()
        return None if row is None else _training(row)

    def move(self, creator: str, training_id: str, status: TrainingStatus, by: str) -> Training:
        """Go on (`waiting`), pause or cancel, as a person asks; what it is already stays.

        Raises:
            Conflict: `cannot_move`, it is over.
            Busy: `training_running`, another of this twin has begun since.
        """
        found = self.get(creator, training_id)
        goes_on = status == "waiting" and found.status == "running"
        if found.status not in (status, *_MOVES[status]) and not goes_on:
            raise Conflict(f"training {training_id!r} is {found.status}", code="cannot_move")
        if found.status != status and not goes_on:
            other = self.open_of(creator)
            if other is not None and other.id != training_id:
                raise _running(other)
            self.update(training_id, status=status)
            audit.record(self._db, self._clock, by, f"training.{status}", creator, {"training": training_id})
        return self.get(creator, training_id)

    def update(self, training_id: str, **columns: Any) -> None:
        """Set columns of a training."""
        mine = trainings.update().where(trainings.c.id == training_id)
        with self._db.write() as connection:
            connection.execute(mine.values(**columns, updated=self._clock.now()))

    def update_running(self, training_id: str, **columns: Any) -> bool:
        """Set columns if it still runs; whether it does."""
        mine = trainings.update().where(trainings.c.id == training_id, trainings.c.status == "running")
        with self._db.write() as connection:
            changed = connection.execute(mine.values(**columns, updated=self._clock.now()))
            return changed.rowcount == 1

    def _add(self, creator: str, by: str, stages: Sequence[Stage], values: Mapping[str, Any]) -> Training:
        now, training_id = self._clock.now(), self._ids.new("trn")
        row = {
            "id": training_id,
            "creator": creator,
            "by": by,
            "status": "waiting",
            "stage": stages[0],
            "stages": list(stages),
            "done": 0.0,
            "total": 0.0,
            "note": "",
            "created": now,
            "updated": now,
            **values,
        }
        with self._db.write() as connection:
            unfinished = sa.select(trainings).where(
                trainings.c.creator == creator, trainings.c.status.in_(OPEN)
            )
            if (other := connection.execute(unfinished).mappings().first()) is not None:
                raise _running(_training(other))
            connection.execute(trainings.insert().values(**row))
        audit.record(
            self._db, self._clock, by, "training.order", creator, {"training": training_id, **values}
        )
        return self.get(creator, training_id)


def _running(other: Training) -> Busy:
    return Busy(
        f"{other.creator!r} has a training that is {other.status}; wait for it, or cancel it first",
        code="training_running",
        training=other.id,
    )


def _training(row: sa.RowMapping) -> Training:
    note, said = Note(row["note"]), row["note_said"]
    if said is not None:
        note.known_as(said["code"], **said["values"])
    plain = {name: value for name, value in row.items() if name != "note_said"}
    return Training(**{**plain, "note": note, "stages": tuple(row["stages"])})


def note_columns(note: str) -> dict[str, Any]:
    """The columns that keep a progress note."""
    said = {"code": note.code, "values": dict(note.values)} if isinstance(note, Note) and note.code else None
    return {"note": note[:NOTE_CHARS_MAX], "note_said": said}
