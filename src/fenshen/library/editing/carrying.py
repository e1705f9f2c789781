"""Edits put back onto a file that was read again: what a person decided wins over what a reader finds.

An edit fits a passage with the same original words, or one that stands at the same seconds of the same item.
Knows nothing about how edits are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.library import tables
from fenshen.library.editing.edits import edited_onto
from fenshen.library.items import Item, read_passage
from fenshen.library.passages import Passage

#: A passage begins and ends within this of the edited one to be the same stretch of sound.
SAME_PLACE_S = 1.0


@dataclass(frozen=True)
class Decided:
    """What people decided about one document of a file that is being replaced."""

    excluded: bool
    tags: tuple[str, ...]
    edits: tuple[Passage, ...]


def decisions(connection: Connection, *conditions: sa.ColumnElement[bool]) -> dict[str, Decided]:
    """What was decided about the items that meet every condition, by their `part`."""
    table = tables.items
    rows = connection.execute(
        sa.select(table.c.id, table.c.part, table.c.excluded, table.c.tags).where(*conditions)
    )
    parts = {row.id: row for row in rows}
    edited: dict[str, list[Passage]] = defaultdict(list)
    chosen = tables.passages.c.item_id.in_(list(parts))
    query = sa.select(tables.passages).where(chosen, tables.passages.c.original.is_not(None))
    for row in connection.execute(query).mappings() if parts else ():
        edited[row["item_id"]].append(read_passage(row))
    return {row.part: Decided(row.excluded, tuple(row.tags), tuple(edited[row.id])) for row in parts.values()}


def carry(
    decided: Decided | None, item: Item, passages: Sequence[Passage]
) -> tuple[Item, tuple[Passage, ...]]:
    """A document read anew with what was decided about it before."""
    if decided is None:
        return item, tuple(passages)
    item = replace(item, excluded=decided.excluded, tags=decided.tags)
    return item, tuple(_edited(passage, decided.edits) for passage in passages)


def _edited(passage: Passage, edits: Iterable[Passage]) -> Passage:
    fitting = next((edit for edit in edits if _fits(passage, edit)), None)
    return passage if fitting is None else edited_onto(passage, fitting)


def _fits(passage: Passage, edit: Passage) -> bool:
    if edit.original is not None and edit.original["text"] == passage.text:
        return edit.start_s == passage.start_s or edit.start_s is None or passage.start_s is None
    pairs = ((passage.start_s, edit.start_s), (passage.end_s, edit.end_s))
    return all(a is not None and b is not None and abs(a - b) <= SAME_PLACE_S for a, b in pairs)
