"""Passages together with the items they stand in: by id for an answer, by their words for the studio.

Knows nothing about ranking or rights.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.library import tables
from fenshen.library.items import Item, item_of, read_passage
from fenshen.library.passages import Passage

Placed = tuple[Passage, Item]


def placed(db: Database, passage_ids: Sequence[str]) -> dict[str, Placed]:
    """These passages with their items, by passage id; those that do not exist are left out."""
    query = _both().where(tables.passages.c.id.in_(passage_ids))
    return {passage.id: (passage, item) for passage, item in _read(db, query)}


def holding(db: Database, creator: str, text: str, limit: int) -> list[Placed]:
    """Passages of `creator` that hold `text`, letter case aside, in the order of the library; private ones too."""
    items, passages = tables.items, tables.passages
    query = _both().where(passages.c.creator == creator, passages.c.text.icontains(text, autoescape=True))
    order = (items.c.published.is_(None), items.c.published, items.c.path, passages.c.ordinal)
    return _read(db, query.order_by(*order).limit(limit))


def _both() -> sa.Select[tuple[object, ...]]:
    chosen = sa.select(tables.passages, tables.items).join(tables.items)
    return chosen.set_label_style(sa.LABEL_STYLE_TABLENAME_PLUS_COL)


def _read(db: Database, query: sa.Select[tuple[object, ...]]) -> list[Placed]:
    with db.read() as connection:
        return [
            (
                read_passage({column.name: row[column] for column in tables.passages.c}),
                item_of({column.name: row[column] for column in tables.items.c}),
            )
            for row in connection.execute(query).mappings()
        ]
