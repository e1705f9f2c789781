"""Carries out one training, stage by stage, in whatever process it is called.

    train → evaluate → publish (only if nothing speaks against it)          compare

It begins with the stage where the training stands. Knows nothing about processes or schedules.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from fenshen.core.db import Database
from fenshen.core.note import Note
from fenshen.core.work import Task, Works
from fenshen.studio.releases import Releases
from fenshen.studio.retraining import Retraining
from fenshen.studio.trainings import Stage, Training
from fenshen.training import versions
from fenshen.training.gate import promotion_obstacles
from fenshen.training.versions import Version


class TrainingWork:
    """Does what a training asks for."""

    def __init__(self, db: Database, works: Works, retraining: Retraining, releases: Releases) -> None:
        self._db, self._works = db, works
        self._retraining, self._releases = retraining, releases

    def run(self, task: Task) -> None:
        """Do every stage that is left."""
        training = Training(**vars(task.work))
        version_id = training.version_id
        for stage in training.stages[training.stages.index(cast(Stage, training.stage)) :]:
            task.begin_stage(stage)
            if stage != "train":
                self._measure(stage, versions.version(self._db, version_id or ""), training, task)
            elif version_id is None:
                version_id = self._retraining.train(training.order, task.progress).id
                self._works.set_payload(training.id, partial(_with_version, version_id))

    def _measure(self, stage: Stage, version: Version, training: Training, task: Task) -> None:
        if stage == "evaluate":
            self._retraining.evaluate(version, task.progress)
        elif stage == "compare":
            against = versions.version(self._db, training.against_id or "")
            self._retraining.compare(version, against, task.progress)
        else:
            task.progress(1.0, 1.0, self._publish(version, training.by))

    def _publish(self, version: Version, by: str) -> Note:
        """Publish it at the live price, or say why a person should look first."""
        live = versions.published(self._db, version.creator)
        against = [] if version.passed_gate else version.reasons
        if live is None or live.price_micros_per_minute is None or live.currency is None:
            against = [*against, "no version is live yet, so nobody has said what a minute costs"]
        else:
            against = [*against, *promotion_obstacles(version.metrics or {}, live.metrics)]
            if not against:
                self._releases.publish(version, live.price_micros_per_minute, live.currency, by=by)
                return Note.of("published", "published")
        return Note.of("not_published", "not published: {reasons}", reasons="; ".join(against))


def _with_version(version_id: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {**payload, "version_id": version_id}
