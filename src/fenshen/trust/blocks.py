"""Accounts whose holder said that they are under eighteen: no call, no API answer and no purchase.

    said so → block (once) → check refuses everywhere with `minor` → an operator lifts it, saying why

What is kept is who, when and on which surface, never the words. A block is of the account, so it holds in every
conversation, call and API key of it; money in its wallet stays there and goes back through the operator. Knows
nothing about how an age is recognised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound, Refused
from fenshen.trust.tables import minor_blocks, users

WHY_CHARS = (3, 500)


@dataclass(frozen=True)
class Block:
    """One account that is blocked, or was.

    Attributes:
        surface: Where it was said: `call`, `api` or `terminal`.
        creator: Slug of the twin it was said to.
        why: What the operator who lifted it gave as the reason.
    """

    user_id: str
    declared: datetime
    surface: str
    creator: str
    lifted: datetime | None = None
    lifted_by: str | None = None
    why: str | None = None


def block(db: Database, clock: Clock, user_id: str, surface: str, creator: str) -> bool:
    """Block an account; False if it was blocked already."""
    with db.write() as connection:
        if _open_block(connection, user_id) is not None:
            return False
        row = {"user_id": user_id, "declared": clock.now(), "surface": surface, "creator": creator}
        connection.execute(minor_blocks.insert().values(**row))
        audit.append(
            connection, clock, "system", "user.minor", user_id, {"surface": surface, "creator": creator}
        )
    return True


def check(db: Database, user_id: str) -> None:
    """Refuse an account that is blocked.

    Raises:
        Refused: `minor`.
    """
    with db.read() as connection:
        if _open_block(connection, user_id) is not None:
            raise Refused(
                "the holder of this account said that they are under eighteen, so it can neither talk nor buy; "
                "if that is a mistake, write to whoever runs this service, who can also send back the money in the wallet",
                code="minor",
            )


def lift(db: Database, clock: Clock, user_id: str, *, by: str, why: str) -> Block:
    """Open an account again; who did it and why is kept and audited.

    Raises:
        BadInput: no reason was given.
        NotFound: the account is not blocked.
    """
    reason = why.strip()
    if not WHY_CHARS[0] <= len(reason) <= WHY_CHARS[1]:
        raise BadInput(
            f"say in {WHY_CHARS[0]} to {WHY_CHARS[1]} characters why this account is opened again",
            code="no_reason",
        )
    with db.write() as connection:
        found = _open_block(connection, user_id)
        if found is None:
            raise NotFound(f"account {user_id!r} is not blocked")
        values = {"lifted": clock.now(), "lifted_by": by, "why": reason}
        where = (minor_blocks.c.user_id == user_id, minor_blocks.c.lifted.is_(None))
        connection.execute(minor_blocks.update().where(*where).values(**values))
        audit.append(connection, clock, by, "user.minor_lifted", user_id, {"why": reason})
        return Block(**{**vars(found), **values})


def list_blocks(db: Database) -> list[tuple[Block, str]]:
    """Every block with the e-mail of its account, the newest first, lifted ones too."""
    query = sa.select(minor_blocks, users.c.email).join(users, users.c.id == minor_blocks.c.user_id)
    with db.read() as connection:
        rows = connection.execute(query.order_by(minor_blocks.c.declared.desc())).all()
    return [(Block(*row[:-1]), row[-1]) for row in rows]


def _open_block(connection: Connection, user_id: str) -> Block | None:
    query = sa.select(minor_blocks).where(minor_blocks.c.user_id == user_id, minor_blocks.c.lifted.is_(None))
    row = connection.execute(query).first()
    return None if row is None else Block(*row)
