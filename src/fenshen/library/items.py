"""Items of a library and their passages, as stored.

Knows nothing about formats: `ingest` fills these tables, everyone else reads them here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.core.errors import NotFound
from fenshen.library import tables
from fenshen.library.claims import Authority, Rights, restored
from fenshen.library.document import Chapter, Kind
from fenshen.library.dropped import Dropped
from fenshen.library.flags import Flag
from fenshen.library.passages import Passage


@dataclass(frozen=True)
class Item:
    """One video, post, log or chat of a creator.

    Attributes:
        path: relative to the folder it was taken from, POSIX; for people, not for opening.
        published: the day the creator gave it, `None` if unknown.
        sha256: digest of the file the text came from.
        media_sha256: digest of the sound or video to play, where there is one.
        private: never trained on, cited or spoken.
        duration_s: length of the sound, seconds; `None` for written items.
        words: words in its text (a Chinese character counts as one).
        part: which document of a file that holds several (`""` otherwise).
        source: digest of where the file lay, so that a changed file replaces its item.
        format: what the file was (`subtitles`, `pdf`, `mov`).
        url: where it was published, if known.
        cover_sha256: digest of a picture to show for it.
        chapters: titled parts of a recording, in order.
        owner: who holds the rights, in words; empty until somebody says.
        licence: SPDX id or words; empty until somebody says.
        territory: where it may be used, `world` or country codes; empty until somebody says.
        uses: what it may be used for; see `rights.may`, which also asks the rest.
        excluded: the creator took it out.
        tags: the creator's own words for finding it.
        duplicate_of: the item that says the same, which is used instead.
        held: people speak in it and nobody has said which of them is the creator.
        consent_id: the consent that its uses rest on, if they do.
        rights_by: on whose word `uses` stand: the creator's about this item, the file's, a rule's, nobody's.
        rights_rule: the ordinal of that rule.
        file_rights: what the file itself says of its rights, in front matter.
        folder_rights: what a `rights.yaml` over it says.
        flags: signs that it is somebody else's work.
        confirmed: codes of the flags that the creator has answered for.
        dropped: places of its file that could not be read and are not in its passages.
    """

    id: str
    creator: str
    path: str
    title: str
    kind: Kind
    language: str
    published: date | None
    sha256: str
    media_sha256: str | None
    private: bool
    duration_s: float | None
    words: int
    added: datetime
    part: str = ""
    source: str = ""
    format: str = ""
    url: str | None = None
    cover_sha256: str | None = None
    chapters: tuple[Chapter, ...] = ()
    owner: str = ""
    licence: str = ""
    territory: str = ""
    uses: tuple[str, ...] = ()
    excluded: bool = False
    tags: tuple[str, ...] = ()
    duplicate_of: str | None = None
    consent_id: str | None = None
    rights_by: Authority = ""
    rights_rule: int | None = None
    file_rights: Rights | None = None
    folder_rights: Rights | None = None
    flags: tuple[Flag, ...] = ()
    confirmed: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    held: bool = False


@dataclass(frozen=True)
class LibraryCounts:
    """How much a creator's library holds; private items are counted only in `private_items`."""

    items: int
    passages: int
    words: int
    hours: float
    private_items: int
    kinds: dict[str, int]
    languages: dict[str, int]


def list_items(db: Database, creator: str) -> list[Item]:
    """Every item of `creator`, private ones too, oldest first (undated last), then by path."""
    table = tables.items
    query = sa.select(table).where(table.c.creator == creator)
    order = (table.c.published.is_(None), table.c.published, table.c.path, table.c.part)
    with db.read() as connection:
        return [item_of(row) for row in connection.execute(query.order_by(*order)).mappings()]


def item(db: Database, item_id: str) -> Item:
    """The item with this id.

    Raises:
        NotFound: there is none.
    """
    with db.read() as connection:
        query = sa.select(tables.items).where(tables.items.c.id == item_id)
        row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"no item {item_id!r}")
    return item_of(row)


def passages(db: Database, creator: str, *, include_private: bool = False) -> list[Passage]:
    """Passages of `creator`, in the order of `list_items`; those of private items only when asked for."""
    item_table, table = tables.items, tables.passages
    query = sa.select(table).join(item_table, item_table.c.id == table.c.item_id)
    query = query.where(table.c.creator == creator)
    if not include_private:
        query = query.where(item_table.c.private.is_(False))
    order = (item_table.c.published.is_(None), item_table.c.published, item_table.c.path, item_table.c.part)
    with db.read() as connection:
        return [
            read_passage(row)
            for row in connection.execute(query.order_by(*order, table.c.ordinal)).mappings()
        ]


def passage_counts(db: Database, creator: str) -> dict[str, int]:
    """How many passages each item of `creator` has; items without one are not there."""
    table = tables.passages
    query = sa.select(table.c.item_id, sa.func.count()).where(table.c.creator == creator)
    with db.read() as connection:
        return {
            str(item_id): int(count) for item_id, count in connection.execute(query.group_by(table.c.item_id))
        }


def item_passages(db: Database, item_id: str) -> list[Passage]:
    """The passages of one item in order."""
    table = tables.passages
    query = sa.select(table).where(table.c.item_id == item_id).order_by(table.c.ordinal)
    with db.read() as connection:
        return [read_passage(row) for row in connection.execute(query).mappings()]


def passage(db: Database, passage_id: str) -> Passage:
    """The passage with this id.

    Raises:
        NotFound: there is none.
    """
    with db.read() as connection:
        query = sa.select(tables.passages).where(tables.passages.c.id == passage_id)
        row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"no passage {passage_id!r}")
    return read_passage(row)


