"""Trainings, evaluations and comparisons that a person or a schedule asked for: work with stages.

    train → evaluate → publish (only if nothing speaks against it)          compare

At most one of a twin is open. Knows nothing about how one is done; see `studio.training_work`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.work import Work, Works, WorkStatus
from fenshen.training.job import JobSpec

KIND = "training"
Stage = Literal["train", "evaluate", "publish", "compare"]


class Training(Work):
    """One piece of work on a twin."""

    @property
    def stages(self) -> list[Stage]:
        """All it does, in order."""
        stages: list[Stage] = self.payload["stages"]
        return stages

    @property
    def training_order(self) -> dict[str, Any] | None:
        """`Order.as_json`, `None` where only measuring was asked for."""
        return self.payload.get("order")

    @property
    def order(self) -> JobSpec:
        """What is to be trained."""
        return JobSpec(**(self.training_order or {}))

    @property
    def scheduled(self) -> bool:
        """Whether a schedule asked for it."""
        return bool(self.payload.get("scheduled"))

    @property
    def version_id(self) -> str | None:
        """The version it measures, or made, known once it is trained."""
        return self.payload.get("version_id")

    @property
    def against_id(self) -> str | None:
        """The version it compares that one with."""
        return self.payload.get("against_id")


class Trainings:
    """The trainings of every creator."""

    def __init__(self, db: Database, clock: Clock, works: Works) -> None:
        self._db, self._clock, self._works = db, clock, works

    def begin(self, order: JobSpec, by: str, *, stages: Sequence[Stage], scheduled: bool = False) -> Training:
        """Order a training, which waits its turn.

        Raises:
            Busy: `training_running`, another of this twin is not over.
        """
        return self._begin(order.creator, by, stages, {"order": order.as_json(), "scheduled": scheduled})

    def begin_evaluation(self, creator: str, version_id: str, by: str) -> Training:
        """Order the evaluation of a version.

        Raises:
            Busy: as `begin`.
        """
        return self._begin(creator, by, ["evaluate"], {"version_id": version_id})

    def begin_comparison(self, creator: str, version_id: str, against_id: str, by: str) -> Training:
        """Order the comparison of two versions.

        Raises:
            Busy: as `begin`.
        """
        return self._begin(creator, by, ["compare"], {"version_id": version_id, "against_id": against_id})

    def get(self, creator: str, training_id: str) -> Training:
        """One training.

        Raises:
            NotFound: there is none, or it is another creator's.
        """
        return Training(**vars(self._works.get(KIND, creator, training_id)))

    def recent(self, creator: str, limit: int = 10) -> list[Training]:
        """The newest first."""
        return [Training(**vars(work)) for work in self._works.recent(KIND, creator, limit)]

    def open_of(self, creator: str) -> Training | None:
        """The training of this creator that is not over."""
        return next((training for training in self.recent(creator) if training.is_open), None)

    def move(self, creator: str, training_id: str, status: WorkStatus, by: str) -> Training:
        """Resume (`waiting`), pause or cancel, as a person asks.

        Raises:
            Conflict: `cannot_move`, it is over.
            Busy: `training_running`, another of this twin has begun since.
        """
        before = self.get(creator, training_id)
        after = self._works.move(before, status)
        if after.status != before.status:
            audit.record(self._db, self._clock, by, f"training.{status}", creator, {"training": training_id})
        return Training(**vars(after))

    def _begin(self, creator: str, by: str, stages: Sequence[Stage], details: Mapping[str, Any]) -> Training:
        work = self._works.begin(KIND, creator, by, {**details, "stages": list(stages)}, stage=stages[0])
        audit.record(self._db, self._clock, by, "training.order", creator, {"training": work.id, **details})
        return Training(**vars(work))
