"""Sessions of a browser: a random token whose SHA-256 alone is stored.

Knows nothing about cookies.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import NotFound, Unauthenticated
from fenshen.core.ids import digest_text, new_secret
from fenshen.trust.accounts import USER_COLUMNS, User, authenticate
from fenshen.trust.tables import sessions, users

SESSION_DAYS = 14
AGENT_CHARS_MAX = 200


@dataclass(frozen=True)
class Session:
    """A fresh session; `token` is shown once, to be kept by the browser."""

    user: User
    expires: datetime
    token: str = field(repr=False)


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it.

    Attributes:
        id: names it without opening it.
        agent: what the browser called itself when it logged in.
    """

    id: str
    created: datetime
    expires: datetime
    agent: str


def log_in(
    db: Database,
    clock: Clock,
    email: str,
    password: str,
    *,
    address: str,
    days: int = SESSION_DAYS,
    agent: str = "",
) -> Session:
    """A session for whoever has this e-mail and password.

    Raises:
        Unauthenticated: `bad_credentials`, the same for an unknown e-mail.
        Busy: `too_many_attempts`.
    """
    user = authenticate(db, clock, email, password, address=address)
    return open_session(db, clock, user, days=days, agent=agent)


def open_session(
    db: Database, clock: Clock, user: User, *, days: int = SESSION_DAYS, agent: str = ""
) -> Session:
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
                agent=agent[:AGENT_CHARS_MAX],
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


def open_sessions(db: Database, clock: Clock, user_id: str) -> list[OpenSession]:
    """Every session in which a user is logged in, the newest first."""
    query = sa.select(sessions).where(sessions.c.user_id == user_id, sessions.c.expires > clock.now())
    with db.read() as connection:
        rows = connection.execute(query.order_by(sessions.c.created.desc())).all()
    return [OpenSession(_id_of(row.token_sha256), row.created, row.expires, row.agent) for row in rows]


def session_id(token: str | None) -> str | None:
    """The id of the session that a token opens."""
    return _id_of(digest_text(token)) if token and token.isascii() else None


def end_session(db: Database, user_id: str, wanted: str) -> None:
    """End one session of a user.

    Raises:
        NotFound: there is no such session, or it is another user's.
    """
    with db.write() as connection:
        mine = sessions.c.user_id == user_id
        tokens = connection.scalars(sa.select(sessions.c.token_sha256).where(mine)).all()
        found = [token for token in tokens if _id_of(token) == wanted]
        if not found:
            raise NotFound(f"no session {wanted[:64]!r}")
        connection.execute(sessions.delete().where(sessions.c.token_sha256.in_(found)))


def log_out_everywhere(db: Database, user_id: str, *, but: str | None = None) -> int:
    """End every session of a user, but that of one token; how many there were."""
    others = sessions.c.user_id == user_id
    if but and but.isascii():
        others &= sessions.c.token_sha256 != digest_text(but)
    with db.write() as connection:
        return connection.execute(sessions.delete().where(others)).rowcount


def _id_of(token_sha256: str) -> str:
    """A name for a session that says nothing about its token."""
    return f"ses_{digest_text('session', token_sha256)[:24]}"
