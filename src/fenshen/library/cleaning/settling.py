"""Which stored items are duplicates, why, and the creator's word against it. Knows nothing about comparing."""

from __future__ import annotations

import sqlalchemy as sa

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.library import tables
from fenshen.library.cleaning import tables as cleaning
from fenshen.library.cleaning.duplicates import Likeness, duplicates
from fenshen.library.items import item, list_items


def settle_duplicates(db: Database, creator: str) -> list[str]:
    """Write which items are duplicates, from what is known of every pair; ids of items where that changed.

    Rights decide too, so it is worth calling after they changed.
    """
    apart = cleaning.kept_apart
    said = sa.select(apart.c.item_id, apart.c.other_id).where(apart.c.creator == creator)
    with db.read() as connection:
        kept = {frozenset(row) for row in connection.execute(said)}
    stored = list_items(db, creator)
    wanted = duplicates(stored, likenesses(db, creator), kept)
    moved = [(one.id, wanted.get(one.id)) for one in stored if one.duplicate_of != wanted.get(one.id)]
    table = tables.items
    with db.write() as connection:
        for item_id, better in moved:
            connection.execute(table.update().where(table.c.id == item_id).values(duplicate_of=better))
    return [item_id for item_id, _ in moved]


def likenesses(db: Database, creator: str) -> list[Likeness]:
    """Every two items of the creator that say the same, duplicates or kept apart."""
    table = cleaning.likenesses
    query = sa.select(table.c.item_id, table.c.other_id, table.c.share, table.c.other_share)
    with db.read() as connection:
        rows = connection.execute(query.where(table.c.creator == creator).order_by(*query.selected_columns))
        return [Likeness(*row) for row in rows]


def keep_apart(db: Database, item_id: str) -> list[str]:
    """Take the creator's word that an item is no duplicate; ids of items where that changed something.

    Remembered for the item and all that resembles it, also when it is forgotten and taken in again.

    Raises:
        NotFound: there is no such item.
        BadInput: it is no duplicate (`not_duplicate`).
    """
    stored = item(db, item_id)
    if stored.duplicate_of is None:
        raise BadInput(f"the item {item_id!r} is no duplicate; nothing to undo", code="not_duplicate")
    others = {stored.duplicate_of}
    for one in likenesses(db, stored.creator):
        if item_id in (one.item_id, one.other_id):
            others |= {one.item_id, one.other_id} - {item_id}
    table = cleaning.kept_apart
    with db.write() as connection:
        for other in sorted(others):
            row = {"creator": stored.creator, "item_id": item_id, "other_id": other}
            connection.execute(table.delete().where(*(table.c[name] == value for name, value in row.items())))
            connection.execute(table.insert().values(row))
    return settle_duplicates(db, stored.creator)


def rejoin(db: Database, item_id: str) -> list[str]:
    """Take back `keep_apart`; ids of items where that changed something.

    Raises:
        NotFound: there is no such item.
    """
    stored, table = item(db, item_id), cleaning.kept_apart
    with db.write() as connection:
        connection.execute(
            table.delete().where(table.c.creator == stored.creator, table.c.item_id == item_id)
        )
    return settle_duplicates(db, stored.creator)


def why_duplicate(db: Database, item_id: str) -> str:
    """In a sentence, why an item counts as a duplicate; empty if it does not.

    Raises:
        NotFound: there is no such item.
    """
    stored = item(db, item_id)
    if stored.duplicate_of is None:
        return ""
    better = item(db, stored.duplicate_of)
    shares = {
        frozenset((one.item_id, one.other_id)): one.share if one.item_id == item_id else one.other_share
        for one in likenesses(db, stored.creator)
    }
    share = shares.get(frozenset((item_id, better.id)))
    where = f"“{better.title}” ({better.kind})"
    if share is None:
        return f"it is the same as another item that is the same as {where}"
    return f"{share:.0%} of it is also in {where}, which is used instead"
