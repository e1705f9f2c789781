"""Releases: which version fans talk to changes here only, by publishing or rolling back; each is a row with its note.

`versions.status` says what is live now, the rows say what was live when. A release also decides which items
fans may know of: those that were there when the live version read the library. Items added later wait for
the next version. A version keeps the rows it once had; `rights.may` and `seen` are asked again at every use.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import BadInput, Conflict, NotFound, Refused
from fenshen.core.money import check_price
from fenshen.library import tables as library
from fenshen.library.items import item_of
from fenshen.library.rights import may
from fenshen.training.versions import Version, get, versions
from fenshen.trust.consent import active_ids

Note = Mapping[str, str]
Kind = Literal["publish", "rollback"]
NOTE_LANGUAGES = ("en", "zh")
NOTE_CHARS_MAX = 300


publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("version_id", sa.String(64), nullable=False),
    sa.Column("previous_id", sa.String(64)),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("price_micros_per_minute", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("note", JsonText, nullable=False),
    sa.Column("forced_reason", sa.Text),
    sa.Column("at", UtcTime, nullable=False),
)

#: What fans may know of while a version is live. No foreign key: an item that is read again keeps its id.
released_items = sa.Table(
    "released_items",
    metadata,
    sa.Column("version_id", sa.String(64), primary_key=True),
    sa.Column("item_id", sa.String(64), primary_key=True),
)


@dataclass(frozen=True)
class Release:
    """One change of what fans talk to.

    Attributes:
        id: counts up over all twins.
        previous_id: the version that was live until then, `None` for the first.
        note: what fans are told, by language.
        forced_reason: why it went out against the gate.
    """

    id: int
    creator: str
    version_id: str
    previous_id: str | None
    kind: Kind
    price_micros_per_minute: int | None
    currency: str | None
    note: dict[str, str]
    forced_reason: str | None
    at: datetime


def add_release(connection: Connection, **values: Any) -> None:
    """Record a release, inside the caller's transaction; `values` as in `Release`."""
    connection.execute(publications.insert().values(**values))


def list_releases(db: Database, creator: str, *, after: int = 0, limit: int = 100) -> list[Release]:
    """Changes of a twin with an id above `after`, newest first."""
    mine = (publications.c.creator == creator, publications.c.id > after)
    query = sa.select(publications).where(*mine).order_by(publications.c.id.desc()).limit(limit)
    with db.read() as connection:
        return [Release(**row) for row in connection.execute(query).mappings()]


def clean_note(note: Note) -> dict[str, str]:
    """A note as it is kept: stripped, one line a language, empty ones left out.

    Raises:
        BadInput: `bad_note`, an unknown language or too long.
    """
    found = {code: " ".join(text.split()) for code, text in note.items()}
    for code, text in found.items():
        if code not in NOTE_LANGUAGES or len(text) > NOTE_CHARS_MAX or not text.isprintable():
            raise BadInput(
                f"cannot tell fans {text[:40]!r} in {code!r}: a note is at most {NOTE_CHARS_MAX} characters of "
                f"plain text in {' or '.join(NOTE_LANGUAGES)}",
                code="bad_note",
            )
    return {code: text for code, text in found.items() if text}


@dataclass(frozen=True)
class VersionDifference:
    """What a fan may notice of a version, compared with the one before it.

    Attributes:
        fresh: items it learned from that the other one did not.
        withdrawn: items that the other one learned from and it did not.
        other_base: it has another base.
    """

    fresh: int = 0
    withdrawn: int = 0
    other_base: bool = False


FIRST: Mapping[str, str] = MappingProxyType({"en": "The first version.", "zh": "第一个版本。"})
_TEXTS = {
    "en": ("It has learned from {} more pieces of work.", "It no longer draws on {} older pieces.",
           "It stands on another base model.", "It was retrained.", "It is back at version {}."),
    "zh": ("它新学了 {} 件作品。", "它不再使用 {} 件旧作品。", "它换了一个底座模型。", "它重新训练过了。", "它回到了第 {} 版。"),
}  # fmt: skip


def draft_note(change: VersionDifference | None) -> dict[str, str]:
    """What to say of a version that takes the place of another (`None`: of none)."""
    if change is None:
        return dict(FIRST)
    return {code: _draft(code, change) for code in _TEXTS}


def draft_rollback(number: int) -> dict[str, str]:
    """What to say of going back to version `number`."""
    return {code: texts[4].format(number) for code, texts in _TEXTS.items()}


def _draft(code: str, change: VersionDifference) -> str:
    fresh, withdrawn, base, plain, _ = _TEXTS[code]
    sentences = [
        fresh.format(change.fresh) if change.fresh > 1 else "",
        withdrawn.format(change.withdrawn) if change.withdrawn > 1 else "",
        base if change.other_base else "",
    ]
    joint = "" if code == "zh" else " "
    return joint.join(one for one in sentences if one) or plain


def publish(
    db: Database,
    clock: Clock,
    version_id: str,
    price: tuple[int, str],
    forced_reason: str | None = None,
    note: Note | None = None,
) -> Version:
    """Let fans talk to this version, and see what it read of the library; the one before it is retired.

    Args:
        price: what a minute costs in micros, and the currency.
        forced_reason: publishes against the gate, and is recorded.
        note: what fans are told, by language.

    Raises:
        BadInput: no call could be opened at this price, the currency is no three-letter code, or the note is no
            plain short text.
        Conflict: the version is not trained to its end.
        Refused: `gate_failed`, it did not win and no reason was given.
    """
    micros, currency = price
    check_price(micros)
    if len(currency) != 3 or not currency.isalpha():
        raise BadInput(f"cannot price at {micros!r} micros of {currency!r}", code="bad_price")
    checked = clean_note(note or {})
    with db.read() as connection:
        holding = active_ids(db, get(connection, version_id).creator, clock.now())
    with db.write() as connection:
        chosen = get(connection, version_id)
        if chosen.status in ("training", "failed"):
            raise Conflict(f"version {version_id!r} is not trained to its end", code="version_unfinished")
        reason = None if chosen.passed_gate else (forced_reason or "").strip() or None
        if not chosen.passed_gate and reason is None:
            raise Refused(_why_not(chosen), code="gate_failed", gate=chosen.gate)
        table = versions
        live = (table.c.creator == chosen.creator, table.c.status == "published")
        before = connection.execute(sa.select(table.c.id).where(*live)).scalar()
        connection.execute(table.update().where(*live, table.c.id != version_id).values(status="retired"))
        now = clock.now()
        add_release(
            connection,
            creator=chosen.creator,
            version_id=version_id,
            previous_id=before,
            kind="publish",
            price_micros_per_minute=micros,
            currency=currency.upper(),
            note=checked,
            forced_reason=reason,
            at=now,
        )
        connection.execute(
            table.update()
            .where(table.c.id == version_id)
            .values(
                status="published",
                price_micros_per_minute=micros,
                currency=currency.upper(),
                forced_reason=reason,
                published_at=now,
                note=checked,
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
    checked = clean_note(note or {})
    table = versions
    with db.write() as connection:
        current, before = _live_and_before(connection, creator)
        check_price(before.price_micros_per_minute)
        connection.execute(table.update().where(table.c.id == current.id).values(status="retired"))
        connection.execute(table.update().where(table.c.id == before.id).values(status="published"))
        add_release(
            connection,
            creator=creator,
            version_id=before.id,
            previous_id=current.id,
            kind="rollback",
            price_micros_per_minute=before.price_micros_per_minute,
            currency=before.currency,
            note=checked,
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
    table = versions
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
