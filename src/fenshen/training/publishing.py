"""Which version fans talk to changes here only: publishing, and going back. Both leave a row with their note.

Knows nothing about who may do it.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound, Refused
from fenshen.core.money import check_price
from fenshen.training import tables
from fenshen.training.publications import Note, add_publication, checked_note
from fenshen.training.released import release_items
from fenshen.training.versions import Version, get
from fenshen.trust.consent import active_ids


def publish(
    db: Database,
    clock: Clock,
    version_id: str,
    price_micros_per_minute: int,
    currency: str,
    forced_reason: str | None = None,
    note: Note | None = None,
) -> Version:
    """Let fans talk to this version, and see what it read of the library; the one before it is retired.

    Args:
        price_micros_per_minute: what a minute costs, micros of `currency`.
        forced_reason: publishes against the gate, and is recorded.
        note: what fans are told, by language.

    Raises:
        BadInput: no call could be opened at this price, the currency is no three-letter code, or the note is no
            plain short text.
        Conflict: the version is not trained to its end.
        Refused: `gate_failed`, it did not win and no reason was given.
    """
    check_price(price_micros_per_minute)
    if len(currency) != 3 or not currency.isalpha():
        raise BadInput(
            f"cannot price at {price_micros_per_minute!r} micros of {currency!r}", code="bad_price"
        )
    said = checked_note(note or {})
    with db.read() as connection:
        holding = active_ids(db, get(connection, version_id).creator, clock.now())
    with db.write() as connection:
        chosen = get(connection, version_id)
        if chosen.status in ("training", "failed"):
            raise Conflict(f"version {version_id!r} is not trained to its end", code="version_unfinished")
        reason = None if chosen.passed_gate else (forced_reason or "").strip() or None
        if not chosen.passed_gate and reason is None:
            raise Refused(_why_not(chosen), code="gate_failed", gate=chosen.gate)
        table = tables.versions
        live = (table.c.creator == chosen.creator, table.c.status == "published")
        before = connection.execute(sa.select(table.c.id).where(*live)).scalar()
        connection.execute(table.update().where(*live, table.c.id != version_id).values(status="retired"))
        now = clock.now()
        add_publication(
            connection,
            creator=chosen.creator,
            version_id=version_id,
            previous_id=before,
            kind="publish",
            price=(price_micros_per_minute, currency.upper()),
            note=said,
            forced_reason=reason,
            at=now,
        )
        connection.execute(
            table.update()
            .where(table.c.id == version_id)
            .values(
                status="published",
                price_micros_per_minute=price_micros_per_minute,
                currency=currency.upper(),
                forced_reason=reason,
                published_at=now,
                note=said,
            )
        )
        release_items(connection, chosen, holding)
        return get(connection, version_id)


def rollback(db: Database, clock: Clock, creator: str, note: Note | None = None) -> Version:
    """Retire the published version and bring back the one published before it, at its price.

    Args:
        note: what fans are told, by language.

    Raises:
        BadInput: the note is no plain short text.
        NotFound: nothing is published, or nothing was before it.
    """
    said = checked_note(note or {})
    table = tables.versions
    with db.write() as connection:
        current, before = _live_and_before(connection, creator)
        check_price(before.price_micros_per_minute)
        connection.execute(table.update().where(table.c.id == current.id).values(status="retired"))
        connection.execute(table.update().where(table.c.id == before.id).values(status="published"))
        add_publication(
            connection,
            creator=creator,
            version_id=before.id,
            previous_id=current.id,
            kind="rollback",
            price=(before.price_micros_per_minute, before.currency),
            note=said,
            forced_reason=before.forced_reason,
            at=clock.now(),
        )
        return get(connection, before.id)


def before_live(db: Database, creator: str) -> Version:
    """The version that `rollback` would bring back.

    Raises:
        NotFound: as `rollback`.
    """
    with db.read() as connection:
        return _live_and_before(connection, creator)[1]


def _live_and_before(connection: Connection, creator: str) -> tuple[Version, Version]:
    table = tables.versions
    mine = sa.select(table).where(table.c.creator == creator, table.c.published_at.is_not(None))
    rows = connection.execute(mine.order_by(table.c.published_at.desc(), table.c.id.desc())).mappings()
    ever = [Version(**row) for row in rows]
    current = next((v for v in ever if v.status == "published"), None)
    if current is None:
        raise NotFound(f"{creator!r} has no published version")
    older = [v for v in ever if v.status == "retired" and v.id != current.id]
    before = next((v for v in older if _published_before(v, current)), None)
    if before is None:
        raise NotFound(f"{creator!r} has published no other version before {current.id!r}")
    return current, before


def _published_before(older: Version, current: Version) -> bool:
    return bool(older.published_at and current.published_at and older.published_at <= current.published_at)


def _why_not(chosen: Version) -> str:
    if chosen.gate is None:
        return f"version {chosen.id!r} was never evaluated; run `fenshen eval {chosen.creator} --ladder`"
    failed = "; ".join(chosen.reasons)
    return f"version {chosen.id!r} did not pass the gate: {failed}. Force it only with a reason"
