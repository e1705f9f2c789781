"""New items compared with the whole library, and what resembles each other remembered.

    sketches of new items, a block at a time ← sketches of all items, one at a time → exact shares of likely pairs

Memory is that of a block and of the items that are being compared exactly. Knows nothing about which of two
alike items counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.progress import Progress, silent
from fenshen.library import tables
from fenshen.library.cleaning import tables as cleaning
from fenshen.library.cleaning.duplicates import DUPLICATE_SHARE, Likeness, share_said
from fenshen.library.cleaning.shingles import Hashes, distinct, shingles
from fenshen.library.cleaning.sketches import Sample, Sketches, sample

#: New items compared at once; their sketches are about 4 kB each.
BLOCK = 500
#: Estimated shares below this are not looked at: an estimate from few samples may be that much too low.
ESTIMATE_MIN = 0.2


def compare_new(db: Database, creator: str, common: Hashes, progress: Progress = silent) -> None:
    """Compare the items that never were with every other one; store the pairs that say the same.

    Args:
        common: shingles that many items begin or end with, rising; they tell nothing.
    """
    traces = cleaning.item_traces
    query = sa.select(traces.c.item_id).where(traces.c.creator == creator, traces.c.compared.is_(False))
    with db.read() as connection:
        fresh = list(connection.scalars(query.order_by(traces.c.item_id)))
    sampled = np.unique((common >> np.uint64(32)).astype(np.uint32))
    for at in range(0, len(fresh), BLOCK):
        progress(at, len(fresh))
        _compare_block(db, creator, fresh[at : at + BLOCK], sampled)


def _compare_block(db: Database, creator: str, ids: list[str], common: Sample) -> None:
    block = Sketches(dict(_samples(db, creator, ids)), common)
    pairs = {
        (min(like.first, like.second), max(like.first, like.second))
        for item_id, numbers in _samples(db, creator)
        for like in block.like(item_id, numbers, ESTIMATE_MIN)
    }
    found = list(_likenesses(db, sorted(pairs)))
    traces, table = cleaning.item_traces, cleaning.likenesses
    with db.write() as connection:
        there = set(connection.scalars(sa.select(tables.items.c.id).where(tables.items.c.creator == creator)))
        for one in found:
            if {one.item_id, one.other_id} <= there:
                both = sa.and_(table.c.item_id == one.item_id, table.c.other_id == one.other_id)
                connection.execute(table.delete().where(both))
                connection.execute(table.insert().values(creator=creator, **vars(one)))
        connection.execute(traces.update().where(traces.c.item_id.in_(ids)).values(compared=True))


def _samples(db: Database, creator: str, ids: Iterable[str] | None = None) -> Iterator[tuple[str, Sample]]:
    table = cleaning.item_traces
    query = sa.select(table.c.item_id, table.c.sketch).where(table.c.creator == creator)
    if ids is not None:
        query = query.where(table.c.item_id.in_(ids))
    with db.read() as connection:
        for row in connection.execute(query.order_by(table.c.item_id).execution_options(yield_per=200)):
            yield row.item_id, sample(row.sketch)


def _likenesses(db: Database, pairs: Iterable[tuple[str, str]]) -> Iterator[Likeness]:
    @lru_cache(maxsize=16)
    def read(item_id: str) -> tuple[list[Hashes], Hashes]:
        return _exact(db, item_id)

    for first, second in pairs:
        (mine, all_mine), (theirs, all_theirs) = read(first), read(second)
        share, other_share = share_said(mine, all_theirs), share_said(theirs, all_mine)
        if max(share, other_share) >= DUPLICATE_SHARE:
            yield Likeness(first, second, round(share, 4), round(other_share, 4))


def _exact(db: Database, item_id: str) -> tuple[list[Hashes], Hashes]:
    """The distinct shingles of each unmarked passage, and of all of them."""
    table = tables.passages
    query = sa.select(table.c.text, table.c.marks).where(table.c.item_id == item_id).order_by(table.c.ordinal)
    with db.read() as connection:
        parts = [distinct(shingles(row.text)) for row in connection.execute(query) if not row.marks]
    return parts, distinct(np.concatenate([np.zeros(0, np.uint64), *parts]))
