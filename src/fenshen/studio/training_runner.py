"""Trains in the background of a server or a worker: one training at a time on a machine, in a process of its own.

    schedules due → order · waiting → worker process (low priority) → done, or stopped as a person asks

A server that is killed takes its training with it, and the next one goes on from the checkpoint. Several
servers and workers on one home take turns. Knows nothing about HTTP or how a training is done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from fenshen.core.clock import Clock
from fenshen.core.errors import AppError
from fenshen.core.workers import Work, Workers
from fenshen.studio.scheduling import Scheduling
from fenshen.studio.trainings import Training, Trainings

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0
#: Schedules are looked at this often: their hours have minutes.
SCHEDULES_EVERY_S = 30.0
#: A training that was paused or cancelled has this long to save its checkpoint before it is ended.
GRACE_S = 20.0
#: One training: its creator and id, picklable.
Task = tuple[str, str]


class _Interrupted(Exception):
    """It was stopped, or the server is closing."""


class TrainingRunner:
    """The background thread that trains.

    Args:
        workers: where; one process.
        work: what a worker does with a task.
        locks: folder of the lock by which several runners take turns.
    """

    def __init__(
        self,
        trainings: Trainings,
        scheduling: Scheduling,
        clock: Clock,
        workers: Callable[[], Workers],
        work: Work[Task, None],
        locks: Path,
    ) -> None:
        self._trainings, self._scheduling, self._clock = trainings, scheduling, clock
        self._workers, self._work, self._locks = workers, work, locks
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._look, name="training", daemon=True)
        self._scheduled_s: float | None = None

    def start(self) -> None:
        """Begin to look for work."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what is running goes on from its checkpoint at the next start."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def run_until(self, stop: threading.Event) -> None:
        """Work in this thread until `stop` is set."""
        self.start()
        stop.wait()
        self.close()

    def look(self) -> bool:
        """See to schedules, then run the training that is next to its end; whether there was one."""
        lock = self._lock()
        try:
            lock.acquire()
        except Timeout:
            return False
        try:
            self._see_to_schedules()
            training = self._trainings.next()
            if training is None:
                return False
            self._run(training)
            return True
        finally:
            lock.release()

    def _lock(self) -> FileLock:
        self._locks.mkdir(parents=True, exist_ok=True)
        return FileLock(self._locks / "trainings.lock", timeout=0)

    def _look(self) -> None:
        while not self._closing.wait(LOOK_EVERY_S):
            try:
                while not self._closing.is_set() and self.look():
                    pass
            except Exception:
                _log.exception("looking for trainings failed")

    def _see_to_schedules(self) -> None:
        now_s = self._clock.monotonic()
        if self._scheduled_s is None or now_s - self._scheduled_s >= SCHEDULES_EVERY_S:
            self._scheduled_s = now_s
            self._scheduling.begin_due()

    def _run(self, training: Training) -> None:
        self._trainings.update(training.id, status="running", error=None)
        watch = _Watch(self._trainings, self._clock, training, self._closing)
        task: Task = (training.creator, training.id)
        try:
            for done in self._workers().run(self._work, [task], watch):
                if done.failure is not None:
                    self._gave_up(training)
        except _Interrupted:
            _log.info("training %s stopped", training.id)
        except AppError as error:
            told = {"code": error.code, "message": error.message}
            self._trainings.update_running(training.id, status="failed", error=told)
        self._scheduling.ended(self._trainings.get(training.creator, training.id))

    def _gave_up(self, training: Training) -> None:
        message = (
            "the process that trained ended without a word, twice, as it does when memory runs out; "
            "close other programs, choose a smaller base or recipe, then go on"
        )
        error = {"code": "training_died", "message": message}
        self._trainings.update_running(training.id, status="failed", error=error)


class _Watch:
    """Hears that a worker lives, about once a second, and ends it when it should have stopped long ago."""

    def __init__(
        self, trainings: Trainings, clock: Clock, training: Training, closing: threading.Event
    ) -> None:
        self._trainings, self._clock, self._training, self._closing = trainings, clock, training, closing
        self._since_s: float | None = None

    def __call__(self, _task: Task, _told: float) -> None:
        if self._closing.is_set():
            raise _Interrupted
        if self._trainings.get(self._training.creator, self._training.id).status == "running":
            self._since_s = None
            return
        now_s = self._clock.monotonic()
        self._since_s = now_s if self._since_s is None else self._since_s
        if now_s - self._since_s > GRACE_S:
            raise _Interrupted
