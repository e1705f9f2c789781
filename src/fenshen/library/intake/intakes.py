"""Intakes as stored: what a creator brought through the page, file by file, and how far it is.

    collecting (files arrive) → waiting → running ⇄ paused → done · failed · cancelled

Knows nothing about how files are read; `studio.import_batches` runs what is waiting here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import Conflict, NotFound
from fenshen.core.ids import Ids
from fenshen.library.intake.watching import FileNews

IntakeStatus = Literal["collecting", "waiting", "running", "paused", "done", "failed", "cancelled"]
#: What may follow what by a person's word.
_MOVES: dict[IntakeStatus, tuple[IntakeStatus, ...]] = {
    "waiting": ("collecting", "paused", "failed"),
    "paused": ("waiting", "running"),
    "cancelled": ("collecting", "waiting", "running", "paused", "failed"),
}

intakes = sa.Table(
    "intakes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("roots", JsonText, nullable=False),
    sa.Column("done", sa.Float, nullable=False),
    sa.Column("total", sa.Float, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("report", JsonText),
    sa.Column("error", JsonText),
    sa.Column("began", UtcTime),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("updated", UtcTime, nullable=False),
)
intake_files = sa.Table(
    "intake_files",
    metadata,
    sa.Column("intake_id", sa.String(64), sa.ForeignKey("intakes.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("path", sa.String(1024), primary_key=True),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("code", sa.String(64)),
)


@dataclass(frozen=True)
class Intake:
    """One batch of files on its way into a library.

    Attributes:
        roots: paths below the creator's upload folder, and addresses.
        done, total: expected seconds of work.
        began: when it last started to run.
        report: counts, once it is done.
        error: `code` and `message`, when it failed.
    """

    id: str
    creator: str
    by: str
    status: IntakeStatus
    roots: tuple[str, ...]
    done: float
    total: float
    note: str
    report: dict[str, Any] | None
    error: dict[str, str] | None
    began: datetime | None
    created: datetime
    updated: datetime


class Intakes:
    """The intakes of every creator."""

    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db, self._clock, self._ids = db, clock, ids

    def begin(self, creator: str, by: str) -> Intake:
        """A new intake that collects files."""
        now = self._clock.now()
        row = {
            "id": self._ids.new("take"),
            "creator": creator,
            "by": by,
            "status": "collecting",
            "roots": [],
            "done": 0.0,
            "total": 0.0,
            "note": "",
            "created": now,
            "updated": now,
        }
        with self._db.write() as connection:
            connection.execute(intakes.insert().values(**row))
        return self.get(creator, str(row["id"]))

    def get(self, creator: str, intake_id: str) -> Intake:
        """One intake.

        Raises:
            NotFound: there is none, or it is another creator's.
        """
        query = sa.select(intakes).where(intakes.c.id == intake_id, intakes.c.creator == creator)
        with self._db.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no intake {intake_id!r}")
        return _intake(row)

    def recent(self, creator: str, limit: int = 20) -> list[Intake]:
        """The newest first."""
        query = sa.select(intakes).where(intakes.c.creator == creator).order_by(intakes.c.id.desc())
        with self._db.read() as connection:
            return [_intake(row) for row in connection.execute(query.limit(limit)).mappings()]

    def next(self) -> Intake | None:
        """The intake that waits longest, or that an earlier process left running."""
        query = sa.select(intakes).where(intakes.c.status.in_(("running", "waiting"))).order_by(intakes.c.id)
        with self._db.read() as connection:
            row = connection.execute(query.limit(1)).mappings().first()
        return None if row is None else _intake(row)

    def files(self, intake_id: str, limit: int = 500) -> list[FileNews]:
        """Its files: those being read first, then what was skipped, then the rest."""
        order = sa.case(
            (intake_files.c.status == "reading", 0), (intake_files.c.status == "skipped", 1), else_=2
        )
        query = sa.select(intake_files).where(intake_files.c.intake_id == intake_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(order, intake_files.c.path).limit(limit)).mappings()
            return [FileNews(r["path"], r["status"], r["share"], r["note"], r["code"]) for r in rows]

    def add_root(self, intake: Intake, root: str) -> None:
        """A file, folder or address was brought.

        Raises:
            Conflict: `not_collecting`, it has begun already.
        """
        with self._db.write() as connection:
            row = connection.execute(
                sa.select(intakes.c.roots, intakes.c.status)
                .where(intakes.c.id == intake.id)
                .with_for_update()
            ).one()
            if row.status != "collecting":
                raise Conflict(f"intake {intake.id!r} is {row.status}; begin another", code="not_collecting")
            if root not in row.roots:
                self._set(connection, intake.id, roots=[*row.roots, root])

    def move(self, creator: str, intake_id: str, status: IntakeStatus) -> Intake:
        """Start (`waiting`), pause or cancel, as a person asks; what it is already stays.

        Raises:
            Conflict: `cannot_move`, it is over or not begun.
        """
        found = self.get(creator, intake_id)
        if found.status not in (status, *_MOVES[status]) and not (
            status == "waiting" and found.status == "running"
        ):
            raise Conflict(f"intake {intake_id!r} is {found.status}", code="cannot_move")
        if found.status != status and found.status in _MOVES[status]:
            self.update(intake_id, status=status)
        return self.get(creator, intake_id)

    def update(self, intake_id: str, **columns: Any) -> None:
        """Set columns of an intake."""
        with self._db.write() as connection:
            self._set(connection, intake_id, **columns)

    def note_files(self, intake_id: str, news: Sequence[FileNews]) -> None:
        """Write down the latest of each file."""
        with self._db.write() as connection:
            for one in news:
                values = {"status": one.status, "share": one.share, "note": one.note, "code": one.code}
                mine = (intake_files.c.intake_id == intake_id, intake_files.c.path == one.path[:1024])
                if connection.execute(intake_files.update().where(*mine).values(**values)).rowcount == 0:
                    row = {"intake_id": intake_id, "path": one.path[:1024], **values}
                    connection.execute(intake_files.insert().values(**row))

    def _set(self, connection: sa.Connection, intake_id: str, **columns: Any) -> None:
        changed = intakes.update().where(intakes.c.id == intake_id)
        connection.execute(changed.values(**columns, updated=self._clock.now()))


def _intake(row: sa.RowMapping) -> Intake:
    return Intake(**{**row, "roots": tuple(row["roots"])})
