"""Which speaker of a conversation is the creator, as chosen once by people: one, none of them, or all of it is theirs.

    page, command line → `undecided_exports`, `speakers_in` → `choose_owner`
    file about to be stored → `owner_to_obey`

An export is every item that one file or folder became: a chat, or any text or recording in which people speak. A choice is kept by where the export lay and by its
content, so that a newer export at the same place and the same one elsewhere obey it. Knows nothing about
how it is guessed before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database, metadata
from fenshen.core.errors import BadInput, NotFound
from fenshen.library import tables
from fenshen.library.dialogue.names import UNKNOWN_VOICE, is_personal, plain
from fenshen.library.held import hold
from fenshen.library.items import Item, item, item_of
from fenshen.library.owner_guess import Answer, Choice
from fenshen.library.passages import Passage

export_owners = sa.Table(
    "export_owners",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("answer", sa.String(8), nullable=False, server_default="speaker"),
)
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


def speakers_in(db: Database, item_id: str) -> list[Speaker]:
    """Who speaks how much in the export that the item belongs to, most words first.

    Raises:
        NotFound: no such item.
    """
    found = item(db, item_id)
    with db.read() as connection:
        return _speakers(connection, found)


def choose_owner(db: Database, creator: str, item_id: str, name: str = "", answer: Answer = "speaker") -> int:
    """Say who is the creator in the whole export of an item, now and when it is read again.

    Many services write one file a chat. So the same holds in other exports of that format in which `name`
    speaks and nobody is the creator yet; what numbers or describes a speaker (`Speaker 1`, `Host`) is somebody else
    there. Only the creator's own words can be found: bring the index in line afterwards.

    Args:
        answer: `speaker`, it is `name`; `nobody`, it is none of them, so that the export stays held; `all`, it is no
            conversation and the creator's as a whole.

    Returns: how many passages became the creator's by it.

    Raises:
        NotFound: the creator has no such item.
        BadInput: `unknown_speaker`, nobody of that name speaks there.
    """
    found = item(db, item_id)
    if found.creator != creator:
        raise NotFound(f"no item {item_id!r}")
    with db.write() as connection:
        speakers = [speaker.name for speaker in _speakers(connection, found)]
        alike = [speaker for speaker in speakers if plain(speaker) == plain(name)]
        name = alike[0] if name not in speakers and len(alike) == 1 else name
        if answer == "speaker" and name not in speakers:
            there = ", ".join(map(repr, speakers[:_SPEAKERS_NAMED])) or "nobody"
            raise BadInput(f"{name!r} does not speak in it; these do: {there}", code="unknown_speaker")
        choice = Choice(answer, name if answer == "speaker" else "")
        decided = _decide(connection, found, choice)
        for other in _open_exports(connection, creator, found.format, choice.name):
            decided += _decide(connection, other, choice)
        return decided


def undecided_exports(db: Database, creator: str) -> list[Export]:
    """Exports of `creator` in which people speak, and nobody has said which of them is the creator, by path."""
    with db.read() as connection:
        return sorted(
            (
                Export(of.id, of.title, of.path, of.format, count)
                for of, count in _undecided(connection, creator)
                if not of.private and not of.excluded and of.duplicate_of is None
            ),
            key=lambda export: export.path,
        )


def owner_to_obey(
    connection: Connection,
    creator: str,
    places: Sequence[str],
    sha256: str,
    entries: Sequence[tuple[Item, Sequence[Passage]]],
) -> Choice | None:
    """Who is the creator in a file that is about to be stored, as far as somebody chose.

    By where it lies, by its content, or, while nobody in it is the creator, by what was chosen for other
    exports of its format.

    Args:
        places: digests of where the file and what belongs to it lie.
        entries: the items that it became, with their passages.
    """
    spoken = [p for _, cut in entries for p in cut if p.speaker and not p.marks]
    if not any(p.speaker for _, cut in entries for p in cut):
        return None
    table = export_owners
    asked = sa.or_(table.c.source.in_(places), table.c.sha256 == sha256)
    query = sa.select(table.c.answer, table.c.name).where(table.c.creator == creator, asked)
    chosen = connection.execute(query.order_by(table.c.source.in_(places).desc()).limit(1)).first()
    if chosen is not None:
        return Choice(*chosen)
    if any(p.is_creator for p in spoken):
        return None
    known = _chosen_names(connection, creator, {of.format for of, _ in entries})
    names = {p.speaker for p in spoken if p.speaker and is_personal(p.speaker)} & known
    return Choice("speaker", names.pop()) if len(names) == 1 else None


def _chosen_names(connection: Connection, creator: str, formats: set[str]) -> set[str]:
    """Names that were chosen in other exports of these formats."""
    table, items = export_owners, tables.items
    here = sa.and_(items.c.creator == table.c.creator, items.c.source == table.c.source)
    query = sa.select(table.c.name).join(items, here).where(table.c.creator == creator)
    of_speakers = sa.and_(table.c.answer == "speaker", items.c.format.in_(formats))
    return set(connection.scalars(query.where(of_speakers).distinct()))


def _decide(connection: Connection, of: Item, choice: Choice) -> int:
    """Relabel an export and remember it; how many of its passages are the creator's by it."""
    passages, table = tables.passages, export_owners
    ids = sa.select(tables.items.c.id).where(_export(of))
    spoken = sa.and_(passages.c.item_id.in_(ids), passages.c.speaker.is_not(None))
    by_answer = {"nobody": sa.false(), "all": sa.true()}
    own = by_answer.get(choice.answer, passages.c.speaker == sa.literal(choice.name))
    connection.execute(passages.update().where(spoken).values(is_creator=own))
    connection.execute(table.delete().where(table.c.creator == of.creator, table.c.source == of.source))
    row = {"creator": of.creator, "source": of.source, "sha256": of.sha256}
    connection.execute(table.insert().values(**row, name=choice.name, answer=choice.answer))
    hold(connection, _export(of))
    return connection.scalar(sa.select(sa.func.count()).select_from(passages).where(spoken, own)) or 0


