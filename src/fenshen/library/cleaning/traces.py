"""What is kept of an item so that it need not be read again: fingerprint, first and last words, noise.

Made where a file is read (in a worker), stored with the item, used by `tidy`. Knows nothing about what follows
from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.core.progress import Progress, silent
from fenshen.library import tables as items
from fenshen.library.cleaning import tables
from fenshen.library.cleaning.quality import Noise, noise
from fenshen.library.cleaning.recurring import edges
from fenshen.library.cleaning.shingles import Hashes, shingles
from fenshen.library.cleaning.sketches import sketch
from fenshen.library.items import item_passages
from fenshen.library.passages import Passage

#: Items stored in one transaction.
BATCH = 50


@dataclass(frozen=True)
class Trace:
    """One item in a few kilobytes.

    Attributes:
        sketch: sample of its shingles; see `sketches`.
        head: hashes of its first words by the creator, 8 bytes each.
        tail: hashes of its last words.
    """

    sketch: bytes
    head: bytes
    tail: bytes
    noise: Noise


def trace(passages: Sequence[Passage]) -> Trace:
    """The trace of an item's passages, in order."""
    head, tail = edges([passage.text for passage in passages if may_recur(passage)])
    return Trace(signature(passages), _stored(head.hashes), _stored(tail.hashes), noise(passages))


def signature(passages: Sequence[Passage]) -> bytes:
    """The fingerprint of an item: a sample of the shingles of what is not marked."""
    return sketch(passage_shingles([passage.text for passage in passages if not passage.marks]))


def passage_shingles(texts: Sequence[str]) -> Hashes:
    """The shingles of several passages, none across two, so that where they were cut does not matter much."""
    return np.concatenate([np.zeros(0, np.uint64), *(shingles(text) for text in texts)])


def may_recur(passage: Passage) -> bool:
    """Whether it counts in finding what recurs: the creator's, and marked as nothing but recurring."""
    return passage.is_creator and set(passage.marks) <= {"boilerplate"}


def insert_trace(connection: Connection, creator: str, item_id: str, made: Trace) -> None:
    """Store the trace of an item inside the caller's transaction."""
    row = {**asdict(made), "item_id": item_id, "creator": creator, "compared": False, "recurring": ""}
    connection.execute(tables.item_traces.insert().values(row))


def delete_trace(connection: Connection, item_id: str) -> None:
    """Forget what was known of an item whose words have changed; the next `tidy` makes it anew."""
    for table in (tables.item_traces, tables.likenesses):
        connection.execute(table.delete().where(table.c.item_id == item_id))
    other = tables.likenesses.c.other_id == item_id
    connection.execute(tables.likenesses.delete().where(other))


def forget_traces(db: Database, passage_ids: Sequence[str]) -> None:
    """Forget what was known of the items that these passages belong to."""
    chosen = items.passages.c.id.in_(passage_ids)
    with db.write() as connection:
        for item_id in connection.scalars(sa.select(items.passages.c.item_id).where(chosen).distinct()).all():
            delete_trace(connection, item_id)


def make_traces(db: Database, creator: str, progress: Progress = silent) -> None:
    """Make the traces of items that have none: of edited ones, and of those an earlier version took in."""
    table, known = items.items, tables.item_traces.c.item_id
    query = sa.select(table.c.id).where(table.c.creator == creator, ~sa.exists().where(known == table.c.id))
    with db.read() as connection:
        missing = list(connection.scalars(query.order_by(table.c.id)))
    for at in range(0, len(missing), BATCH):
        progress(at, len(missing))
        batch = missing[at : at + BATCH]
        made = {item_id: trace(item_passages(db, item_id)) for item_id in batch}
        with db.write() as connection:
            for item_id in connection.scalars(sa.select(table.c.id).where(table.c.id.in_(batch))).all():
                insert_trace(connection, creator, item_id, made[item_id])


def noise_of(db: Database, creator: str) -> dict[str, Noise]:
    """How noisy each item is, by its id; of items that were traced."""
    table = tables.item_traces
    query = sa.select(table.c.item_id, table.c.noise).where(table.c.creator == creator)
    with db.read() as connection:
        return {row.item_id: Noise(**row.noise) for row in connection.execute(query)}


def _stored(hashes: Hashes) -> bytes:
    return hashes.astype("<u8").tobytes()
