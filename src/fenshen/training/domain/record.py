"""Domain bases on record: the libraries that each has read, its base, its consents, and whether those hold.

training → ready
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import NotFound, Refused
from fenshen.models.made import is_made
from fenshen.training.domain import record
from fenshen.trust import consent

Status = Literal["training", "ready"]

domains = sa.Table(
    "domains",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("base", sa.String(128), nullable=False),
    sa.Column("base_sha256", sa.String(64), nullable=False),
    sa.Column("creators", JsonText, nullable=False),
    sa.Column("consents", JsonText, nullable=False),
    sa.Column("data_sha256", sa.String(64), nullable=False),
    sa.Column("sha256", sa.String(64)),
    sa.Column("totals", JsonText),
    sa.Column("created", UtcTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
)


@dataclass(frozen=True)
class Domain:
    """One domain base.

    Attributes:
        name: as bases are called, `domain:NAME`.
        base, base_sha256: what it came from.
        creators: of the libraries it has read, in order.
        consents: by creator, ids of the consents it rests on: the creator's own, then those that items name.
        data_sha256: digest of everything that was read.
        sha256: of its weights, `None` until it is ready.
        totals: items, words by creator, steps, tokens, seconds.
    """

    name: str
    base: str
    base_sha256: str
    creators: tuple[str, ...]
    consents: dict[str, list[str]]
    data_sha256: str
    sha256: str | None
    totals: dict[str, Any] | None
    created: datetime
    status: Status


def domain(db: Database, name: str) -> Domain:
    """The domain base called `domain:NAME`.

    Raises:
        NotFound: there is none.
    """
    with db.read() as connection:
        row = connection.execute(sa.select(domains).where(domains.c.name == name)).mappings().first()
    if row is None:
        raise NotFound(f"no domain base {name!r}; `fenshen domain list` shows them", code="unknown_domain")
    return _domain(row)


def list_domains(db: Database) -> list[Domain]:
    """Every domain base by name."""
    with db.read() as connection:
        return [
            _domain(r) for r in connection.execute(sa.select(domains).order_by(domains.c.name)).mappings()
        ]


def keep(db: Database, one: Domain) -> None:
    """Record a domain base in place of what was recorded under its name."""
    values = {**vars(one), "creators": list(one.creators)}
    with db.write() as connection:
        connection.execute(domains.delete().where(domains.c.name == one.name))
        connection.execute(domains.insert().values(**values))


def _domain(row: Mapping[Any, Any]) -> Domain:
    return Domain(**{**row, "creators": tuple(row["creators"])})


def check_base(db: Database, base: str, now: datetime) -> None:
    """Raise unless every creator in `base` still allows it; plain bases always pass.

    Raises:
        Refused: `domain_consent`; the message names the creator.
        NotFound: the domain base is not known here.
    """
    if not is_made(base):
        return
    known = record.domain(db, base)
    for slug in known.creators:
        try:
            consent.check(db, slug, "train", now)
        except Refused as error:
            raise Refused(
                f"the domain base {base!r} has read the library of {slug!r}, whose consent to training has "
                f"ended; train on another base, or make a domain base without {slug!r}",
                code="domain_consent",
            ) from error
        lost = set(known.consents.get(slug, ())[1:]) - consent.active_ids(db, slug, now)
        if lost:
            raise Refused(
                f"the domain base {base!r} has read items of {slug!r} that rest on consent {min(lost)}, which "
                f"has ended; make a domain base without them",
                code="domain_consent",
            )


def plain_base(db: Database, base: str) -> str:
    """The base that `base` came from; a plain one is its own."""
    return record.domain(db, base).base if is_made(base) else base
