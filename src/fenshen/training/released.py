"""Which items of a library fans may know of: those that were there when the version they talk to read the library.

    publish → `release_items` → rows by version → `released`, `unreleased`: what the live version's rows say

What is taken in later waits for the next version, however soon it may be cited. Going back to an earlier version goes
back to its items. A version keeps the rows it once had; `rights.may` and `seen` are asked again at every use. Knows
nothing about pages.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.core.errors import NotFound
from fenshen.library import tables as library
from fenshen.library.items import item_of
from fenshen.library.rights import may
from fenshen.training.tables import released_items, versions
from fenshen.training.versions import Version, get

#: Origins that learn nothing new of the library; what they go out from did.
_READ_BY_PARENT = frozenset({"preference", "rebase"})


def release_items(connection: Connection, version: Version, consents: Collection[str]) -> int:
    """Let fans see what `version` had before it, as far as it may be cited; how many items are new to it.

    Args:
        consents: ids of the creator's consents that hold now.
    """
    items, passages = library.items, library.passages
    own = sa.exists().where(passages.c.item_id == items.c.id, passages.c.is_creator, passages.c.marks == [])
    there = (items.c.creator == version.creator, items.c.added <= _read_at(connection, version), own)
    found = [item_of(row) for row in connection.execute(sa.select(items).where(*there)).mappings()]
    table = released_items
    before = sa.select(table.c.item_id).where(table.c.version_id == version.id)
    known = set(connection.execute(before).scalars())
    rows = [
        {"version_id": version.id, "item_id": item.id}
        for item in found
        if item.id not in known and may(item, "cite", consents=consents)
    ]
    if rows:
        connection.execute(table.insert(), rows)
    return len(rows)


def is_released(db: Database, creator: str, item_id: str) -> bool:
    """Whether fans of `creator` may know of the item now."""
    with db.read() as connection:
        query = _released(creator).where(released_items.c.item_id == item_id)
        return connection.execute(query.limit(1)).first() is not None


def unreleased(db: Database, creator: str) -> frozenset[str]:
    """Ids of the creator's items that fans may not know of now: all of them while no version is live."""
    items = library.items
    query = sa.select(items.c.id).where(items.c.creator == creator, items.c.id.not_in(_released(creator)))
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


def _released(creator: str) -> sa.Select[tuple[str]]:
    live = sa.select(versions.c.id).where(versions.c.creator == creator, versions.c.status == "published")
    return sa.select(released_items.c.item_id).where(released_items.c.version_id.in_(live))


def _read_at(connection: Connection, version: Version) -> datetime:
    """When what `version` knows of the library was read."""
    while version.origin in _READ_BY_PARENT and version.parent is not None:
        try:
            version = get(connection, version.parent)
        except NotFound:
            break
    return version.created
