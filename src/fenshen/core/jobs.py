"""Long work that survives `kill -9`: named steps run as a durable DBOS workflow, with visible progress.

A `Job` is a list of named steps; each takes the state so far and returns more of it. Finished steps
are never repeated; the step that was cut off runs again, so a step must be able to resume its own
work. One process at a time works on a key. Knows nothing about what a step does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, clear_errors, metadata
from fenshen.core.errors import AppError, Busy
from fenshen.core.ids import digest_text
from fenshen.core.progress import Progress, silent

State = dict[str, Any]
Step = Callable[[State, Progress], State]

#: Progress is written at most this often.
PROGRESS_EVERY_S = 1.0

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("done", sa.Float, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("error", JsonText),
    sa.Column("started", UtcTime, nullable=False),
    sa.Column("updated", UtcTime, nullable=False),
)


@dataclass(frozen=True)
class Job:
    """What to run: `steps` in order, under a name people recognise."""

    name: str
    steps: tuple[tuple[str, Step], ...]


class Jobs:
    """Runs jobs durably.

    Args:
        db: Where progress is shown.
        clock: Source of time.
        home: Folder for the workflow database (on SQLite) and the locks.
        workflow_database_url: Where DBOS keeps finished steps.
    """

    def __init__(self, db: Database, clock: Clock, home: Path, workflow_database_url: str) -> None:
        self._db = db
        self._clock = clock
        self._locks = home / "locks"
        self._url = workflow_database_url
        self._running: dict[str, tuple[Job, Progress]] = {}
        self._run_workflow: Callable[..., State] | None = None

    def run(self, job: Job, key: str, arguments: Mapping[str, Any], progress: Progress = silent) -> State:
        """Run `job` to its end in this process, or go on where an earlier process was cut off.

        Args:
            key: Names this piece of work; a finished or failed run under the same key starts anew.
            arguments: JSON-serialisable first state.

        Raises:
            Busy: another process is working on `key` right now.
            AppError: what a step raised.
        """
        with self._only_one(key):
            workflow_id, resume = self._begin(job, key)
            if resume and self._has_failed(workflow_id):
                self._finish(key, "failed", None)
                workflow_id, resume = self._begin(job, key)
            self._running[workflow_id] = (job, self._shown(key, progress))
            try:
                with clear_errors():
                    state = self._execute(workflow_id, resume, dict(arguments))
            except BaseException as error:
                self._finish(key, "failed", error)
                raise
            finally:
                del self._running[workflow_id]
            self._finish(key, "done", None)
            return state

    def shown(self, prefix: str = "") -> list[dict[str, Any]]:
        """Jobs whose key starts with `prefix`, newest first."""
        query = sa.select(jobs).where(jobs.c.key.startswith(prefix, autoescape=True))
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(jobs.c.updated.desc())).mappings()
            return [dict(row) for row in rows]

    def close(self) -> None:
        """Stop DBOS if it was started."""
        if self._run_workflow is not None:
            from dbos import DBOS

            DBOS.destroy()
            self._run_workflow = None

    @contextlib.contextmanager
    def _only_one(self, key: str) -> Iterator[None]:
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._locks / f"{digest_text(key)[:32]}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise Busy(f"{key!r} is already being worked on by another process; wait for it") from None
        try:
            yield
        finally:
            lock.release()

    def _begin(self, job: Job, key: str) -> tuple[str, bool]:
        """The workflow id to use, and whether it was cut off half-way before."""
        now = self._clock.now()
        with self._db.write() as connection:
            row = connection.execute(sa.select(jobs).where(jobs.c.key == key)).first()
            resume = row is not None and row.status == "running"
            attempt = 1 if row is None else int(row.attempt) + (not resume)
            values = {
                "name": job.name,
                "status": "running",
                "attempt": attempt,
                "error": None,
                "started": now,
                "updated": now,
            }
            if row is None:
                connection.execute(jobs.insert().values(key=key, done=0.0, total=0.0, note="", **values))
            else:
                connection.execute(jobs.update().where(jobs.c.key == key).values(**values))
        return f"{key}#{attempt}", resume

    def _has_failed(self, workflow_id: str) -> bool:
        """Whether the workflow ended with an error that could not be noted here, as on a full disk."""
        from dbos import DBOS

        self._launch()
        status = DBOS.get_workflow_status(workflow_id)
        return status is not None and status.status == "ERROR"

    def _execute(self, workflow_id: str, resume: bool, arguments: State) -> State:
        from dbos import DBOS, SetWorkflowID

        workflow = self._launch()
        status = DBOS.get_workflow_status(workflow_id) if resume else None
        if status is not None:
            result: State = DBOS.resume_workflow(workflow_id).get_result()
            return result
        with SetWorkflowID(workflow_id):
            started: State = DBOS.start_workflow(workflow, arguments).get_result()
            return started

    def _launch(self) -> Callable[..., State]:
        if self._run_workflow is not None:
            return self._run_workflow
        from dbos import DBOS

        def run_steps(arguments: State) -> State:
            job, progress = self._running[str(DBOS.workflow_id)]
            state = arguments
            for name, step in job.steps:
                state = DBOS.run_step({"name": name}, lambda s, step=step: {**s, **step(s, progress)}, state)
            return state

        # What a step raises reaches our caller; DBOS would also print it with its traceback.
        if not (log := logging.getLogger("dbos")).handlers:
            log.addHandler(logging.NullHandler())
        DBOS(
            config={
                "name": "fenshen",
                "system_database_url": self._url,
                "executor_id": f"{os.getpid()}-{time.time_ns()}",
                "application_version": "1",
                "log_level": "CRITICAL",
            }
        )
        self._run_workflow = DBOS.workflow(name="run_steps")(run_steps)
        DBOS.launch()
        return self._run_workflow

    def _shown(self, key: str, progress: Progress) -> Progress:
        last = 0.0

        def report(done: float, total: float, note: str = "") -> None:
            nonlocal last
            progress(done, total, note)
            now = time.monotonic()
            if now - last < PROGRESS_EVERY_S and done < total:
                return
            last = now
            with self._db.write() as connection:
                connection.execute(
                    jobs.update()
                    .where(jobs.c.key == key)
                    .values(done=done, total=total, note=note, updated=self._clock.now())
                )

        return report

    def _finish(self, key: str, status: str, error: BaseException | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            return
        described = None
        if error is not None:
            code = error.code if isinstance(error, AppError) else type(error).__name__
            described = {"code": code, "message": str(error)}
        with self._db.write() as connection:
            connection.execute(
                jobs.update()
                .where(jobs.c.key == key)
                .values(status=status, error=described, updated=self._clock.now())
            )
