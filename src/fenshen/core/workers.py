"""One function over many tasks: in this process, or in several that may die without loss.

    tasks → idle worker → result …          (results come as they are ready)
              │ killed, silent for too long → a new worker; the task once more, then given up

A worker keeps what its function loads. It ends when its parent does, however that died. Own code because
the pools of the standard library break as a whole when one of their processes is killed, and cannot stop
one task. Knows nothing about what is done.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, Literal, Protocol, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")

#: Told how far a task is, in any unit; telling it also shows that the task is alive.
Tell = Callable[[float], None]
#: What is done with every task; must be picklable for other processes.
Work = Callable[[T, Tell], R]
Failure = Literal["died", "stalled"]

#: A task may kill this many workers before it is given up.
DEATHS_MAX = 2


@dataclass(frozen=True)
class Done(Generic[T, R]):
    """A finished task: its result, or why there is none (`died`: it killed its workers; `stalled`: it
    told nothing for too long)."""

    task: T
    result: R | None
    failure: Failure | None = None


class Workers(Protocol):
    """Somewhere work is done."""

    @property
    def count(self) -> int:
        """How many tasks are done side by side."""
        ...

    def run(
        self, work: Work[T, R], tasks: Iterable[T], told: Callable[[T, float], None]
    ) -> Iterator[Done[T, R]]:
        """Results as they are ready; tasks are taken only as workers become idle.

        Closing the iterator stops the workers. What `work` raises is raised here.

        Args:
            told: called with a task and what it told of itself.
        """
        ...


class InThisProcess:
    """No other process: for short work, and for engines that cannot travel."""

    count = 1

    def run(
        self, work: Work[T, R], tasks: Iterable[T], told: Callable[[T, float], None]
    ) -> Iterator[Done[T, R]]:
        """Results in the order of the tasks."""
        for task in tasks:
            yield Done(task, work(task, lambda done, task=task: told(task, done)))  # type: ignore[misc]


@dataclass
class _Worker(Generic[T]):
    """One process, what it is doing and since when it has said nothing."""

    process: BaseProcess
    pipe: Connection
    task: T | None = None
    heard_s: float = 0.0


@dataclass
class _Queue(Generic[T]):
    """Tasks to hand out: those that lost their worker first."""

    tasks: Iterator[T]
    again: deque[T] = field(default_factory=deque)

    def next(self) -> T | None:
        return self.again.popleft() if self.again else next(self.tasks, None)


class Processes:
    """Worker processes on this machine.

    Args:
        count: how many.
        stall_s: a task that tells nothing for so long is taken for stuck and its worker killed.
        monotonic: seconds, for tests.
    """

    def __init__(
        self, count: int, stall_s: float = 600.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.count = count
        self._stall_s, self._monotonic = stall_s, monotonic
        self._context = multiprocessing.get_context("spawn")

    def run(
        self, work: Work[T, R], tasks: Iterable[T], told: Callable[[T, float], None]
    ) -> Iterator[Done[T, R]]:
        """Results as they are ready."""
        queue = _Queue(iter(tasks))
        deaths: dict[int, int] = {}
        workers: list[_Worker[T]] = []
        try:
            while True:
                workers += self._hired(work, queue, self.count - len(workers))
                if not workers:
                    return
                for worker in self._ready(workers):
                    message = _receive(worker)
                    if message is None:
                        workers.remove(worker)
                        yield from self._bury(worker, queue, deaths, "died")
                    elif message[0] == "told":
                        worker.heard_s = self._monotonic()
                        told(cast(T, worker.task), cast(float, message[1]))
                    else:
                        done = Done(cast(T, worker.task), cast(R, message[1]))
                        if not self._assign(worker, queue):
                            workers.remove(worker)
                        yield done
                for worker in [w for w in workers if self._monotonic() - w.heard_s > self._stall_s]:
                    workers.remove(worker)
                    yield from self._bury(worker, queue, deaths, "stalled")
        finally:
            for worker in workers:
                _kill(worker)

    def _hired(self, work: Work[T, R], queue: _Queue[T], wanted: int) -> Iterator[_Worker[T]]:
        """New workers with a task each, as long as there are tasks."""
        for _ in range(wanted):
            if (task := queue.next()) is None:
                return
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=_serve, args=(theirs, work), daemon=True)
            process.start()
            theirs.close()
            worker: _Worker[T] = _Worker(process, ours)
            self._give(worker, task)
            yield worker

    def _assign(self, worker: _Worker[T], queue: _Queue[T]) -> bool:
        """Give an idle worker its next task; without one it is sent home."""
        task = queue.next()
        if task is None:
            worker.pipe.close()
            worker.process.join()
            return False
        self._give(worker, task)
        return True

    def _give(self, worker: _Worker[T], task: T) -> None:
        worker.task, worker.heard_s = task, self._monotonic()
        with contextlib.suppress(OSError):  # a worker that just died is buried when it is listened to
            worker.pipe.send(task)

    def _ready(self, workers: list[_Worker[T]]) -> list[_Worker[T]]:
        pipes = set(wait([worker.pipe for worker in workers], timeout=1.0))
        return [worker for worker in workers if worker.pipe in pipes]

    def _bury(
        self, worker: _Worker[T], queue: _Queue[T], deaths: dict[int, int], failure: Failure
    ) -> Iterator[Done[T, R]]:
        """A dead worker's task is begun again, unless it is what kills them."""
        _kill(worker)
        task = cast(T, worker.task)
        deaths[id(task)] = deaths.get(id(task), 0) + 1
        if failure == "stalled" or deaths[id(task)] >= DEATHS_MAX:
            yield Done(task, None, failure)
        else:
            queue.again.append(task)


def _receive(worker: _Worker[T]) -> tuple[str, object] | None:
    """What a worker says, `None` when it is dead; an error of its function is raised here."""
    try:
        kind, value = worker.pipe.recv()
    except (EOFError, OSError):
        return None
    if kind == "raised":
        error, trace = value
        error.add_note(trace)
        raise error
    return kind, value


def _kill(worker: _Worker[T]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def _serve(pipe: Connection, work: Work[T, R]) -> None:
    """The life of a worker: tasks in, results out, until the pipe closes."""
    try:
        while True:
            task = pipe.recv()
            try:
                pipe.send(("done", work(task, lambda done: pipe.send(("told", done)))))
            except OSError:
                raise
            except Exception as error:
                pipe.send(("raised", (error, traceback.format_exc())))
    except (EOFError, OSError, KeyboardInterrupt):
        os._exit(0)
