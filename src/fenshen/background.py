"""What goes on beside the pages: trainings and their schedules, in a process of their own with low priority.

`serve` runs it in a thread, `worker` alone. The training process opens the installation anew from its settings, so
nothing of the server's memory, threads or connections is in it. Knows nothing about HTTP.
"""

from __future__ import annotations

import asyncio
import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fenshen.core.log import set_up_logging
from fenshen.core.settings import Settings
from fenshen.core.workers import Processes, Tell
from fenshen.studio.training_runner import Task, TrainingRunner
from fenshen.studio.training_work import TrainingWork
from fenshen.wiring import App

#: How much lower the priority of training is than that of serving: a third of its share of a busy machine. At 10 it
#: gets a tenth, and next to other work an update of seconds did not begin within four minutes.
NICENESS = 5
BEAT_S = 1.0
#: A training process that has not even its heartbeat is stuck.
STALL_S = 300.0


def training_runner(app: App) -> TrainingRunner:
    """Trains what waits in this installation."""
    return TrainingRunner(
        app.scheduling.trainings,
        app.scheduling,
        app.clock,
        lambda: Processes(1, STALL_S),
        functools.partial(train_in_process, app.settings),
        app.settings.folder("locks"),
    )


def train_in_process(settings: Settings, task: Task, tell: Tell) -> None:
    """The whole of a training process: one task, told to be alive every second."""
    set_up_logging(settings.log_level)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    creator, training_id = task
    app = App(settings)
    with _beating(tell):
        try:
            work = TrainingWork(app.db, app.clock, app.scheduling.trainings, app.training, app.releases)
            work.run(app.scheduling.trainings.get(creator, training_id))
        finally:
            asyncio.run(app.close())


@contextmanager
def _beating(tell: Tell) -> Iterator[None]:
    """Say once a second that this process lives; when nobody hears it, the server is gone, and so is this."""
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
