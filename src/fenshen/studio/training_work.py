"""Carries out one stored training, stage by stage, in whatever process it is called.

    train → evaluate → publish (only if nothing speaks against it)          compare

How far it is goes into its row; pausing or cancelling that row stops it at the next step, with its checkpoint.
Whatever happens ends in the row too. Knows nothing about processes or schedules.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import AppError
from fenshen.core.note import Note
from fenshen.core.progress import Stopped
from fenshen.studio.releases import Releases
from fenshen.studio.retraining import Retraining
from fenshen.studio.trainings import Stage, Training, Trainings, note_columns
from fenshen.training import versions
from fenshen.training.gate import promotion_obstacles
from fenshen.training.versions import Version

_log = logging.getLogger(__name__)
#: How often how far it is is written down, and a person's word is looked for.
TELL_EVERY_S = 1.0


class TrainingWork:
    """Does what a training says."""

    def __init__(
        self, db: Database, clock: Clock, trainings: Trainings, retraining: Retraining, releases: Releases
    ) -> None:
        self._db, self._clock = db, clock
        self._trainings, self._retraining, self._releases = trainings, retraining, releases

    def run(self, training: Training) -> None:
        """Go on where it stands; how it ended is in its row."""
        try:
            for stage in training.stages[training.stages.index(training.stage) :]:
                fresh = {"began": self._clock.now(), "done": 0.0, "total": 0.0}
                began = {"stage": stage, **fresh, **note_columns("")}
                if not self._trainings.update_running(training.id, **began):
                    return
                training = replace(training, stage=stage)
                training = self._do(stage, training)
        except Stopped:
            return
        except AppError as error:
            self._fail(training, error.code, error.message)
        except Exception:
            _log.exception("a training failed", extra={"training": training.id})
            self._fail(training, "internal", "training failed on our side; the server's log says why")
        else:
            self._trainings.update_running(training.id, status="done", done=1.0, total=1.0)

    def _do(self, stage: Stage, training: Training) -> Training:
        tell = _Teller(self._trainings, self._clock, training.id)
        if stage == "train":
            found = self._retraining.train(training.order, tell)
            self._trainings.update_running(training.id, version_id=found.id)
            return replace(training, version_id=found.id)
        version = versions.version(self._db, training.version_id or "")
        if stage == "evaluate":
            self._retraining.evaluate(version, tell)
        elif stage == "compare":
            self._retraining.compare(version, versions.version(self._db, training.against_id or ""), tell)
        else:
            self._trainings.update_running(training.id, **note_columns(self._publish(version, training.by)))
        return training

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

    def _fail(self, training: Training, code: str, message: str) -> None:
        self._trainings.update_running(training.id, status="failed", error={"code": code, "message": message})


class _Teller:
    """A `Progress` that writes into the row of a training, and stops when that no longer runs."""

    def __init__(self, trainings: Trainings, clock: Clock, training_id: str) -> None:
        self._trainings, self._clock, self._id = trainings, clock, training_id
        self._told_s: float | None = None

    def __call__(self, done: float, total: float, note: str = "") -> None:
        now_s = self._clock.monotonic()
        if self._told_s is not None and now_s - self._told_s < TELL_EVERY_S and done < total:
            return
        self._told_s = now_s
        if not self._trainings.update_running(self._id, done=done, total=total, **note_columns(note)):
            raise Stopped
