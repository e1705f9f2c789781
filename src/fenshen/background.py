"""What goes on beside the pages: imports, trainings and their schedules.

`serve` runs it in a thread, `worker` alone. A training has a process of its own with low priority, which opens the
installation anew from its settings, so nothing of the server's memory, threads or connections is in it. Knows nothing
about HTTP.
"""

from __future__ import annotations

import asyncio
import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fenshen.core.clock import Clock
from fenshen.core.errors import AppError
from fenshen.core.log import set_up_logging
from fenshen.core.progress import Stopped
from fenshen.core.queue import Runner
from fenshen.core.settings import Settings
from fenshen.core.work import Work, Works, perform
from fenshen.core.workers import Processes, Tell, Workers
from fenshen.studio import import_batches, trainings
from fenshen.studio.training_work import TrainingWork
from fenshen.wiring import App

#: How much lower the priority of training is than that of serving: a third of its share of a busy machine. At 10 it
#: gets a tenth, and next to other work an update of seconds did not begin within four minutes.
NICENESS = 5
BEAT_S = 1.0
#: A training process that has not even its heartbeat is stuck.
STALL_S = 300.0
#: A training that was paused or cancelled has this long to save its checkpoint before it is ended.
GRACE_S = 20.0


def runner(app: App) -> Runner:
    """Runs what waits in this installation, and begins what schedules ask for."""

    def run_import(work: Work, closing: Callable[[], bool]) -> None:
        function = functools.partial(app.imports.run, app.library)
        perform(app.works, app.clock, work, function, closing)

    def run_training(work: Work, closing: Callable[[], bool]) -> None:
        child = functools.partial(train_in_process, app.settings)
        run_in_process(app.works, app.clock, work, Processes(1, STALL_S), child, closing)
        app.scheduling.ended(app.scheduling.trainings.get(work.owner, work.id))

    kinds = {import_batches.KIND: run_import, trainings.KIND: run_training}
    return Runner(app.works, app.queue, kinds, app.scheduling.begin_due, app.settings.folder("locks"))


def run_in_process(
    works: Works,
    clock: Clock,
    work: Work,
    workers: Workers,
    child: Callable[[str, Tell], None],
    closing: Callable[[], bool],
) -> None:
    """Have `child` do the work in a worker process; how it ended is in its row.

    A worker that should have stopped is ended when its time is up.
    """
    stopped_s: float | None = None

    def watch(_work_id: str, _done: float) -> None:
        nonlocal stopped_s
        if closing():
            raise Stopped
        if works.find(work.id).status == "running":
            stopped_s = None
            return
        now_s = clock.monotonic()
        stopped_s = now_s if stopped_s is None else stopped_s
        if now_s - stopped_s > GRACE_S:
            raise Stopped

    try:
        for done in workers.run(child, [work.id], watch):
            if done.failure is not None:
                message = (
                    "the process that trained ended without a word, twice, as it does when memory runs out; "
                    "close other programs, choose a smaller base or recipe, then go on"
                )
                works.fail(work.id, "training_died", message)
    except Stopped:
        pass
    except AppError as error:
        works.fail(work.id, error.code, error.message)


def train_in_process(settings: Settings, work_id: str, tell: Tell) -> None:
    """The whole of a training process: one training, with a heartbeat every second."""
    set_up_logging(settings.log_level)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    app = App(settings)
    with _beating(tell):
        try:
            training = TrainingWork(app.db, app.works, app.training, app.releases)
            perform(app.works, app.clock, app.works.find(work_id), training.run)
        finally:
            asyncio.run(app.close())


@contextmanager
def _beating(tell: Tell) -> Iterator[None]:
    """Heartbeat to the parent every second; exit when the pipe is closed."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_S):
            try:
                tell(0.0)
            except OSError:
                os._exit(0)

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
