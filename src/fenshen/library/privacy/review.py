"""The creator's review: what was found, in its context, and what becomes of it: `mask` (the default) or `keep`.

A decision is applied to what is stored at once and holds for everything that is taken in later; the opposite decision
undoes it. Shows values in the clear: for the creator only. Knows nothing about the index: the caller brings it in line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database, JsonText, metadata
from fenshen.core.errors import NotFound
from fenshen.core.ids import digest_text, new_secret
from fenshen.library import tables
from fenshen.library.passages import Times
from fenshen.library.privacy.finding import KINDS, PersonalKind
from fenshen.library.privacy.mask import Sighting, is_chinese
from fenshen.library.privacy.pseudonyms import Pseudonyms, stand_in, stand_ins

personal_data = sa.Table(
    "personal_data",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("decision", sa.String(8), nullable=False),
    sa.UniqueConstraint("creator", "digest"),
)

personal_data_places = sa.Table(
    "personal_data_places",
    metadata,
    sa.Column(
        "value_id", sa.String(64), sa.ForeignKey("personal_data.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column(
        "item_id", sa.String(64), sa.ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True
    ),
    sa.Column("spellings", JsonText, nullable=False),
    sa.Column("sightings", sa.Integer, nullable=False),
)

pseudonym_keys = sa.Table(
    "pseudonym_keys",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("secret", sa.String(80), nullable=False),
)


#: Values asked for in one query.
CHUNK = 500


def pseudonyms_of(db: Database, creator: str) -> Pseudonyms:
    """The creator's stand-ins, with what they decided to keep; the key is made when it is first asked for."""
    with db.write() as connection:
        secret = connection.scalar(
            sa.select(pseudonym_keys.c.secret).where(pseudonym_keys.c.creator == creator)
        )
        if secret is None:
            secret = new_secret("")
            connection.execute(pseudonym_keys.insert().values(creator=creator, secret=secret))
        kept = sa.select(personal_data.c.digest).where(
            personal_data.c.creator == creator, personal_data.c.decision == "keep"
        )
        return Pseudonyms(str(secret), frozenset(connection.scalars(kept)))


def record(connection: Connection, creator: str, found: Mapping[str, Sequence[Sighting]]) -> None:
    """Note what was found in new items, by item id, inside the caller's transaction; the items are stored already."""
    by_place: dict[tuple[str, str], list[Sighting]] = {}
    for item_id, sightings in found.items():
        for sighting in sightings:
            by_place.setdefault((value_id(creator, sighting.digest), item_id), []).append(sighting)
    if not by_place:
        return
    values = {key: sightings[0] for (key, _), sightings in by_place.items()}
    known = _known(connection, list(values))
    new = [
        {"id": key, "creator": creator, "kind": one.kind, "digest": one.digest, "decision": "mask"}
        for key, one in values.items()
        if key not in known
    ]
    if new:
        connection.execute(personal_data.insert(), new)
    places = [
        {
            "value_id": key,
            "item_id": item_id,
            "spellings": [one.spelling for one in sightings],
            "sightings": len(sightings),
        }
        for (key, item_id), sightings in by_place.items()
    ]
    connection.execute(personal_data_places.insert(), places)


def value_id(creator: str, digest: str) -> str:
    """The id under which a creator reviews a value: short enough to type, the same after re-ingest."""
    return f"pd_{digest_text(creator, digest)[:16]}"


def _known(connection: Connection, ids: list[str]) -> set[str]:
    found: set[str] = set()
    for at in range(0, len(ids), CHUNK):
        query = sa.select(personal_data.c.id).where(personal_data.c.id.in_(ids[at : at + CHUNK]))
        found.update(connection.scalars(query))
    return found


def replaced(
    text: str, times: Sequence[Sequence[float]], pattern: re.Pattern[str], shown: Iterator[str]
) -> tuple[str, Times]:
    """`text` with what `pattern` matches replaced by the next of `shown`, and its times at their new offsets.

    A time inside a replaced stretch moves to its beginning: never later than what is said.
    """
    parts: list[str] = []
    moved = [(int(offset), float(second)) for offset, second in times]
    done = grown = 0
    for match in pattern.finditer(text):
        new = next(shown)
        parts += [text[done : match.start()], new]
        done = match.end()
        begin, change = match.start() + grown, len(new) - len(match[0])
        grown += change
        moved = [(_moved(offset, begin, len(match[0]), change), second) for offset, second in moved]
    return "".join([*parts, text[done:]]), tuple(moved)


