"""The library's rows as they travel: items, passages, rules and decisions about rights, what is kept apart.

What is masked in them stays masked: the values themselves and the key of their stand-ins never travel. Nor does what
other people say; see `redaction`. What can be made again (fingerprints, voices heard, the index) does not either. Knows nothing about files or zips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.library import items, tables
from fenshen.library.claims import Rights
from fenshen.library.cleaning.tables import kept_apart
from fenshen.library.items import Item
from fenshen.library.matching import parse_match
from fenshen.library.passages import Passage
from fenshen.library.privacy.finder import Finder
from fenshen.library.rules import list_rules, settle_rights
from fenshen.library.speakers.stored import decisions_in
from fenshen.studio.transfer.redaction import redact_item, redact_passage

#: Rows put into one statement.
BATCH = 500


@dataclass(frozen=True)
class RuleRow:
    """A bulk rule about rights."""

    match: str
    rights: Rights


@dataclass(frozen=True)
class DecisionRow:
    """What the creator decided about one item; `source` and `part` say which."""

    source: str
    part: str
    rights: Rights | None
    confirmed: tuple[str, ...]


@dataclass(frozen=True)
class ApartRow:
    """Two items that the creator said are not the same."""

    item_id: str
    other_id: str


def items_of(db: Database, creator: str) -> Iterator[Item]:
    """Every item, as it may leave."""
    table = tables.passages
    speaks = sa.select(table.c.speaker).where(table.c.creator == creator, table.c.speaker.is_not(None))
    with db.read() as connection:
        others, own = (
            tuple(connection.execute(speaks.where(table.c.is_creator.is_(mine)).distinct()).scalars())
            for mine in (False, True)
        )
    people = Finder(others, own)
    for item in items.list_items(db, creator):
        yield redact_item(item, items.item_passages(db, item.id), decisions_in(db, item.id), people)


def passages_of(db: Database, creator: str) -> Iterator[Passage]:
    """Every passage as it may leave, item after item, so that memory does not grow with the library."""
    for item in items.list_items(db, creator):
        yield from map(redact_passage, items.item_passages(db, item.id))


def own_items(db: Database, creator: str) -> frozenset[str]:
    """Ids of the items in which nobody but the creator speaks."""
    table = tables.passages
    others = sa.select(table.c.item_id).where(table.c.creator == creator, table.c.is_creator.is_(False))
    query = sa.select(tables.items.c.id).where(tables.items.c.creator == creator)
    with db.read() as connection:
        return frozenset(connection.execute(query.where(tables.items.c.id.not_in(others))).scalars())


def rules_of(db: Database, creator: str) -> list[RuleRow]:
    """The rules in order."""
    return [RuleRow(str(rule.match), rule.rights) for rule in list_rules(db, creator)]


def decisions_of(db: Database, creator: str) -> list[DecisionRow]:
    """The decisions about single items."""
    table = tables.rights_decisions
    query = sa.select(table).where(table.c.creator == creator).order_by(table.c.source, table.c.part)
    with db.read() as connection:
        return [
            DecisionRow(
                row.source,
                row.part,
                None if row.rights is None else Rights(**{**row.rights, "uses": tuple(row.rights["uses"])}),
                tuple(row.confirmed),
            )
            for row in connection.execute(query)
        ]


def apart_of(db: Database, creator: str) -> list[ApartRow]:
    """The pairs that are kept apart."""
    table = kept_apart
    query = sa.select(table).where(table.c.creator == creator).order_by(table.c.item_id, table.c.other_id)
    with db.read() as connection:
        return [ApartRow(row.item_id, row.other_id) for row in connection.execute(query)]


def check_rule(row: RuleRow) -> None:
    """Raise unless the rule can be understood.

    Raises:
        BadInput: `bad_library`.
    """
    try:
        parse_match(row.match)
    except BadInput as error:
        raise BadInput(f"a rule cannot be understood: {error.message}", code="bad_library") from error


def insert_items(connection: Connection, creator: str, found: Iterable[Item]) -> frozenset[str]:
    """Add the items that this creator does not have; the ids of those added."""
    table, added = tables.items, set()
    mine = sa.select(table.c.sha256, table.c.part).where(table.c.creator == creator)
    known = {(row.sha256, row.part) for row in connection.execute(mine)}
    for batch in _batches(found):
        new = [item for item in batch if (item.sha256, item.part) not in known]
        if new:
            connection.execute(table.insert(), [{**asdict(item), "creator": creator} for item in new])
        added |= {item.id for item in new}
    return frozenset(added)


def insert_passages(
    connection: Connection, creator: str, added: frozenset[str], found: Iterable[Passage]
) -> int:
    """Add the passages of the items that were added; how many."""
    count = 0
    for batch in _batches(found):
        rows = [{**asdict(passage), "creator": creator} for passage in batch if passage.item_id in added]
        if rows:
            connection.execute(tables.passages.insert(), rows)
        count += len(rows)
    return count


def insert_words_about_rights(
    connection: Connection, creator: str, rules: Sequence[RuleRow], decisions: Iterable[DecisionRow]
) -> None:
    """Add rules and decisions where this creator has none of their own about the same."""
    table = tables.rights_rules
    has_rules = connection.execute(sa.select(table.c.ordinal).where(table.c.creator == creator)).first()
    if has_rules is None and rules:
        connection.execute(
            table.insert(),
            [
                {"creator": creator, "ordinal": ordinal, "match": row.match, "rights": asdict(row.rights)}
                for ordinal, row in enumerate(rules, 1)
            ],
        )
    table = tables.rights_decisions
    mine = sa.select(table.c.source, table.c.part).where(table.c.creator == creator)
    known = {(row.source, row.part) for row in connection.execute(mine)}
    for batch in _batches(decisions):
        rows = [{**asdict(row), "creator": creator} for row in batch if (row.source, row.part) not in known]
        if rows:
            connection.execute(table.insert(), rows)


def insert_apart(connection: Connection, creator: str, pairs: Iterable[ApartRow]) -> None:
    """Add the pairs that are not known yet."""
    table = kept_apart
    mine = sa.select(table.c.item_id, table.c.other_id).where(table.c.creator == creator)
    known = {(row.item_id, row.other_id) for row in connection.execute(mine)}
    for batch in _batches(pairs):
        rows = [{**asdict(p), "creator": creator} for p in batch if (p.item_id, p.other_id) not in known]
        if rows:
            connection.execute(table.insert(), rows)


def settle(connection: Connection, creator: str, added: frozenset[str]) -> None:
    """Give the added items the rights that hold for them here, whatever their rows claim."""
    for batch in _batches(sorted(added)):
        settle_rights(connection, creator, batch)


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch
