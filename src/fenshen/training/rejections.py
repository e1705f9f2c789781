"""Examples that the creator does not want learned: rejected, taken back, left out of what is trained next.

A rejection names what is learned (`Example.digest`), so it outlives retraining, renumbering and another
teacher. The example is kept beside it to be shown and taken back, for as long as its item is in the library.
Versions that were trained before keep their snapshot.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import BadInput, NotFound
from fenshen.training import snapshot, versions
from fenshen.training.snapshot import BrowsedExample

#: The shortest beginning of a digest that may stand for it.
DIGEST_CHARS_MIN = 6

rejected_examples = sa.Table(
    "rejected_examples",
    metadata,
    sa.Column("creator", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("item_id", sa.String(64), index=True),
    sa.Column("example", JsonText, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
)


@dataclass(frozen=True)
class Rejection:
    """An example that is left out; `example` is `None` once its item has left the library."""

    digest: str
    example: BrowsedExample | None
    at: datetime
    by: str


def reject(
    db: Database, clock: Clock, home: Path, creator: str, digests: Sequence[str], by: str
) -> list[str]:
    """Leave examples of the newest version out of the next training; the digests in full.

    Args:
        digests: of examples, or their beginnings.
        by: a user id, or `cli`.

    Raises:
        NotFound: the newest version has no such example.
        BadInput: a beginning fits several.
    """
    newest = versions.newest(db, creator)
    known = {} if newest is None else snapshot.examples_by_digest(home / newest.adapter_dir)
    found = [_only(digest, known, creator) for digest in digests]
    with db.write() as connection:
        for digest in found:
            _keep(connection, clock, creator, known[digest], by)
    return found


def restore(db: Database, clock: Clock, creator: str, digests: Sequence[str], by: str) -> list[str]:
    """Take rejections back; the digests in full.

    Raises:
        NotFound: no such example is rejected.
        BadInput: a beginning fits several.
    """
    known = rejected_digests(db, creator)
    found = [_only(digest, known, creator) for digest in digests]
    table = rejected_examples
    with db.write() as connection:
        for digest in found:
            connection.execute(table.delete().where(table.c.creator == creator, table.c.digest == digest))
            audit.append(connection, clock, by, "example.restore", creator, {"example": digest})
    return found


def rejected_digests(db: Database, creator: str) -> frozenset[str]:
    """What is not to be learned."""
    query = sa.select(rejected_examples.c.digest).where(rejected_examples.c.creator == creator)
    with db.read() as connection:
        return frozenset(connection.execute(query).scalars())


def list_rejected(db: Database, creator: str, item_ids: Collection[str]) -> list[Rejection]:
    """Every rejection, newest first.

    Args:
        item_ids: what the library holds; words of other items are not given out.
    """
    table = rejected_examples
    query = sa.select(table).where(table.c.creator == creator).order_by(table.c.at.desc(), table.c.digest)
    with db.read() as connection:
        rows = connection.execute(query).mappings().all()
    return [
        Rejection(
            row["digest"],
            _shown(row["example"]) if row["example"] and not _is_gone(row["item_id"], item_ids) else None,
            row["at"],
            row["by"],
        )
        for row in rows
    ]


def forget_gone(db: Database, creator: str, item_ids: Collection[str]) -> None:
    """Keep no words of items that have left the library; that they are rejected is kept."""
    table = rejected_examples
    query = sa.select(table.c.item_id).where(table.c.creator == creator).distinct()
    with db.write() as connection:
        gone = [one for one in connection.execute(query).scalars() if _is_gone(one, item_ids)]
        of_gone = (table.c.creator == creator, table.c.item_id.in_(gone))
        connection.execute(table.update().where(*of_gone).values(example={}))


def _keep(connection: Connection, clock: Clock, creator: str, example: BrowsedExample, by: str) -> None:
    table = rejected_examples
    mine = (table.c.creator == creator, table.c.digest == example.digest)
    if connection.execute(sa.select(table.c.digest).where(*mine)).first() is not None:
        return
    connection.execute(
        table.insert().values(
            creator=creator,
            digest=example.digest,
            item_id=example.item_id,
            example=asdict(example),
            at=clock.now(),
            by=by,
        )
    )
    details = {"example": example.digest, "kind": example.kind, "item": example.item_id}
    audit.append(connection, clock, by, "example.reject", creator, details)


def _only(digest: str, known: Collection[str], creator: str) -> str:
    """The one of `known` that begins with `digest`."""
    fitting = [one for one in known if one.startswith(digest)] if len(digest) >= DIGEST_CHARS_MIN else []
    if len(fitting) > 1:
        raise BadInput(f"{digest!r} fits {len(fitting)} examples; give more of it", code="ambiguous_example")
    if not fitting:
        raise NotFound(f"no example {digest!r} of {creator!r}; list them with `fenshen examples {creator}`")
    return fitting[0]


def _is_gone(item_id: str | None, item_ids: Collection[str]) -> bool:
    return item_id is not None and item_id not in item_ids


def _shown(stored: dict[str, Any]) -> BrowsedExample:
    lists = {"messages": tuple(stored["messages"]), "unlearned": tuple(map(tuple, stored["unlearned"]))}
    return BrowsedExample(**{**stored, **lists})