def spelled(spellings: Sequence[str]) -> re.Pattern[str]:
    """Finds any of `spellings` as it stands in a passage, where spaces and line breaks may have changed."""
    longest_first = sorted(set(spellings), key=len, reverse=True)
    parts = (r"\s+".join(re.escape(word) for word in spelling.split()) for spelling in longest_first)
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(parts)})(?![0-9A-Za-z])")


def _moved(offset: int, begin: int, length: int, change: int) -> int:
    """Where `offset` is after `length` characters at `begin` became `length + change`."""
    if offset <= begin:
        return offset
    return begin if offset < begin + length else offset + change


Decision = Literal["mask", "keep"]

#: Characters of context on either side.
CONTEXT_CHARS = 60


@dataclass(frozen=True)
class Personal:
    """A value that was found.

    Attributes:
        value: how it is written where it was found first.
        shown: what texts show instead, in English.
        count: how often it was found.
        items: ids of the items it is in.
        context: one place where it stands, everything else personal in it masked; empty if it is in a title only.
    """

    id: str
    kind: PersonalKind
    value: str
    shown: str
    decision: Decision
    count: int
    items: tuple[str, ...]
    context: str


@dataclass(frozen=True)
class PersonalCounts:
    """How much personal data a library holds: different values and sightings by kind, and values kept by decision."""

    values: dict[str, int]
    sightings: dict[str, int]
    kept: int


@dataclass(frozen=True)
class Rewritten:
    """What a decision changed: ids of items and passages whose text is another now; the index must hear of them."""

    items: tuple[str, ...]
    passages: tuple[str, ...]


def personal_data_of(
    db: Database, creator: str, *, kind: str | None = None, limit: int = 1000, offset: int = 0
) -> list[Personal]:
    """Values found in the creator's library, by kind, the most frequent first; those whose items are gone are not there."""
    values, places = personal_data, personal_data_places
    count = sa.func.sum(places.c.sightings).label("count")
    query = sa.select(values, count).join(places, places.c.value_id == values.c.id)
    query = query.where(values.c.creator == creator).group_by(*values.c)
    if kind:
        query = query.where(values.c.kind == kind)
    order = sa.case({name: at for at, name in enumerate(KINDS)}, value=values.c.kind)
    with db.read() as connection:
        rows = connection.execute(
            query.order_by(order, count.desc(), values.c.id).limit(limit).offset(offset)
        )
        return [_personal(connection, row) for row in rows.mappings().all()]


def count_personal_data(db: Database, creator: str) -> PersonalCounts:
    """How much there is, for the report."""
    values, places = personal_data, personal_data_places
    query = sa.select(
        values.c.kind, sa.func.count(values.c.id.distinct()), sa.func.sum(places.c.sightings)
    ).join(places, places.c.value_id == values.c.id)
    mine = values.c.creator == creator
    with db.read() as connection:
        rows = connection.execute(query.where(mine).group_by(values.c.kind).order_by(values.c.kind)).all()
        kept = sa.select(sa.func.count()).select_from(values).where(mine, values.c.decision == "keep")
        return PersonalCounts(
            {row[0]: int(row[1]) for row in rows},
            {row[0]: int(row[2]) for row in rows},
            int(connection.scalar(kept) or 0),
        )


def decide(db: Database, creator: str, value_id: str, decision: Decision) -> Rewritten:
    """Keep a value as it is, or mask it again, in everything stored and everything to come.

    Raises:
        NotFound: the creator has no such value.
    """
    mine = sa.and_(personal_data.c.id == value_id, personal_data.c.creator == creator)
    with db.write() as connection:
        row = connection.execute(sa.select(personal_data).where(mine)).mappings().first()
        if row is None:
            raise NotFound(f"no value {value_id!r}; `fenshen library {creator} private` lists them")
        if row["decision"] == decision:
            return Rewritten((), ())
        connection.execute(personal_data.update().where(mine).values(decision=decision))
        items: list[str] = []
        passages: list[str] = []
        for item_id, spellings in _places(connection, value_id):
            changed, its_passages = _rewrite(connection, row, item_id, spellings, decision)
            items += [item_id] if changed else []
            passages += its_passages
        return Rewritten(tuple(items), tuple(passages))


