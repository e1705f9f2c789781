"""The words of every item in short, so that two states of a library can be compared without keeping either.

Knows nothing about what is compared with what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.ids import digest_text
from fenshen.library import tables


@dataclass(frozen=True)
class ItemText:
    """The words of an item: their digest, who said them included, and the languages of the creator's own."""

    sha256: str
    languages: frozenset[str]


def item_texts(db: Database, creator: str) -> dict[str, ItemText]:
    """The words of every item of `creator` in short, by item; items without a passage are not there."""
    table = tables.passages
    wanted = (table.c.item_id, table.c.is_creator, table.c.text, table.c.language)
    query = sa.select(*wanted).where(table.c.creator == creator).order_by(table.c.item_id, table.c.ordinal)
    with db.read() as connection:
        rows = connection.execute(query)
        return {
            str(item_id): _short([(bool(own), str(text), str(code)) for _, own, text, code in group])
            for item_id, group in groupby(rows, key=lambda row: row[0])
        }


def _short(said: Sequence[tuple[bool, str, str]]) -> ItemText:
    words = (f"{int(own)}:{text}" for own, text, _ in said)
    return ItemText(digest_text(*words), frozenset(code for own, _, code in said if own))
