"""What creators bring through the page: batches of files and addresses, collected and then read into the library.

    begin (collecting) → add_root … → start → `Library.ingest` with a watch on each file → done

What is stored is not read again, so a batch that was paused or killed goes on. Knows nothing about HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fenshen.core.db import Database, metadata
from fenshen.core.work import Task, Work, Works, WorkStatus
from fenshen.library.fetch.urls import is_url
from fenshen.library.intake.uploads import Uploads
from fenshen.library.intake.watching import FileNews
from fenshen.studio.library import Library

KIND = "import"
PATH_CHARS_MAX = 1024

import_files = sa.Table(
    "import_files",
    metadata,
    sa.Column("work_id", sa.String(64), sa.ForeignKey("work.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("path", sa.String(PATH_CHARS_MAX), primary_key=True),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("code", sa.String(64)),
)


class ImportBatch(Work):
    """One batch on its way into a library; `done` and `total` are expected seconds of work."""

    @property
    def roots(self) -> list[str]:
        """Paths below the creator's upload folder, and addresses."""
        roots: list[str] = self.payload["roots"]
        return roots


class ImportBatches:
    """The batches of every creator.

    Args:
        folder: holds the upload folder of each creator.
    """

    def __init__(self, db: Database, works: Works, folder: Path) -> None:
        self._db, self._works, self._folder = db, works, folder

    def uploads(self, slug: str) -> Uploads:
        """The upload folder of a creator."""
        return Uploads(self._folder / slug)

    def begin(self, creator: str, by: str) -> ImportBatch:
        """A new batch that collects files."""
        return _batch(self._works.begin(KIND, creator, by, {"roots": []}, status="collecting"))

    def get(self, creator: str, batch_id: str) -> ImportBatch:
        """One batch.

        Raises:
            NotFound: there is none, or it is another creator's.
        """
        return _batch(self._works.get(KIND, creator, batch_id))

    def recent(self, creator: str, limit: int = 20) -> list[ImportBatch]:
        """The newest first."""
        return [_batch(work) for work in self._works.recent(KIND, creator, limit)]

    def files(self, batch_id: str, limit: int = 500) -> list[FileNews]:
        """Its files: those being read first, then what was skipped, then the rest."""
        order = sa.case(
            (import_files.c.status == "reading", 0), (import_files.c.status == "skipped", 1), else_=2
        )
        query = sa.select(import_files).where(import_files.c.work_id == batch_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(order, import_files.c.path).limit(limit)).mappings()
            return [FileNews(r["path"], r["status"], r["share"], r["note"], r["code"]) for r in rows]

    def add_root(self, batch: ImportBatch, root: str) -> None:
        """A file, folder or address was brought.

        Raises:
            Conflict: `not_collecting`, it has begun already.
        """

        def added(payload: dict[str, Any]) -> dict[str, Any]:
            roots = payload["roots"]
            return {"roots": roots if root in roots else [*roots, root]}

        self._works.set_payload(batch.id, added, only="collecting")

    def move(self, creator: str, batch_id: str, status: WorkStatus) -> ImportBatch:
        """Start or resume (`waiting`), pause or cancel, as a person asks.

        Raises:
            Conflict: `cannot_move`, it is over or not begun.
        """
        return _batch(self._works.move(self.get(creator, batch_id), status))

    def run(self, library: Library, task: Task) -> Mapping[str, Any]:
        """Read a batch into the library; the counts of its report."""
        batch, uploads = _batch(task.work), self.uploads(task.work.owner)
        files = _FileLog(task, lambda news: self._store_files(batch.id, news))
        sources = [root if is_url(root) else uploads.place(root) for root in batch.roots]
        try:
            report = library.ingest(batch.owner, sources, files.progress, watch=files, allowed=task.check)
        finally:
            files.write()
        task.progress(1.0, 1.0)
        return {**asdict(report), "skipped": len(report.skipped), "incomplete": len(report.incomplete)}

    def _store_files(self, batch_id: str, news: Sequence[FileNews]) -> None:
        with self._db.write() as connection:
            for file in news:
                path = file.path[:PATH_CHARS_MAX]
                values = {"status": file.status, "share": file.share, "note": file.note, "code": file.code}
                mine = (import_files.c.work_id == batch_id, import_files.c.path == path)
                if connection.execute(import_files.update().where(*mine).values(**values)).rowcount == 0:
                    row = {"work_id": batch_id, "path": path, **values}
                    connection.execute(import_files.insert().values(**row))


class _FileLog:
    """Collects what an ingest reports of its files, and stores it with the progress."""

    def __init__(self, task: Task, store: Callable[[Sequence[FileNews]], None]) -> None:
        self._task, self._store = task, store
        self._files: dict[str, FileNews] = {}
        self._state = (0.0, 0.0, "")

    def __call__(self, news: FileNews) -> None:
        self._files[news.path] = news
        self._write_if_due()

    def progress(self, done: float, total: float, note: str = "") -> None:
        """Take how far the whole is."""
        self._state = (done, total, note)
        self._write_if_due()

    def write(self) -> None:
        """Store what was reported since."""
        self._store(list(self._files.values()))
        self._files = {}
        self._task.store_progress(*self._state)

    def _write_if_due(self) -> None:
        if self._task.is_due():
            self.write()


def _batch(work: Work) -> ImportBatch:
    return ImportBatch(**vars(work))
