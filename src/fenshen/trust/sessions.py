"""Sessions of a browser: a random token whose SHA-256 alone is stored.

Knows nothing about cookies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Unauthenticated
from fenshen.core.ids import digest_text, new_secret
from fenshen.trust.accounts import USER_COLUMNS, User, authenticate
from fenshen.trust.tables import sessions, users

SESSION_DAYS = 14


@dataclass(frozen=True)
class Session:
    """A fresh session; `token` is shown once, to be kept by the browser."""

    user: User
    expires: datetime
    token: str = field(repr=False)


def log_in(
    db: Database, clock: Clock, email: str, password: str, *, address: str, days: int = SESSION_DAYS
) -> Session:
    """A session for whoever has this e-mail and password.

    Raises:
        Unauthenticated: `bad_credentials`, the same for an unknown e-mail.
        Busy: `too_many_attempts`.
    """
    return open_session(db, clock, authenticate(db, clock, email, password, address=address), days=days)


def open_session(db: Database, clock: Clock, user: User, *, days: int = SESSION_DAYS) -> Session:
    """A session for a user already known to be who they are (such as just after signing up)."""
    now = clock.now()
    session = Session(user, now + timedelta(days=days), new_secret("fss_"))
    with db.write() as connection:
        connection.execute(sessions.delete().where(sessions.c.expires <= now))
        connection.execute(
            sessions.insert().values(
                token_sha256=digest_text(session.token),
                user_id=user.id,
                created=now,
                expires=session.expires,
            )
        )
    return session


def user_for_session(db: Database, clock: Clock, token: str | None) -> User:
    """The user whose session this is.

    Raises:
        Unauthenticated: no token, an unknown one, or one that has expired.
    """
    query = sa.select(*USER_COLUMNS, sessions.c.expires).join(sessions, sessions.c.user_id == users.c.id)
    row = None
    if token and token.isascii():
        with db.read() as connection:
            row = connection.execute(query.where(sessions.c.token_sha256 == digest_text(token))).one_or_none()
    if row is None:
        raise Unauthenticated("log in first")
    if row.expires <= clock.now():
        raise Unauthenticated("your session has expired; log in again", code="session_expired")
    return User(*row[:4])


def log_out(db: Database, token: str | None) -> None:
    """End one session; nothing happens if there is none."""
    if token and token.isascii():
        with db.write() as connection:
            connection.execute(sessions.delete().where(sessions.c.token_sha256 == digest_text(token)))


def log_out_everywhere(db: Database, user_id: str) -> int:
    """End every session of a user; how many there were."""
    with db.write() as connection:
        return connection.execute(sessions.delete().where(sessions.c.user_id == user_id)).rowcount