def insert_item(connection: Connection, new: Item, its_passages: Sequence[Passage]) -> None:
    """Add an item with its passages inside the caller's transaction."""
    connection.execute(tables.items.insert().values(**asdict(new)))
    if its_passages:
        connection.execute(tables.passages.insert(), [asdict(passage) for passage in its_passages])


def replace_passages(connection: Connection, old: Sequence[Passage], new: Sequence[Passage]) -> None:
    """Put other passages in the place of all those of an item, inside the caller's transaction.

    A passage whose id stays is only moved; its text must be the same.
    """
    table = tables.passages
    places = {passage.id: passage.ordinal for passage in old}
    gone = places.keys() - {passage.id for passage in new}
    connection.execute(table.delete().where(table.c.id.in_(gone)))
    _move(connection, [(places[p.id], p) for p in new if places.get(p.id, p.ordinal) != p.ordinal])
    added = [asdict(passage) for passage in new if passage.id not in places]
    if added:
        connection.execute(table.insert(), added)


def _move(connection: Connection, moved: Sequence[tuple[int, Passage]]) -> None:
    """Give stored passages of one item their new ordinals and links: `(old ordinal, passage)`, in order.

    They step aside first, since no two may have one place even for a moment; neighbours then move together.
    """
    table = tables.passages
    if not moved:
        return
    mine = table.c.item_id == moved[0][1].item_id
    aside = sa.and_(mine, table.c.ordinal >= moved[0][0])
    connection.execute(table.update().where(aside).values(ordinal=-1 - table.c.ordinal))
    for by, run in groupby(moved, key=lambda pair: pair[1].ordinal - pair[0]):
        olds = [old for old, _ in run]
        here = sa.and_(mine, table.c.ordinal.between(-1 - olds[-1], -1 - olds[0]))
        connection.execute(table.update().where(here).values(ordinal=-1 - table.c.ordinal + by))
    written = sa.and_(mine, table.c.start_s.is_(None), table.c.ordinal >= moved[0][1].ordinal)
    anchor = sa.literal("p=") + sa.cast(table.c.ordinal + 1, sa.String)
    connection.execute(table.update().where(written).values(anchor=anchor))


def delete_items(connection: Connection, *conditions: sa.ColumnElement[bool]) -> int:
    """Delete the items that meet every condition, and their passages; how many there were.

    What was a duplicate of one of them counts again.
    """
    ids = sa.select(tables.items.c.id).where(*conditions)
    twice = tables.items.c.duplicate_of.in_(ids)
    connection.execute(tables.items.update().where(twice).values(duplicate_of=None))
    connection.execute(tables.passages.delete().where(tables.passages.c.item_id.in_(ids)))
    return connection.execute(tables.items.delete().where(*conditions)).rowcount


def delete_item(db: Database, item_id: str) -> Item:
    """Delete an item and its passages; returns what it was, so that the caller can delete its media and re-index.

    Raises:
        NotFound: there is none.
    """
    deleted = item(db, item_id)
    with db.write() as connection:
        delete_items(connection, tables.items.c.id == item_id)
    return deleted


def blob_is_used(db: Database, digest: str) -> bool:
    """Whether any item of any creator still plays or shows this file."""
    table = tables.items.c
    query = (
        sa.select(table.id).where(sa.or_(table.media_sha256 == digest, table.cover_sha256 == digest)).limit(1)
    )
    with db.read() as connection:
        return connection.execute(query).first() is not None


def counts(db: Database, creator: str) -> LibraryCounts:
    """How much the library of `creator` holds, for a short report."""
    table = tables.items
    mine = table.c.creator == creator
    usable = sa.and_(mine, table.c.private.is_(False))
    with db.read() as connection:
        total = connection.execute(
            sa.select(sa.func.count(), sa.func.sum(table.c.words), sa.func.sum(table.c.duration_s)).where(
                usable
            )
        ).one()
        private = connection.scalar(sa.select(sa.func.count()).where(mine, table.c.private.is_(True)))
        joined = sa.select(sa.func.count()).select_from(tables.passages.join(table)).where(usable)
        return LibraryCounts(
            items=int(total[0]),
            passages=int(connection.scalar(joined) or 0),
            words=int(total[1] or 0),
            hours=float(total[2] or 0.0) / 3600,
            private_items=int(private or 0),
            kinds=_tally(connection, table.c.kind, usable),
            languages=_tally(connection, table.c.language, usable),
        )


def _tally(
    connection: Connection, column: sa.Column[Any], condition: sa.ColumnElement[bool]
) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(condition).group_by(column).order_by(column)
    return {str(value): int(count) for value, count in connection.execute(query)}


def item_of(row: Mapping[Any, Any]) -> Item:
    """The item in a whole row of the table."""
    lists = {name: tuple(row[name]) for name in ("uses", "tags", "confirmed")}
    chapters = tuple(Chapter(**chapter) for chapter in row["chapters"])
    flags = tuple(Flag(**flag) for flag in row["flags"])
    dropped = tuple(Dropped(**one) for one in row["dropped"])
    said = {name: row[name] and restored(row[name]) for name in ("file_rights", "folder_rights")}
    return Item(**{**row, **lists, **said, "chapters": chapters, "flags": flags, "dropped": dropped})


def read_passage(row: Mapping[Any, Any]) -> Passage:
    """A passage from its row."""
    times = tuple((int(offset), float(second)) for offset, second in row["times"])
    return Passage(**{**row, "times": times, "marks": tuple(row["marks"])})
