"""Consent: which person allowed which uses of their likeness, for which twin, until when.

`check` is asked at the moment of every use (ingest, train, publish, serve); there is no setting that
skips it. `epoch` changes with every grant and revocation, so that a live call can see in one small read
that it must ask again. An expiry once seen is written down, so a clock set back revives nothing. Knows
nothing about what is served.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core import audit
from fenshen.core.clock import Clock, rfc3339
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound, Refused
from fenshen.core.ids import Ids
from fenshen.trust.tables import consent_epochs, consents, creators

Scope = Literal["train", "chat", "voice", "face", "song", "clip"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
Status = Literal["active", "future", "expired", "revoked"]


@dataclass(frozen=True)
class Consent:
    """One consent as given; `starts` and `until` bound it, `revoked` ends it early."""

    id: str
    creator: str
    person: str
    scopes: tuple[Scope, ...]
    territory: str
    starts: datetime
    until: datetime
    evidence: dict[str, Any] | None
    granted_by: str
    granted: datetime
    revoked: datetime | None
    expired: datetime | None

    def status(self, now: datetime) -> Status:
        """Where the consent stands at `now`."""
        if self.revoked is not None:
            return "revoked"
        if self.expired is not None or now >= self.until:
            return "expired"
        return "active" if now >= self.starts else "future"


def check_scopes(scopes: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes without repeats, in the fixed order.

    Raises:
        BadInput: none, an unknown one, or `adult`, which nobody can grant.
    """
    asked = {scope.strip() for scope in scopes}
    if "adult" in asked:
        raise BadInput("adult use of a likeness is never allowed and cannot be granted", code="bad_scope")
    unknown = asked.difference(SCOPES)
    if unknown or not asked:
        raise BadInput(f"scopes {sorted(asked)!r} must be some of {', '.join(SCOPES)}", code="bad_scope")
    return tuple(scope for scope in SCOPES if scope in asked)


def grant(
    db: Database,
    clock: Clock,
    ids: Ids,
    creator: str,
    scopes: Iterable[str],
    until: datetime,
    by: str,
    *,
    evidence: Mapping[str, object] | None = None,
    person: str | None = None,
    territory: str = "world",
    starts: datetime | None = None,
) -> Consent:
    """Record a consent.

    Args:
        db: Where consents are kept.
        clock: Says when.
        ids: Names the consent.
        creator: Slug of the one twin it is for.
        scopes: Some of `SCOPES`.
        until: When it ends; must be later than now and than `starts`.
        by: Who recorded it (user id or `cli`).
        evidence: JSON facts that show it was given, such as the digest of a recording.
        person: Whose likeness it is; the creator's name when not given.
        territory: Where it holds.
        starts: When it begins; now when not given.

    Raises:
        BadInput: `bad_scope` or `bad_until`.
        NotFound: there is no such creator.
    """
    now = clock.now()
    begins = starts or now
    if until <= max(now, begins):
        raise BadInput(f"until {rfc3339(until)} must be later than now and than the start", code="bad_until")
    chosen = check_scopes(scopes)
    with db.write() as connection:
        found = connection.execute(sa.select(creators.c.name).where(creators.c.slug == creator)).first()
        if found is None:
            raise NotFound(f"no creator {creator!r}; add it with `fenshen creator add {creator} --name NAME`")
        consent = Consent(
            id=ids.new("cns"),
            creator=creator,
            person=(person or found.name).strip()[:80],
            scopes=chosen,
            territory=territory.strip()[:80],
            starts=begins.astimezone(UTC),
            until=until.astimezone(UTC),
            evidence=None if evidence is None else dict(evidence),
            granted_by=by,
            granted=now,
            revoked=None,
            expired=None,
        )
        insert_consent(connection, clock, consent, by, "consent.grant")
    return consent


