"""The log of what was changed by hand, with the columns before and after, so that any change is undone.

    what a row becomes → `make` (reads the row as it is, writes both down, changes it) … `undo`

Knows nothing about what a change means; `edits` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import Conflict, NotFound
from fenshen.core.ids import Ids
from fenshen.library import tables
from fenshen.library.held import hold_of

ChangeKind = Literal["text", "speaker", "exclude", "tags", "title"]
#: Column → value of the rows that a change touches, by their ids.
Rows = dict[str, dict[str, Any]]

changes = sa.Table(
    "library_changes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("place", sa.String(8), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("before", JsonText, nullable=False),
    sa.Column("after", JsonText, nullable=False),
    sa.Column("undone", sa.Boolean, nullable=False),
)
_TABLES = {"items": tables.items, "passages": tables.passages}
Place = Literal["items", "passages"]


@dataclass(frozen=True)
class Change:
    """One change by hand.

    Attributes:
        by: the user who made it.
        place: which rows it touched, and `row_ids` which of them.
        note: what it is about, for the list: a title or the beginning of a passage.
    """

    id: str
    at: datetime
    by: str
    kind: ChangeKind
    place: Place
    note: str
    row_ids: tuple[str, ...]
    undone: bool


def make(
    db: Database,
    clock: Clock,
    ids: Ids,
    creator: str,
    by: str,
    kind: ChangeKind,
    place: Place,
    note: str,
    rows: Mapping[str, Mapping[str, Any]],
) -> Change:
    """Change rows of `creator` and write down what they were, in one transaction.

    Args:
        rows: new column values by row id, not empty.

    Raises:
        NotFound: a row does not exist or is another creator's; nothing is changed.
    """
    change_id, at = ids.new("chg"), clock.now()
    with db.write() as connection:
        before = _read(connection, creator, place, rows)
        _write(connection, place, rows)
        connection.execute(
            changes.insert().values(
                id=change_id,
                creator=creator,
                at=at,
                by=by,
                kind=kind,
                place=place,
                note=note[:200],
                before=before,
                after=dict(rows),
                undone=False,
            )
        )
    return Change(change_id, at, by, kind, place, note[:200], tuple(rows), False)


def undo(db: Database, creator: str, change_id: str | None = None) -> Change:
    """Take back a change, the newest one by default; others that came after it stay.

    Raises:
        NotFound: there is nothing to take back.
        Conflict: `changed_since`, the rows were changed again or read anew since; `undone` twice.
    """
    with db.write() as connection:
        row = _find(connection, creator, change_id)
        if row is None:
            raise NotFound("there is nothing to undo")
        if row["undone"]:
            raise Conflict(f"change {row['id']!r} is undone already", code="undone")
        if _read_or_none(connection, creator, row["place"], row["after"]) != row["after"]:
            raise Conflict(
                "what it changed was changed again or read anew since; undo that first", code="changed_since"
            )
        _write(connection, row["place"], row["before"])
        connection.execute(changes.update().where(changes.c.id == row["id"]).values(undone=True))
    return _change({**row, "undone": True})


def history(db: Database, creator: str, limit: int = 50) -> list[Change]:
    """The newest changes first."""
    query = sa.select(changes).where(changes.c.creator == creator)
    with db.read() as connection:
        rows = connection.execute(query.order_by(changes.c.id.desc()).limit(limit)).mappings()
        return [_change(row) for row in rows]


def _find(connection: Connection, creator: str, change_id: str | None) -> sa.RowMapping | None:
    query = sa.select(changes).where(changes.c.creator == creator)
    if change_id is None:
        query = query.where(changes.c.undone.is_(False)).order_by(changes.c.id.desc()).limit(1)
    else:
        query = query.where(changes.c.id == change_id)
    return connection.execute(query).mappings().first()


def _change(row: Mapping[Any, Any]) -> Change:
    names = ("id", "at", "by", "kind", "place", "note", "undone")
    return Change(**{name: row[name] for name in names}, row_ids=tuple(row["after"]))


def _read(connection: Connection, creator: str, place: Place, rows: Mapping[str, Mapping[str, Any]]) -> Rows:
    found = _read_or_none(connection, creator, place, rows)
    if found is None:
        raise NotFound(f"some of these {place} do not exist; reload the page")
    return found


def _read_or_none(
    connection: Connection, creator: str, place: Place, rows: Mapping[str, Mapping[str, Any]]
) -> Rows | None:
    """The columns that `rows` name as they are now; `None` if a row is missing."""
    table = _TABLES[place]
    found: Rows = {}
    for row_id, wanted in rows.items():
        query = sa.select(*(table.c[name] for name in wanted))
        row = (
            connection.execute(query.where(table.c.id == row_id, table.c.creator == creator))
            .mappings()
            .first()
        )
        if row is None:
            return None
        found[row_id] = dict(row)
    return found


def _write(connection: Connection, place: Place, rows: Mapping[str, Mapping[str, Any]]) -> None:
    table = _TABLES[place]
    for row_id, columns in rows.items():
        connection.execute(table.update().where(table.c.id == row_id).values(**columns))
    if place == "passages":
        hold_of(connection, rows)
