"""The work queue on both databases: order, one at a time, stopped by people, and nothing lost when a process ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from fenshen.core import queue as queues
from fenshen.core.clock import SystemClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Busy, Conflict, NotFound
from fenshen.core.ids import RandomIds
from fenshen.core.note import Note
from fenshen.core.queue import Runner, WorkQueue
from fenshen.core.work import Task, Work, Works, perform
from postgres import DATABASES, fresh_database

PATIENCE_S = 30.0
Function = Callable[[Task], Mapping[str, Any] | None]


class Place:
    """A database with a queue, and a runner that is started and closed as a process would."""

    def __init__(self, db: Database, url: str, folder: Path) -> None:
        self.clock, self.folder = SystemClock(), folder
        self.queue = WorkQueue(url)
        self.works = Works(db, self.clock, RandomIds(), self.queue)
        self.functions: dict[str, Function] = {}
        self.runner: Runner | None = None

    def begin(self, kind: str = "import", owner: str = "juniper", **more: Any) -> Work:
        return self.works.begin(kind, owner, "usr_1", {}, **more)

    def start(self) -> None:
        def run(work: Work, closing: Callable[[], bool]) -> None:
            perform(self.works, self.clock, work, self.functions[work.kind], closing)

        kinds = dict.fromkeys(self.functions, run)
        self.runner = Runner(self.works, self.queue, kinds, lambda: None, self.folder / "locks")
        self.runner.start()

    def stop(self) -> None:
        if self.runner is not None:
            self.runner.close()
            self.runner = None

    def until(self, work: Work, *statuses: str) -> Work:
        """The work once it has one of these statuses."""
        ends = time.monotonic() + PATIENCE_S
        while (found := self.works.find(work.id)).status not in statuses:
            assert time.monotonic() < ends, found
            time.sleep(0.02)
        return found


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """An empty database and a queue that is looked at often."""
    monkeypatch.setattr(queues, "LOOK_EVERY_S", 0.05)
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'fenshen.db'}")
        yield from _opened(db, f"sqlite:///{tmp_path / 'dbos.db'}", tmp_path)
    else:
        with fresh_database() as url:
            yield from _opened(Database(url), url, tmp_path)


def _opened(db: Database, url: str, folder: Path) -> Iterator[Place]:
    db.create_all()
    place = Place(db, url, folder)
    try:
        yield place
    finally:
        place.stop()
        place.queue.close()
        db.close()


def test_work_of_a_kind_is_done_one_at_a_time_in_order(place: Place) -> None:
    """Another kind goes on beside it; what comes of work is kept."""
    events = list[str]()

    def read(task: Task) -> Mapping[str, Any]:
        events.append("begin")
        time.sleep(0.05)
        events.append("end")
        return {"read": task.work.owner}

    place.functions = {"import": read, "training": lambda task: place.until(task.work, "cancelled") and None}
    endless = place.begin("training", stage="train")
    works = [place.begin(owner=owner) for owner in ("a", "b", "c")]
    place.start()
    done = [place.until(work, "done", "failed") for work in works]
    assert [(work.status, work.result) for work in done] == [("done", {"read": owner}) for owner in "abc"]
    assert events == ["begin", "end"] * 3
    assert [work.began for work in done] == sorted(work.began for work in done if work.began)
    assert place.until(endless, "running").is_open
    place.works.move(endless, "cancelled")


def test_a_person_pauses_resumes_and_cancels(place: Place) -> None:
    """Waiting work leaves the queue, running work stops at its next word of progress, and only a pause ends."""
    runs = list[str]()

    def work_on(task: Task) -> None:
        runs.append(task.work.id)
        task.progress(1.0, 4.0, Note.of("asking", "asking {n}", n=3))
        while len(runs) == 1:
            time.sleep(0.01)
            task.check()

    place.functions = {"import": work_on}
    first, second, third = (place.begin() for _ in range(3))
    place.works.move(second, "cancelled")
    place.works.move(third, "paused")
    place.start()
    running = place.until(first, "running")
    while not running.total:
        running = place.works.find(first.id)
    assert (running.share, running.note, running.note.code, running.note.values) == (
        0.25,
        "asking 3",
        "asking",
        {"n": 3},
    )
    place.works.move(first, "paused")
    place.works.move(place.works.find(third.id), "waiting")
    place.until(third, "done")
    assert place.works.find(first.id).status == "paused"
    place.works.move(place.works.find(first.id), "waiting")
    place.until(first, "done")
    assert runs == [first.id, third.id, first.id]
    for over in (first, second):
        with pytest.raises(Conflict, match=r"is (done|cancelled)"):
            place.works.move(place.works.find(over.id), "paused")


def test_what_goes_wrong_is_in_the_row_and_can_be_tried_again(place: Place) -> None:
    """A foreseen error with its code, an unforeseen one without its text."""
    errors = [BadInput("no such file", code="no_file"), KeyError("a secret"), None]

    def read(_task: Task) -> None:
        if (error := errors.pop(0)) is not None:
            raise error

    place.functions = {"import": read}
    work = place.begin()
    place.start()
    assert place.until(work, "failed").error == {"code": "no_file", "message": "no such file"}
    place.works.move(place.works.find(work.id), "waiting")
    failed = place.until(work, "failed")
    assert (failed.error or {})["code"] == "internal" and "secret" not in str(failed.error)
    place.works.move(failed, "waiting")
    assert place.until(work, "done").error is None


@pytest.mark.parametrize("lost", [False, True], ids=["closed", "and DBOS's database was lost"])
def test_work_of_a_closed_process_goes_on_first(place: Place, lost: bool) -> None:
    """It stays `running`; the next process takes it up before what waits."""
    done = list[str]()

    def read(task: Task) -> None:
        while not done and task.work.attempt == 1 and place.runner is first_runner:
            time.sleep(0.01)
            task.check()
        done.append(task.work.id)

    place.functions = {"import": read}
    left = place.begin()
    place.start()
    first_runner = place.runner
    place.until(left, "running")
    waiting = place.begin()
    place.stop()
    assert [place.works.find(work.id).status for work in (left, waiting)] == ["running", "waiting"]
    if lost:
        if place.queue.url.startswith("postgresql"):
            pytest.skip("it is the database of everything else")
        place.queue.close()
        (place.folder / "dbos.db").unlink()
    place.start()
    place.until(waiting, "done")
    assert done == [left.id, waiting.id]


def test_two_processes_of_one_home_take_turns(place: Place) -> None:
    """While another holds the lock nothing runs here; once it is gone the work is done."""
    place.functions = {"import": lambda task: None}
    work = place.begin()
    (place.folder / "locks").mkdir()
    with FileLock(place.folder / "locks" / "work.lock"):
        place.start()
        time.sleep(0.5)
        assert place.works.find(work.id).status == "waiting"
    place.until(work, "done")


def test_work_with_stages_is_one_at_a_time_for_its_owner(place: Place) -> None:
    """A paused one counts; another creator's does not, and nobody sees it."""
    training = place.begin("training", stage="train")
    place.works.move(training, "paused")
    with pytest.raises(Busy) as refused:
        place.begin("training", stage="train")
    assert (refused.value.code, refused.value.details) == ("training_running", {"training": training.id})
    other = place.begin("training", "rowan", stage="train")
    with pytest.raises(NotFound):
        place.works.get("training", "juniper", other.id)
    place.works.move(place.works.find(training.id), "cancelled")
    assert place.begin("training", stage="train").is_open
