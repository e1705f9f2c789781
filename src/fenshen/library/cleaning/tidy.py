"""Passes over a whole library after files were stored: what is there twice, what recurs.

    traces of new items → compared with all items → duplicates settled → recurring sentences counted → marked

Each pass does only what is new, may be stopped anywhere and run again, and keeps a few kilobytes an item in
memory. Knows nothing about files or the search index.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.progress import Progress, silent
from fenshen.library import tables
from fenshen.library.cleaning.duplicates import compare_new, make_traces, settle_duplicates
from fenshen.library.cleaning.recurring_passages import common_shingles, count_recurring, mark_recurring


@dataclass(frozen=True)
class TidyReport:
    """What a `tidy` did.

    Attributes:
        changed: ids of items whose passages changed, or that became or ceased to be duplicates.
        duplicates: items of the library for which another one is used.
        recurring: passages that were marked this time because many items say the same.
    """

    changed: tuple[str, ...]
    duplicates: int
    recurring: int


def tidy(db: Database, creator: str, progress: Progress = silent) -> TidyReport:
    """Bring duplicates and recurring passages of a library up to date.

    Args:
        progress: called with items done and in all, anew for each pass.

    Raises:
        Busy: the database stayed locked; run it again to continue.
    """
    make_traces(db, creator, progress)
    compare_new(db, creator, common_shingles(db, creator), progress)
    moved = settle_duplicates(db, creator)
    cut, marked = mark_recurring(db, creator, count_recurring(db, creator), progress)
    return TidyReport(tuple(sorted({*moved, *cut})), _count_duplicates(db, creator), marked)


def _count_duplicates(db: Database, creator: str) -> int:
    table = tables.items
    query = sa.select(sa.func.count()).where(table.c.creator == creator, table.c.duplicate_of.is_not(None))
    with db.read() as connection:
        return int(connection.scalar(query) or 0)
