"""A fan's consent that one twin may learn from the answers they rated: separate, off until given, ended at will.

Each giving is a row of its own, so a version can say which consents it rests on. Knows nothing about thumbs or training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Refused
from fenshen.core.ids import Ids
from fenshen.twin.tables import learning_consents as table


@dataclass(frozen=True)
class LearningConsent:
    """One giving of the consent; it holds while `revoked` is `None`."""

    id: str
    fan: str
    creator: str
    granted: datetime
    revoked: datetime | None


def consent_of(db: Database, fan: str, creator: str) -> LearningConsent | None:
    """The consent that holds now, `None` when there is none."""
    with db.read() as connection:
        return _holding(connection, fan, creator)


def set_consent(
    db: Database, clock: Clock, ids: Ids, fan: str, creator: str, allowed: bool
) -> LearningConsent | None:
    """Give or end the consent; what holds afterwards. Saying the same again changes nothing."""
    with db.write() as connection:
        held = _holding(connection, fan, creator)
        if allowed == (held is not None):
            return held
        if held is not None:
            ended = table.update().where(
                table.c.fan == fan, table.c.creator == creator, table.c.revoked.is_(None)
            )
            connection.execute(ended.values(revoked=clock.now()))
            audit.append(connection, clock, fan, "learning.revoke", held.id, {"creator": creator})
            return None
        given = LearningConsent(ids.new("lrn"), fan, creator, clock.now(), None)
        connection.execute(table.insert().values(**vars(given)))
        audit.append(connection, clock, fan, "learning.grant", given.id, {"creator": creator})
        return given


def holding(db: Database, creator: str) -> list[LearningConsent]:
    """Every fan's consent that holds now, one for each fan."""
    query = sa.select(table).where(table.c.creator == creator, table.c.revoked.is_(None)).order_by(table.c.id)
    with db.read() as connection:
        rows = connection.execute(query).mappings()
        return list({row["fan"]: LearningConsent(**row) for row in rows}.values())


def ended_among(db: Database, creator: str, consent_ids: Sequence[str]) -> frozenset[str]:
    """Those of the consents that no longer hold."""
    return frozenset(consent_ids) - {one.id for one in holding(db, creator)}


def check_still_held(db: Database, creator: str, consent_ids: Sequence[str]) -> None:
    """Say when a fan whose words are being learned from has ended their consent.

    Raises:
        Refused: `learning_revoked`.
    """
    if ended := ended_among(db, creator, consent_ids):
        raise Refused(
            f"{len(ended)} of the fans learned from have ended their consent; train again without them",
            code="learning_revoked",
        )


def _holding(connection: sa.Connection, fan: str, creator: str) -> LearningConsent | None:
    query = sa.select(table).where(table.c.fan == fan, table.c.creator == creator, table.c.revoked.is_(None))
    row = connection.execute(query.order_by(table.c.id).limit(1)).mappings().first()
    return None if row is None else LearningConsent(**row)
