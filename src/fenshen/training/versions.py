"""The versions of a creator's twin, and which of them is published at which price.

Publishing adds a row and changes none, so what fans heard at any moment can be told afterwards, and a
rollback is one more publication. Knows nothing about how a version was trained or measured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Conflict, NotFound, Refused
from fenshen.training.tables import publications, versions

Status = Literal["training", "trained", "evaluated", "failed"]


@dataclass(frozen=True)
class Version:
    """One retrained twin.

    Attributes:
        base: Catalog name or endpoint of the base model.
        data_sha256: Hash of the dataset snapshot.
        summary: What training reports: examples, tokens, minutes, loss.
        metrics: The ladder as JSON, once evaluated.
        gate: The gate's decision as JSON (`passed`, `reasons`), once evaluated.
        price_micros_per_minute: Set while (or when last) published, like `currency` and `published_at`.
    """

    id: str
    creator: str
    base: str
    recipe: str
    data_sha256: str
    consent_id: str | None
    status: Status
    summary: dict[str, Any]
    metrics: dict[str, Any] | None
    gate: dict[str, Any] | None
    created: datetime
    price_micros_per_minute: int | None = None
    currency: str | None = None
    published_at: datetime | None = None

    @property
    def passed_gate(self) -> bool:
        """Whether the gate let it through."""
        return bool(self.gate and self.gate.get("passed"))


def add_version(db: Database, version: Version) -> None:
    """Store a new version."""
    with db.write() as connection:
        connection.execute(
            versions.insert().values(**{name: getattr(version, name) for name in versions.c.keys()})  # noqa: SIM118
        )


def update_version(db: Database, version_id: str, **values: Any) -> Version:
    """Change `status`, `summary`, `metrics` or `gate` of a version.

    Raises:
        NotFound: there is none.
    """
    with db.write() as connection:
        connection.execute(versions.update().where(versions.c.id == version_id).values(**values))
    return version(db, version_id)


def version(db: Database, version_id: str) -> Version:
    """One version.

    Raises:
        NotFound: there is none with this id.
    """
    found = _select(db, versions.c.id == version_id)
    if not found:
        raise NotFound(f"no version {version_id!r}")
    return found[0]


def list_versions(db: Database, creator: str) -> list[Version]:
    """Every version of a creator, newest first."""
    return _select(db, versions.c.creator == creator)


def newest(db: Database, creator: str, *, trained: bool = True) -> Version | None:
    """The newest version whose training has ended (or, with `trained=False`, any)."""
    wanted = ("trained", "evaluated") if trained else ("training", "trained", "evaluated", "failed")
    return next((v for v in list_versions(db, creator) if v.status in wanted), None)


def published(db: Database, creator: str) -> Version | None:
    """What fans of `creator` hear now."""
    return next((v for v in all_published(db) if v.creator == creator), None)


def all_published(db: Database) -> list[Version]:
    """What fans hear now, one version per creator, by slug."""
    latest = sa.select(sa.func.max(publications.c.id)).group_by(publications.c.creator)
    query = sa.select(publications).where(publications.c.id.in_(latest)).order_by(publications.c.creator)
    with db.read() as connection:
        rows = connection.execute(query).all()
    return [_at_price(version(db, row.version_id), row) for row in rows]


def publish(
    db: Database,
    clock: Clock,
    version_id: str,
    price_micros_per_minute: int,
    currency: str,
    *,
    by: str,
    forced_reason: str | None = None,
) -> Version:
    """Offer a version to fans from now on.

    Raises:
        Refused: `gate`: it did not pass the release gate, or was never evaluated, and no reason is given.
        Conflict: it has not finished training.
    """
    found = version(db, version_id)
    if found.status not in ("trained", "evaluated"):
        raise Conflict(
            f"version {version_id!r} is {found.status}; train it to the end first", code="not_trained"
        )
    if not found.passed_gate and not (forced_reason or "").strip():
        reasons = "; ".join(found.gate["reasons"]) if found.gate else "it was never evaluated"
        raise Refused(
            f"version {version_id!r} does not pass the release gate: {reasons}. "
            "Train it further, or publish with a reason that is recorded",
            code="gate",
        )
    values = {
        "creator": found.creator,
        "version_id": version_id,
        "price_micros_per_minute": price_micros_per_minute,
        "currency": currency,
        "at": clock.now(),
        "by": by,
        "forced_reason": None if found.passed_gate else forced_reason,
    }
    with db.write() as connection:
        connection.execute(publications.insert().values(**values))
    return version(db, version_id)


def rollback(db: Database, clock: Clock, creator: str, *, by: str) -> Version:
    """Publish again the version that was live before the present one, at its own price.

    Raises:
        Conflict: there is none to go back to.
    """
    query = (
        sa.select(publications).where(publications.c.creator == creator).order_by(publications.c.id.desc())
    )
    with db.write() as connection:
        rows = connection.execute(query).all()
        before = (
            next((row for row in rows[1:] if row.version_id != rows[0].version_id), None) if rows else None
        )
        if before is None:
            raise Conflict(f"{creator!r} has no earlier version to go back to", code="no_earlier_version")
        again = {**before._mapping, "at": clock.now(), "by": by}
        del again["id"]
        connection.execute(publications.insert().values(**again))
    return version(db, before.version_id)


def _select(db: Database, condition: sa.ColumnElement[bool]) -> list[Version]:
    latest = (
        sa.select(sa.func.max(publications.c.id).label("id"), publications.c.version_id)
        .group_by(publications.c.version_id)
        .subquery()
    )
    query = (
        sa.select(
            versions,
            publications.c.price_micros_per_minute,
            publications.c.currency,
            publications.c.at.label("published_at"),
        )
        .outerjoin(latest, latest.c.version_id == versions.c.id)
        .outerjoin(publications, publications.c.id == latest.c.id)
        .where(condition)
        .order_by(versions.c.created.desc(), versions.c.id.desc())
    )
    with db.read() as connection:
        return [Version(**row) for row in connection.execute(query).mappings()]


def _at_price(found: Version, row: Any) -> Version:
    return replace(
        found,
        price_micros_per_minute=row.price_micros_per_minute,
        currency=row.currency,
        published_at=row.at,
    )
