"""Conversations in which nobody is known to be the creator: stored, and used for nothing until somebody says.

    passages stored or relabelled → `is_held`, `hold` → `items.held` → `rights.why_not`, `cleaning.duplicates`

Knows nothing about how speakers are found or chosen.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.library import tables
from fenshen.library.passages import Passage


def is_held(passages: Iterable[Passage]) -> bool:
    """Whether people speak in an item and none of them is the creator."""
    kept = list(passages)
    return any(p.speaker and not p.marks for p in kept) and not any(p.is_creator for p in kept)


def hold(connection: Connection, *conditions: sa.ColumnElement[bool]) -> None:
    """Say of the items that meet every condition whether they are held, after their passages changed."""
    items, passages = tables.items, tables.passages
    theirs = sa.select(passages.c.id).where(passages.c.item_id == items.c.id)
    speak = theirs.where(passages.c.speaker.is_not(None), passages.c.marks == [])
    own = theirs.where(passages.c.is_creator.is_(True))
    held = sa.case((sa.and_(speak.exists(), ~own.exists()), True), else_=False)
    connection.execute(items.update().where(*conditions).values(held=held))


def hold_of(connection: Connection, passage_ids: Iterable[str]) -> None:
    """The same for the items of these passages."""
    chosen = sa.select(tables.passages.c.item_id).where(tables.passages.c.id.in_(list(passage_ids)))
    hold(connection, tables.items.c.id.in_(chosen))
