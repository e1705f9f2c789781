"""Work that goes on beside the pages, as it is stored: its kind, for whom, how far it is, how it ended.

    collecting → waiting → running ⇄ paused → done · failed · cancelled

A row is what people see and decide about. `core.queue` decides when and where waiting work runs, and `perform` runs
it. Knows nothing about the kinds of work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import AppError, Busy, Conflict, NotFound
from fenshen.core.ids import Ids
from fenshen.core.note import Note
from fenshen.core.progress import Stopped

_log = logging.getLogger(__name__)
WorkStatus = Literal["collecting", "waiting", "running", "paused", "done", "failed", "cancelled"]
OPEN: tuple[WorkStatus, ...] = ("waiting", "running", "paused")
#: The statuses from which a person may move work to another.
_MOVES: dict[WorkStatus, tuple[WorkStatus, ...]] = {
    "waiting": ("collecting", "paused", "failed"),
    "paused": ("waiting", "running"),
    "cancelled": ("collecting", "waiting", "running", "paused", "failed"),
}
#: How often progress is written, and a pause or cancellation is looked for.
PROGRESS_EVERY_S = 1.0
NOTE_CHARS_MAX = 500


class NoteJson(sa.types.TypeDecorator[Note]):
    """A note with the code and the values by which pages translate it."""

    impl = JsonText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> Any:
        note = value if isinstance(value, Note) else Note(value or "")
        return {"text": note[:NOTE_CHARS_MAX], "code": note.code, "values": dict(note.values)}

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Note:
        return Note(value["text"]).known_as(value["code"], **value["values"])


work_table = sa.Table(
    "work",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("stage", sa.String(12), nullable=False),
    sa.Column("done", sa.Float, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("note", NoteJson, nullable=False),
    sa.Column("payload", JsonText, nullable=False),
    sa.Column("result", JsonText),
    sa.Column("error", JsonText),
    sa.Column("began", UtcTime),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("updated", UtcTime, nullable=False),
    sa.Index("ix_work_kind_owner", "kind", "owner"),
)


@dataclass(frozen=True)
class Work:
    """One piece of work.

    Attributes:
        owner: slug of the creator it is for.
        by: id of the user who asked for it.
        attempt: counts the times it was put on the queue.
        stage: what it does now, for kinds that have stages.
        done, total: of the stage, in any unit.
        payload: what is to be done, JSON.
        result: what came of it, once it is done.
        error: `code` and `message`, when it failed.
        began: when the stage last began to run.
    """

    id: str
    kind: str
    owner: str
    by: str
    status: WorkStatus
    attempt: int
    stage: str
    done: float
    total: float
    note: Note
    payload: dict[str, Any]
    result: dict[str, Any] | None
    error: dict[str, str] | None
    began: datetime | None
    created: datetime
    updated: datetime

    @property
    def is_open(self) -> bool:
        """Whether it has begun or waits, and is not over."""
        return self.status in OPEN

    @property
    def share(self) -> float:
        """How much of the stage is done, 0…1."""
        return 1.0 if self.status == "done" else min(1.0, self.done / self.total) if self.total else 0.0


class Dispatcher(Protocol):
    """Gets waiting work executed."""

    def enqueue(self, work: Work) -> None:
        """Put this attempt on the queue of its kind; a second time changes nothing."""
        ...

    def cancel(self, work: Work) -> None:
        """Take this attempt off its queue."""
        ...


class Works:
    """The work of every creator."""

    def __init__(self, db: Database, clock: Clock, ids: Ids, dispatcher: Dispatcher) -> None:
        self._db, self._clock, self._ids, self._dispatcher = db, clock, ids, dispatcher

    def begin(
        self,
        kind: str,
        owner: str,
        by: str,
        payload: Mapping[str, Any],
        *,
        stage: str = "",
        status: WorkStatus = "waiting",
    ) -> Work:
        """New work, which waits its turn unless it is still `collecting`.

        Work with stages is done one at a time: a second is refused while one of this owner is open.

        Raises:
            Busy: `<kind>_running`.
        """
        now = self._clock.now()
        row = {
            "id": self._ids.new("work"),
            "kind": kind,
            "owner": owner,
            "by": by,
            "status": status,
            "attempt": 1,
            "stage": stage,
            "done": 0.0,
            "total": 0.0,
            "note": "",
            "payload": dict(payload),
            "created": now,
            "updated": now,
        }
        with self._db.write() as connection:
            if stage:
                self._check_none_open(connection, kind, owner)
            connection.execute(work_table.insert().values(**row))
        return self._enqueued(self.find(str(row["id"])))

    def find(self, work_id: str) -> Work:
        """The work with this id, of any kind and owner.

        Raises:
            NotFound: there is none.
        """
        with self._db.read() as connection:
            row = (
                connection.execute(sa.select(work_table).where(work_table.c.id == work_id)).mappings().first()
            )
        if row is None:
            raise NotFound(f"no work {work_id!r}")
        return Work(**row)

    def get(self, kind: str, owner: str, work_id: str) -> Work:
        """Work of a creator.

        Raises:
            NotFound: there is none, or it is another creator's.
        """
        found = self.find(work_id)
        if (found.kind, found.owner) != (kind, owner):
            raise NotFound(f"no {kind} {work_id!r}")
        return found

    def recent(self, kind: str, owner: str, limit: int) -> list[Work]:
        """The newest first."""
        query = sa.select(work_table).where(work_table.c.kind == kind, work_table.c.owner == owner)
        query = query.order_by(work_table.c.created.desc(), work_table.c.id.desc()).limit(limit)
        with self._db.read() as connection:
            return [Work(**row) for row in connection.execute(query).mappings()]

    def unfinished(self, *statuses: WorkStatus) -> list[Work]:
        """Everything that has one of these statuses, in the order in which it was asked for."""
        query = sa.select(work_table).where(work_table.c.status.in_(statuses))
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(work_table.c.updated, work_table.c.id)).mappings()
            return [Work(**row) for row in rows]

    def move(self, work: Work, status: WorkStatus) -> Work:
        """Start or resume (`waiting`), pause or cancel, as a person asks; the work afterwards.

        Raises:
            Conflict: `cannot_move`, it is over or not begun.
            Busy: as `begin`, where another has begun since.
        """
        if work.status == status or (work.status, status) == ("running", "waiting"):
            return work
        columns = {"attempt": work_table.c.attempt + 1} if status == "waiting" else {}
        allowed = work_table.c.status.in_(_MOVES[status])
        with self._db.write() as connection:
            if status == "waiting" and work.stage and not work.is_open:
                self._check_none_open(connection, work.kind, work.owner)
            if not self._set(connection, work.id, allowed, status=status, **columns):
                raise Conflict(f"{work.kind} {work.id!r} is {work.status}", code="cannot_move")
        if status != "waiting":
            self._dispatcher.cancel(work)
        return self._enqueued(self.find(work.id))

    def requeue(self, work: Work) -> None:
        """Put work that lost its place on the queue there again, unless it has moved on meanwhile."""
        lost = (work_table.c.attempt == work.attempt) & (work_table.c.status == work.status)
        with self._db.write() as connection:
            has_lost = self._set(connection, work.id, lost, attempt=work.attempt + 1)
        if has_lost:
            self._dispatcher.enqueue(self.find(work.id))

    def claim(self, work_id: str, attempt: int) -> Work | None:
        """The work, running from now on; `None` if a person has stopped this attempt since it was enqueued."""
        mine = (work_table.c.attempt == attempt) & work_table.c.status.in_(("waiting", "running"))
        with self._db.write() as connection:
            if not self._set(
                connection, work_id, mine, status="running", began=self._clock.now(), error=None
            ):
                return None
        return self.find(work_id)

    def update_running(self, work_id: str, **columns: Any) -> bool:
        """Set columns of work that runs; whether it does."""
        with self._db.write() as connection:
            return self._set(connection, work_id, work_table.c.status == "running", **columns)

    def fail(self, work_id: str, code: str, message: str) -> None:
        """Work that runs has failed."""
        self.update_running(work_id, status="failed", error={"code": code, "message": message})

    def set_payload(
        self,
        work_id: str,
        change: Callable[[dict[str, Any]], dict[str, Any]],
        *,
        only: WorkStatus | None = None,
    ) -> None:
        """Change what is to be done.

        Args:
            only: the status in which that may still be done.

        Raises:
            Conflict: `not_<only>`, it has another status.
        """
        with self._db.write() as connection:
            query = sa.select(work_table.c.payload, work_table.c.status).where(work_table.c.id == work_id)
            row = connection.execute(query.with_for_update()).one()
            if only is not None and row.status != only:
                raise Conflict(f"{work_id!r} is {row.status}; begin another", code=f"not_{only}")
            self._set(connection, work_id, sa.true(), payload=change(row.payload))

    def _enqueued(self, work: Work) -> Work:
        if work.status == "waiting":
            self._dispatcher.enqueue(work)
        return work

    def _check_none_open(self, connection: sa.Connection, kind: str, owner: str) -> None:
        open_work = sa.select(work_table.c.id, work_table.c.status).where(
            work_table.c.kind == kind, work_table.c.owner == owner, work_table.c.status.in_(OPEN)
        )
        if (other := connection.execute(open_work).first()) is not None:
            raise Busy(
                f"{owner!r} has a {kind} that is {other.status}; wait for it, or cancel it first",
                code=f"{kind}_running",
                **{kind: other.id},
            )

    def _set(
        self, connection: sa.Connection, work_id: str, where: sa.ColumnElement[bool], **columns: Any
    ) -> bool:
        changed = work_table.update().where(work_table.c.id == work_id, where)
        return connection.execute(changed.values(**columns, updated=self._clock.now())).rowcount == 1


class Task:
    """Work while it runs: its progress is stored, and `Stopped` is raised once a person has stopped it.

    Args:
        closing: whether this process is about to end.
    """

    def __init__(self, works: Works, clock: Clock, work: Work, closing: Callable[[], bool]) -> None:
        self.work = work
        self._works, self._clock, self._closing = works, clock, closing
        self._written_s: float | None = None

    def begin_stage(self, stage: str) -> None:
        """Begin a stage."""
        fresh = {"began": self._clock.now(), "done": 0.0, "total": 0.0, "note": ""}
        self._update(stage=stage, **fresh)
        self._written_s = None

    def progress(self, done: float, total: float, note: str = "") -> None:
        """A `Progress` that is stored about once a second."""
        if self.is_due() or done >= total:
            self.store_progress(done, total, note)

    def store_progress(self, done: float, total: float, note: str = "") -> None:
        """Store progress at once."""
        self._update(done=done, total=total, note=note)

    def is_due(self) -> bool:
        """Whether a second has passed since this was last true."""
        now_s = self._clock.monotonic()
        if self._written_s is not None and now_s - self._written_s < PROGRESS_EVERY_S:
            return False
        self._written_s = now_s
        return True

    def check(self) -> None:
        """Raise `Stopped` if it was paused or cancelled, or the process is closing."""
        if self._closing() or self._works.find(self.work.id).status != "running":
            raise Stopped

    def _update(self, **columns: Any) -> None:
        if self._closing() or not self._works.update_running(self.work.id, **columns):
            raise Stopped


#: Does work of one kind; what it returns is the result.
Function = Callable[[Task], Mapping[str, Any] | None]


def perform(
    works: Works, clock: Clock, work: Work, function: Function, closing: Callable[[], bool] = lambda: False
) -> None:
    """Run claimed work to its end; how it ended is in its row. Work that was stopped keeps its status."""
    try:
        result = function(Task(works, clock, work, closing))
    except Stopped:
        _log.info("%s %s stopped", work.kind, work.id)
    except AppError as error:
        works.fail(work.id, error.code, error.message)
    except Exception:
        _log.exception("work failed", extra={"kind": work.kind, "work": work.id})
        works.fail(work.id, "internal", "it failed on our side; the server's log says why")
    else:
        works.update_running(work.id, status="done", result=result)