def _open_exports(connection: Connection, creator: str, format_name: str, name: str) -> list[Item]:
    """One item of each undecided export of this format in which `name` speaks, if that is somebody's name."""
    if not name or not is_personal(name):
        return []
    found = [of for of, _ in _undecided(connection, creator) if of.format == format_name]
    return [of for of in found if any(who.name == name for who in _speakers(connection, of))]


def _undecided(connection: Connection, creator: str) -> list[tuple[Item, int]]:
    """One item of each export in which people speak and none is the creator, and how many items it has."""
    table, passages = tables.items, tables.passages
    own = sa.func.sum(sa.case((passages.c.is_creator, 1), else_=0))
    speaks = sa.and_(passages.c.speaker.is_not(None), passages.c.marks == [], *_no_voices(passages.c.speaker))
    people = sa.func.sum(sa.case((speaks, 1), else_=0))
    answered = sa.select(export_owners.c.source).where(export_owners.c.creator == creator)
    query = (
        sa.select(sa.func.min(table.c.id), sa.func.count(sa.distinct(table.c.id)))
        .join(passages, passages.c.item_id == table.c.id)
        .where(table.c.creator == creator, table.c.source.not_in(answered))
        .group_by(table.c.source)
        .having(own == 0, people > 0)
    )
    found = {str(row[0]): int(row[1]) for row in connection.execute(query)}
    rows = connection.execute(sa.select(table).where(table.c.id.in_(found))).mappings()
    return [(of, found[of.id]) for of in map(item_of, rows)]


def _no_voices(speaker: sa.ColumnElement[str | None]) -> tuple[sa.ColumnElement[bool], ...]:
    """Voices told apart in sound are asked for by listening to them."""
    return speaker.not_like("voice %"), speaker != UNKNOWN_VOICE


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
