"""Which speaker of a chat export is the creator: guessed from names or the export itself, chosen by people.

    reader → `settle` (whose names count) → passages → `relabel` by what was chosen → store
    page, command line → `undecided_exports`, `speakers_in` → `choose_owner`

An export is every item that one file or folder became. A choice is kept by where the export lay and by its
content, so that a newer export at the same place and the same one elsewhere obey it. Knows nothing about
formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database, metadata
from fenshen.core.errors import BadInput, NotFound
from fenshen.library import tables
from fenshen.library.document import Document
from fenshen.library.items import Item, item
from fenshen.library.passages import Passage, is_owner

export_owners = sa.Table(
    "export_owners",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
)
#: Kinds of items in which people speak under names and one of them should be the creator.
_TALKS = ("chat", "live")
_SPEAKERS_NAMED = 12


@dataclass(frozen=True)
class Speaker:
    """Someone who speaks in an export.

    Attributes:
        passages: how many passages are theirs, quoted ones left out.
        characters: length of those passages together.
    """

    name: str
    passages: int
    characters: int
    is_creator: bool


@dataclass(frozen=True)
class Export:
    """An export in which nobody is the creator yet.

    Attributes:
        item_id: one of its items, to choose by.
        items: how many items came from it.
    """

    item_id: str
    title: str
    path: str
    format: str
    items: int


def settle(
    documents: Sequence[Document], owner_names: Sequence[str]
) -> tuple[list[Document], tuple[str, ...]]:
    """`documents` of one export and the names that count in them.

    Whoever the export says made it is the creator, and namesakes are not. If the creator's names point at
    somebody else in it, somebody else made it, and nobody is the creator until a person chooses.
    """
    stated = {document.owner for document in documents if document.owner}
    if not stated:
        return list(documents), tuple(owner_names)
    if any(is_owner(name, owner_names) for name in stated):
        return list(documents), ()
    speakers = {cue.speaker for document in documents for cue in document.cues if not cue.marks}
    if any(is_owner(name, owner_names) for name in speakers if name):
        return [replace(document, owner=None) for document in documents], ()
    return list(documents), ()


def speakers_in(db: Database, item_id: str) -> list[Speaker]:
    """Who speaks how much in the export that the item belongs to, most words first.

    Raises:
        NotFound: no such item.
    """
    found = item(db, item_id)
    with db.read() as connection:
        return _speakers(connection, found)


def choose_owner(db: Database, creator: str, item_id: str, name: str) -> int:
    """Make `name` the creator in the whole export of an item, now and when it is read again.

    Only the creator's own words can be found, so the caller brings the index in line afterwards.

    Returns: how many of its passages are the creator's now.

    Raises:
        NotFound: the creator has no such item.
        BadInput: `unknown_speaker`, nobody of that name speaks there.
    """
    found = item(db, item_id)
    if found.creator != creator:
        raise NotFound(f"no item {item_id!r}")
    with db.write() as connection:
        speakers = {speaker.name: speaker.passages for speaker in _speakers(connection, found)}
        if name not in speakers:
            there = ", ".join(map(repr, list(speakers)[:_SPEAKERS_NAMED])) or "nobody"
            raise BadInput(f"{name!r} does not speak in it; these do: {there}", code="unknown_speaker")
        passages = tables.passages
        ids = sa.select(tables.items.c.id).where(_export(found))
        spoken = sa.and_(passages.c.item_id.in_(ids), passages.c.speaker.is_not(None))
        connection.execute(
            passages.update().where(spoken).values(is_creator=passages.c.speaker == sa.literal(name))
        )
        mine = sa.and_(export_owners.c.creator == creator, export_owners.c.source == found.source)
        connection.execute(export_owners.delete().where(mine))
        connection.execute(
            export_owners.insert().values(
                creator=creator, source=found.source, sha256=found.sha256, name=name
            )
        )
        return speakers[name]


def undecided_exports(db: Database, creator: str) -> list[Export]:
    """Exports of `creator` in which people speak and none of them is the creator, by path."""
    table, passages = tables.items, tables.passages
    own = sa.func.sum(sa.case((passages.c.is_creator, 1), else_=0))
    query = (
        sa.select(sa.func.min(table.c.id), sa.func.count(sa.distinct(table.c.id)))
        .join(passages, passages.c.item_id == table.c.id)
        .where(
            table.c.creator == creator,
            table.c.kind.in_(_TALKS),
            table.c.private.is_(False),
            table.c.excluded.is_(False),
            passages.c.speaker.is_not(None),
            passages.c.marks == [],
        )
        .group_by(table.c.source)
        .having(own == 0)
    )
    with db.read() as connection:
        found = {str(row[0]): int(row[1]) for row in connection.execute(query)}
        rows = connection.execute(
            sa.select(table.c.id, table.c.title, table.c.path, table.c.format)
            .where(table.c.id.in_(found))
            .order_by(table.c.path, table.c.id)
        ).all()
    return [Export(row.id, row.title, row.path, row.format, found[row.id]) for row in rows]


def chosen_owner(connection: Connection, creator: str, sources: Iterable[str], sha256: str) -> str | None:
    """The speaker chosen for an export that lies at one of `sources`, or else has this content."""
    table = export_owners
    asked = sa.or_(table.c.source.in_(list(sources)), table.c.sha256 == sha256)
    query = sa.select(table.c.name).where(table.c.creator == creator, asked)
    return connection.scalar(query.order_by(table.c.source.in_(list(sources)).desc()).limit(1))


def relabel(passages: Sequence[Passage], name: str) -> tuple[Passage, ...]:
    """`passages` with `name`, and nobody else who has a name, as the creator."""
    is_there = any(passage.speaker == name for passage in passages)
    return tuple(
        passage
        if passage.speaker is None
        else replace(
            passage, is_creator=passage.speaker == name if is_there else is_owner(passage.speaker, (name,))
        )
        for passage in passages
    )


def _export(of: Item) -> sa.ColumnElement[bool]:
    """The items that came from the same place as this one."""
    table = tables.items
    same = table.c.source == of.source if of.source else table.c.sha256 == of.sha256
    return sa.and_(table.c.creator == of.creator, same)


def _speakers(connection: Connection, of: Item) -> list[Speaker]:
    passages = tables.passages
    count, length = sa.func.count(), sa.func.sum(sa.func.length(passages.c.text))
    own = sa.func.max(sa.case((passages.c.is_creator, 1), else_=0))
    ids = sa.select(tables.items.c.id).where(_export(of))
    query = (
        sa.select(passages.c.speaker, count, length, own)
        .where(passages.c.item_id.in_(ids), passages.c.speaker.is_not(None), passages.c.marks == [])
        .group_by(passages.c.speaker)
        .order_by(length.desc(), passages.c.speaker)
    )
    return [Speaker(str(name), n, int(size), bool(mine)) for name, n, size, mine in connection.execute(query)]