def insert_consent(connection: Connection, clock: Clock, given: Consent, by: str, action: str) -> None:
    """Add a consent inside the caller's transaction, with its line in the audit log."""
    connection.execute(consents.insert().values(**vars(given)))
    _bump(connection, given.creator)
    facts = {"creator": given.creator, "scopes": given.scopes, "until": rfc3339(given.until)}
    audit.append(connection, clock, by, action, given.id, facts)


def revoke(db: Database, clock: Clock, consent_id: str, by: str) -> Consent:
    """End a consent now; revoking twice changes nothing.

    Raises:
        NotFound: there is no such consent.
    """
    with db.write() as connection:
        row = connection.execute(sa.select(consents).where(consents.c.id == consent_id)).one_or_none()
        if row is None:
            raise NotFound(f"no consent {consent_id!r}; `fenshen consent list SLUG` shows them")
        if row.revoked is None:
            _end(connection, consent_id, row.creator, "revoked", clock.now())
            audit.append(connection, clock, by, "consent.revoke", consent_id, {"creator": row.creator})
        row = connection.execute(sa.select(consents).where(consents.c.id == consent_id)).one()
    return _consent(row)


def check(db: Database, creator: str, scope: Scope, now: datetime) -> Consent:
    """The consent that allows this use now, the longest-lasting if there are several.

    Args:
        db: Where consents are kept.
        creator: Slug of the twin.
        scope: The use.
        now: The current instant.

    Raises:
        Refused: `no_consent`, `consent_expired` or `consent_revoked`; the message says how to get one.
    """
    given = [consent for consent in list_for(db, creator) if scope in consent.scopes]
    active = [consent for consent in given if consent.status(now) == "active"]
    if active:
        return max(active, key=lambda consent: (consent.until, consent.id))
    states = {consent.status(now) for consent in given}
    lapsed = [consent for consent in given if consent.status(now) == "expired" and not consent.expired]
    if lapsed:
        with db.write() as connection:
            for consent in lapsed:
                _end(connection, consent.id, creator, "expired", now)
    next_step = f"`fenshen consent grant {creator} --scope {scope} --until DATE`"
    if "revoked" in states:
        raise Refused(
            f"the consent of {creator!r} for {scope!r} was revoked; only a new one allows it: {next_step}",
            code="consent_revoked",
        )
    if "expired" in states:
        raise Refused(
            f"the consent of {creator!r} for {scope!r} has expired; renew it with {next_step}",
            code="consent_expired",
        )
    raise Refused(
        f"{creator!r} has given no consent for {scope!r}; record it with {next_step}", code="no_consent"
    )


def active_ids(db: Database, creator: str, now: datetime) -> frozenset[str]:
    """Ids of the consents that hold now, for asking what an item that rests on one may be used for."""
    return frozenset(one.id for one in list_for(db, creator) if one.status(now) == "active")


def epoch(db: Database, creator: str) -> int:
    """A number that grows with every grant, revocation and seen expiry; 0 before the first."""
    query = sa.select(consent_epochs.c.epoch).where(consent_epochs.c.creator == creator)
    with db.read() as connection:
        return int(connection.execute(query).scalar_one_or_none() or 0)


def list_for(db: Database, creator: str) -> list[Consent]:
    """Every consent for a twin, the newest first."""
    query = sa.select(consents).where(consents.c.creator == creator).order_by(consents.c.id.desc())
    with db.read() as connection:
        return [_consent(row) for row in connection.execute(query)]


def _end(connection: Connection, consent_id: str, creator: str, column: str, now: datetime) -> None:
    connection.execute(consents.update().where(consents.c.id == consent_id).values({column: now}))
    _bump(connection, creator)


def _bump(connection: Connection, creator: str) -> None:
    statement = sa.text(
        "INSERT INTO consent_epochs (creator, epoch) VALUES (:creator, 1) "
        "ON CONFLICT (creator) DO UPDATE SET epoch = consent_epochs.epoch + 1"
    )
    connection.execute(statement, {"creator": creator})


def _consent(row: sa.Row[Any]) -> Consent:
    return Consent(**{**row._mapping, "scopes": tuple(row.scopes)})
