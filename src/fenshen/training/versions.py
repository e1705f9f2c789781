"""Versions of a twin: base + adapter + voice + evaluation, and which one fans talk to.

    training → trained → evaluated → published → retired
        └→ failed

At most one version of a creator is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import NotFound
from fenshen.training.job import Origin

Status = Literal["training", "trained", "evaluated", "published", "retired", "failed"]


versions = sa.Table(
    "versions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("base", sa.String(128), nullable=False),
    sa.Column("recipe", sa.String(64), nullable=False),
    sa.Column("recipe_sha256", sa.String(64), nullable=False),
    sa.Column("data_sha256", sa.String(64), nullable=False),
    sa.Column("consent_id", sa.String(64)),
    sa.Column("adapter_dir", sa.Text, nullable=False),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("metrics", JsonText),
    sa.Column("gate", JsonText),
    sa.Column("price_micros_per_minute", sa.BigInteger),
    sa.Column("currency", sa.String(3)),
    sa.Column("forced_reason", sa.Text),
    sa.Column("published_at", UtcTime),
    sa.Column("origin", sa.String(16), nullable=False, server_default="library"),
    sa.Column("parent", sa.String(64)),
    sa.Column("note", JsonText),
    sa.Column("voice", sa.String(128)),
)


@dataclass(frozen=True)
class Version:
    """One trained state of a twin.

    Attributes:
        adapter_dir: folder under the home, POSIX, with the adapter, `meta.json` and `adapter.gguf`.
        metrics: of the evaluation suite, `None` before evaluation.
        gate: the verdict as `gate.Gate` writes it, `None` before evaluation.
        forced_reason: why it was published against the gate.
        origin, parent: what it starts from, as in `job.JobSpec`.
        note: what fans are told changed, by language; `None` while nothing was written.
        voice: what it speaks with, as the speech engine names it; `None` while it only writes.
    """

    id: str
    creator: str
    base: str
    recipe: str
    recipe_sha256: str
    data_sha256: str
    consent_id: str | None
    adapter_dir: str
    created: datetime
    status: Status
    metrics: dict[str, Any] | None = None
    gate: dict[str, Any] | None = None
    price_micros_per_minute: int | None = None
    currency: str | None = None
    forced_reason: str | None = None
    published_at: datetime | None = None
    origin: Origin = "library"
    parent: str | None = None
    note: dict[str, str] | None = None
    voice: str | None = None

    @property
    def passed_gate(self) -> bool:
        """Whether it was evaluated and won."""
        return bool(self.gate and self.gate.get("passed"))

    @property
    def reasons(self) -> list[str]:
        """What the gate found, as sentences."""
        return [str(reason) for reason in (self.gate or {}).get("reasons", [])]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The same as codes with values, for other languages; none for a version that came from elsewhere."""
        return list((self.gate or {}).get("findings", []))


def add(db: Database, version: Version) -> None:
    """Record a version whose training begins."""
    with db.write() as connection:
        insert_version(connection, version)


def insert_version(connection: Connection, version: Version) -> None:
    """Record a version inside the caller's transaction."""
    connection.execute(versions.insert().values(**vars(version)))


def version(db: Database, version_id: str) -> Version:
    """The version with this id.

    Raises:
        NotFound: there is none.
    """
    with db.read() as connection:
        return get(connection, version_id)


def list_versions(db: Database, creator: str) -> list[Version]:
    """Every version of `creator`, newest first."""
    table = versions
    query = sa.select(table).where(table.c.creator == creator)
    with db.read() as connection:
        found = connection.execute(query.order_by(table.c.created.desc(), table.c.id.desc()))
        return [Version(**row) for row in found.mappings()]


def numbers(db: Database, creator: str) -> dict[str, int]:
    """What people call the versions of `creator`: 1, 2, 3 … in the order in which they were begun, by id."""
    table = versions
    query = sa.select(table.c.id).where(table.c.creator == creator).order_by(table.c.created, table.c.id)
    with db.read() as connection:
        return {str(found): at for at, found in enumerate(connection.execute(query).scalars(), 1)}


def unfinished(db: Database, like: Version) -> Version | None:
    """A version of the same data, base, recipe and origin whose training did not end."""
    for found in list_versions(db, like.creator):
        if found.status == "training" and _learns(found) == _learns(like):
            return found
    return None


def _learns(one: Version) -> tuple[str | None, ...]:
    return one.base, one.data_sha256, one.recipe_sha256, one.origin, one.parent


def published(db: Database, creator: str) -> Version | None:
    """The version fans talk to, `None` while there is none."""
    table = versions
    query = sa.select(table).where(table.c.creator == creator, table.c.status == "published")
    with db.read() as connection:
        row = connection.execute(query.order_by(table.c.created.desc(), table.c.id.desc())).mappings().first()
    return None if row is None else Version(**row)


def published_base(db: Database, creator: str) -> str | None:
    """The base of the version fans talk to, `None` while there is none; reads no figures."""
    table = versions
    query = sa.select(table.c.base).where(table.c.creator == creator, table.c.status == "published")
    with db.read() as connection:
        found: str | None = connection.execute(query).scalar_one_or_none()
        return found


def all_published(db: Database) -> list[Version]:
    """Every version that fans can talk to, by creator."""
    table = versions
    query = sa.select(table).where(table.c.status == "published").order_by(table.c.creator)
    with db.read() as connection:
        return [Version(**row) for row in connection.execute(query).mappings()]


def newest(db: Database, creator: str) -> Version | None:
    """The newest version of `creator` that was trained to its end, `None` while there is none."""
    return next((v for v in list_versions(db, creator) if v.status not in ("training", "failed")), None)


def set_status(db: Database, version_id: str, status: Status) -> None:
    """Move a version on in its life."""
    _update(db, version_id, {"status": status})


def record_evaluation(
    db: Database, version_id: str, metrics: Mapping[str, Any], gate: Mapping[str, Any]
) -> None:
    """Keep what was measured; a trained version counts as evaluated from now on."""
    current = version(db, version_id)
    status = "evaluated" if current.status == "trained" else current.status
    _update(db, version_id, {"metrics": dict(metrics), "gate": dict(gate), "status": status})


def record_people(db: Database, version_id: str, people: Mapping[str, Any] | None) -> None:
    """Keep measure 8 (win rates) with the metrics of an evaluated version."""
    metrics = version(db, version_id).metrics
    if metrics is not None:
        _update(db, version_id, {"metrics": {**metrics, "people": people and dict(people)}})


def get(connection: Connection, version_id: str) -> Version:
    """As `version`, inside the caller's transaction."""
    query = sa.select(versions).where(versions.c.id == version_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"no version {version_id!r}")
    return Version(**row)


def _update(db: Database, version_id: str, values: Mapping[str, Any]) -> None:
    table = versions
    with db.write() as connection:
        changed = connection.execute(table.update().where(table.c.id == version_id).values(**values))
        if changed.rowcount == 0:
            raise NotFound(f"no version {version_id!r}")