def _rewrite(
    connection: Connection, value: sa.RowMapping, item_id: str, spellings: Sequence[str], decision: Decision
) -> tuple[bool, list[str]]:
    """Apply a decision to one item: its title, its passages in order, their speakers."""
    item = connection.execute(sa.select(tables.items).where(tables.items.c.id == item_id)).mappings().one()
    table = tables.passages
    query = sa.select(table).where(table.c.item_id == item_id).order_by(table.c.ordinal)
    if decision == "keep":
        pattern, shown = stand_ins(value["kind"], value["digest"]), _in_turn(spellings)
    else:
        pattern, shown = spelled(spellings), None
    title, _ = replaced(item["title"], (), pattern, shown or _masks(value, item["title"], item["language"]))
    if title != item["title"]:
        connection.execute(tables.items.update().where(tables.items.c.id == item_id).values(title=title))
    changed: list[str] = []
    for row in connection.execute(query).mappings().all():
        text, times = replaced(
            row["text"], row["times"], pattern, shown or _masks(value, row["text"], item["language"])
        )
        speaker = _speaker(row["speaker"], pattern, value, spellings, decision)
        if text != row["text"] or speaker != row["speaker"]:
            new = {"text": text, "times": times, "speaker": speaker}
            connection.execute(table.update().where(table.c.id == row["id"]).values(**new))
            changed.append(row["id"])
    return bool(changed) or title != item["title"], changed


def _speaker(
    speaker: str | None,
    pattern: re.Pattern[str],
    value: sa.RowMapping,
    spellings: Sequence[str],
    decision: Decision,
) -> str | None:
    if speaker is None or value["kind"] == "name":
        return speaker
    if decision == "keep":
        return pattern.sub(lambda _: spellings[-1], speaker)
    return pattern.sub(lambda _: stand_in(value["kind"], value["digest"], chinese=False), speaker)


def _in_turn(spellings: Sequence[str]) -> Iterator[str]:
    """Each spelling in its turn, and the last for what was added by hand since."""
    yield from spellings
    while True:
        yield spellings[-1]


def _masks(value: sa.RowMapping, text: str, language: str) -> Iterator[str]:
    while True:
        yield stand_in(value["kind"], value["digest"], chinese=is_chinese(text, language))


def _places(connection: Connection, value_id: str) -> list[tuple[str, list[str]]]:
    places = personal_data_places
    query = sa.select(places.c.item_id, places.c.spellings).where(places.c.value_id == value_id)
    return [(row.item_id, row.spellings) for row in connection.execute(query.order_by(places.c.item_id))]


def _personal(connection: Connection, row: sa.RowMapping) -> Personal:
    places = _places(connection, row["id"])
    return Personal(
        id=row["id"],
        kind=row["kind"],
        value=places[0][1][0],
        shown=stand_in(row["kind"], row["digest"], chinese=False),
        decision=row["decision"],
        count=int(row["count"]),
        items=tuple(item_id for item_id, _ in places),
        context=_context(connection, row, places),
    )


def _context(connection: Connection, value: Any, places: Sequence[tuple[str, list[str]]]) -> str:
    """A stretch of the first passage that holds the value, with the value in it in the clear."""
    item_id, spellings = places[0]
    is_kept = value["decision"] == "keep"
    pattern = spelled(spellings) if is_kept else stand_ins(value["kind"], value["digest"])
    table = tables.passages
    title = connection.scalar(sa.select(tables.items.c.title).where(tables.items.c.id == item_id))
    spelling = (*spellings, spellings[-1])[min(len(pattern.findall(title or "")), len(spellings))]
    query = sa.select(table.c.text).where(table.c.item_id == item_id).order_by(table.c.ordinal)
    for text in connection.scalars(query):
        if match := pattern.search(text):
            before = text[max(0, match.start() - CONTEXT_CHARS) : match.start()]
            after = text[match.end() : match.end() + CONTEXT_CHARS]
            return f"{before}{match[0] if is_kept else spelling}{after}".replace("\n", " ")
    return ""
