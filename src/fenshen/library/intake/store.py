"""Prepared files into the database: many small files or one large one to a transaction.

Knows nothing about how files are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.library import tables
from fenshen.library.cleaning.duplicates import insert_trace
from fenshen.library.editing.carrying import carry, decisions
from fenshen.library.held import is_held
from fenshen.library.intake.prepare import Prepared, Unchanged
from fenshen.library.items import delete_items, insert_item
from fenshen.library.owner_guess import relabel
from fenshen.library.owners import owner_to_obey
from fenshen.library.privacy.review import record
from fenshen.library.rules import restate_rights, settle_rights
from fenshen.library.speakers.stored import keep_voices


@dataclass(frozen=True)
class Stored:
    """Items that a transaction added or put in place of older ones, and their passages."""

    added: int = 0
    replaced: int = 0
    passages: int = 0


@dataclass(frozen=True)
class KnownFiles:
    """Asks the library of one creator whether it holds a file."""

    db: Database
    creator: str

    def __call__(self, sha256: str, has_media: bool) -> bool:
        table = tables.items
        same = sa.and_(table.c.creator == self.creator, table.c.sha256 == sha256)
        with self.db.read() as connection:
            rows = connection.execute(sa.select(table.c.media_sha256).where(same)).all()
        return bool(rows) and (not has_media or all(row.media_sha256 is not None for row in rows))


def store(db: Database, creator: str, files: Sequence[Prepared | Unchanged]) -> Stored:
    """Swap each file's old items for its new ones, all in one transaction.

    A file that is found again in a private folder becomes private. What is new gets the rights that hold for it.

    Raises:
        Busy: the database stayed locked or its disk is full; nothing was stored.
    """
    added = replaced = passages = 0
    fresh: list[str] = []
    with db.write() as connection:
        for file in files:
            if isinstance(file, Unchanged):
                _make_private(connection, creator, file)
                restate_rights(connection, creator, file.sha256, file.place, file.rights)
                continue
            if _replace(connection, creator, file):
                replaced += len(file.entries)
            else:
                added += len(file.entries)
            passages += sum(len(cut) for _, cut in file.entries)
            fresh += [item.id for item, _ in file.entries]
        settle_rights(connection, creator, fresh)
    return Stored(added, replaced, passages)


def _replace(connection: Connection, creator: str, file: Prepared) -> bool:
    table = tables.items
    old = sa.or_(table.c.source.in_(file.places), table.c.sha256 == file.sha256)
    mine = table.c.creator == creator
    decided = decisions(connection, mine, old)
    removed = delete_items(connection, mine, old)
    chosen = owner_to_obey(connection, creator, file.places, file.sha256, file.entries)
    for (item, passages), made in zip(file.entries, file.traces, strict=True):
        named = relabel(passages, chosen) if chosen else passages
        item, named = carry(decided.get(item.part), item, named)
        insert_item(connection, replace(item, held=is_held(named)), named)
        insert_trace(connection, creator, item.id, made)
        if file.told is not None:
            keep_voices(connection, creator, item.id, file.told)
    record(connection, creator, dict(file.sightings))
    return removed > 0


def _make_private(connection: Connection, creator: str, file: Unchanged) -> None:
    table = tables.items
    if file.is_private:
        same = sa.and_(table.c.creator == creator, table.c.sha256 == file.sha256)
        connection.execute(table.update().where(same).values(private=True))
