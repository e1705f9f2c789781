"""Work in other processes: nothing is lost when they are killed, and one bad task harms no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fenshen.core.errors import BadInput
from fenshen.core.workers import InThisProcess, Processes, Workers
from worker_tasks import KillsOnce, refuse, square


@pytest.mark.parametrize("workers", [InThisProcess(), Processes(2)], ids=["here", "processes"])
def test_every_task_has_its_result_and_what_it_told(workers: Workers) -> None:
    """Whatever does the work, the caller sees the same."""
    told: list[tuple[int, float]] = []
    results = workers.run(square, range(1, 6), lambda *seen: told.append(seen))
    assert {done.task: done.result for done in results} == {1: 1, 2: 4, 3: 9, 4: 16, 5: 25}
    assert sorted(told) == [(n, n / 2) for n in range(1, 6)]


def test_killed_workers_lose_nothing(tmp_path: Path) -> None:
    """A task whose worker dies runs again; one that kills twice or hangs is given up, the rest is done."""
    workers = Processes(2, stall_s=3.0)
    done = {one.task: one for one in workers.run(KillsOnce(tmp_path), range(10), lambda *_: None)}
    assert {task: one.failure for task, one in done.items() if one.failure} == {5: "died", 7: "stalled"}
    assert all(one.result for task, one in done.items() if task not in (5, 7))


@pytest.mark.parametrize("workers", [InThisProcess(), Processes(1)], ids=["here", "processes"])
def test_what_the_work_raises_reaches_the_caller(workers: Workers) -> None:
    """With its own type and code."""
    with pytest.raises(BadInput) as caught:
        list(workers.run(refuse, [1], lambda *_: None))
    assert caught.value.code == "no"


def test_tasks_are_taken_only_as_workers_become_idle() -> None:
    """A million files are not all in memory, and closing stops the work."""
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for number in range(1_000_000):
            taken.append(number)
            yield number

    results = Processes(2).run(square, tasks(), lambda *_: None)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(taken) <= 4
