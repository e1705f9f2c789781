"""The queue of waiting work, on DBOS: one workflow an attempt, one queue a kind, one process that runs them.

    Works.begin → WorkQueue.enqueue → (DBOS) → Runner → claim the row → the function of its kind

The row of `core.work` says what people want; DBOS keeps the order, hands work out and remembers what was running
when a process was killed. Whoever holds the lock in the home runs the work of this home, so several servers and
workers take turns: when one dies, the system lets go of its lock, and the next one's DBOS recovers what was running.
Knows nothing about the kinds of work.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from filelock import FileLock, Timeout

from fenshen.core.ids import RandomIds
from fenshen.core.work import Work, Works

if TYPE_CHECKING:
    from dbos import DBOSClient

_log = logging.getLogger(__name__)
NAME, VERSION, WORKFLOW = "fenshen", "1", "work"
#: DBOS's own priorities: the lower comes first.
FIRST, NORMAL = 1, 2
LOOK_EVERY_S = 1.0
#: How often the runner's other duty is done, such as looking at schedules.
TICK_EVERY_S = 30.0
#: DBOS is one per process.
_dbos_turn = threading.Lock()

#: Runs claimed work of one kind; it may ask whether the process is closing, and must then end soon.
Run = Callable[[Work, Callable[[], bool]], None]


class WorkQueue:
    """Puts work on the queues and takes it off, from any process.

    Args:
        url: DBOS's own database.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._client: DBOSClient | None = None
        self._making = threading.Lock()

    def enqueue(self, work: Work) -> None:
        """Put this attempt on the queue of its kind; work that ran before comes first."""
        with _later():
            self._connected().enqueue(
                {
                    "workflow_name": WORKFLOW,
                    "queue_name": work.kind,
                    "workflow_id": workflow_id(work),
                    "priority": FIRST if work.status == "running" else NORMAL,
                },
                work.id,
                work.attempt,
            )

    def cancel(self, work: Work) -> None:
        """Take this attempt off its queue; a function that runs notices it by its row."""
        with _later():
            self._connected().cancel_workflow(workflow_id(work))

    def has(self, work: Work) -> bool:
        """Whether this attempt waits or runs, as DBOS sees it."""
        found = self._connected().list_workflows(
            workflow_ids=[workflow_id(work)], load_input=False, load_output=False
        )
        return any(one.status in ("ENQUEUED", "PENDING") for one in found)

    def register(self, kinds: Iterable[str]) -> None:
        """Make a queue for each kind, of which one piece is done at a time."""
        for kind in kinds:
            self._connected().register_queue(kind, worker_concurrency=1, polling_interval_sec=LOOK_EVERY_S)

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _connected(self) -> DBOSClient:
        with self._making:
            if self._client is None:
                from dbos import DBOS, DBOSClient

                _silence_dbos()
                DBOS.migrate(self.url)
                self._client = DBOSClient(
                    system_database_url=self.url, application_name=NAME, retry_connection_errors=False
                )
            return self._client


class Runner:
    """Runs the work of a home, as long as no other process does.

    Args:
        kinds: what is done with work of each kind, one at a time.
        tick: something to do every half minute.
        locks: folder of the lock by which processes take turns.
    """

    def __init__(
        self,
        works: Works,
        queue: WorkQueue,
        kinds: Mapping[str, Run],
        tick: Callable[[], Any],
        locks: Path,
    ) -> None:
        self._works, self._queue, self._kinds = works, queue, kinds
        self._tick, self._locks = tick, locks
        self._closing = threading.Event()
        self._running = 0
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._take_turns, name="work", daemon=True)

    def start(self) -> None:
        """Run work in the background."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what is running goes on at the next start, or in another process."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def run_until(self, stop: threading.Event) -> None:
        """Run work until `stop` is set."""
        self.start()
        stop.wait()
        self.close()

    def run(self, work_id: str, attempt: int) -> None:
        """Run one attempt of work to its end, unless it was stopped meanwhile or this process is closing."""
        with self._changed:
            self._running += 1
        try:
            if not self._closing.is_set() and (work := self._works.claim(work_id, attempt)) is not None:
                self._kinds[work.kind](work, self._closing.is_set)
        except Exception:
            _log.exception("work failed", extra={"work": work_id})
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _take_turns(self) -> None:
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._locks / "work.lock", timeout=0)
        while not self._closing.is_set():
            if _dbos_turn.acquire(timeout=LOOK_EVERY_S):
                try:
                    with lock:
                        self._serve()
                except Timeout:
                    pass
                except Exception:
                    _log.exception("looking for work failed")
                    self._closing.wait(TICK_EVERY_S)
                finally:
                    _dbos_turn.release()
            self._closing.wait(LOOK_EVERY_S)

    def _serve(self) -> None:
        """Run work until this process closes."""
        from dbos import DBOS

        _silence_dbos()

        def run(work_id: str, attempt: int) -> None:
            self.run(work_id, attempt)

        try:
            DBOS(
                config={
                    "name": NAME,
                    "system_database_url": self._queue.url,
                    "executor_id": self._executor_id(),
                    "application_version": VERSION,
                    "log_level": "CRITICAL",
                    "notification_listener_polling_interval_sec": 0.1,
                }
            )
            DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(run)
            self._queue.register(self._kinds)
            self._look_around()
            DBOS.launch()
            while not self._closing.wait(TICK_EVERY_S):
                self._look_around()
        finally:
            with self._changed:
                self._changed.wait_for(lambda: self._running == 0)
            DBOS.destroy(destroy_registry=True)

    def _look_around(self) -> None:
        """Enqueue again what has lost its place, by a kill at the wrong moment or with DBOS's database; then tick."""
        try:
            for work in self._works.unfinished("running", "waiting"):
                if not self._queue.has(work):
                    self._works.requeue(work)
            self._tick()
        except Exception:
            _log.exception("looking for work failed")

    def _executor_id(self) -> str:
        """The same for every process of this home: DBOS recovers at its launch what an earlier one was running."""
        file = self._locks / "executor"
        if not (known := file.read_text("utf-8") if file.is_file() else ""):
            known = RandomIds().new("home")
            file.write_text(known, "utf-8")
        return known


def workflow_id(work: Work) -> str:
    """How DBOS knows an attempt."""
    return f"{work.id}.{work.attempt}"


@contextmanager
def _later() -> Iterator[None]:
    """A queue that cannot be reached holds nobody up: the row counts, and the runner looks at rows again and again."""
    try:
        yield
    except sa.exc.DBAPIError:
        _log.exception("the queue could not be reached")


def _silence_dbos() -> None:
    """What goes wrong in work is in its row and in our log; DBOS would print it with its traceback too."""
    if not (log := logging.getLogger("dbos")).handlers:
        log.addHandler(logging.NullHandler())
