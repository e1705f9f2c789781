"""API keys `fsk_…` for scripts: shown once, stored as a SHA-256, revocable.

Knows nothing about what a key may be used for: it stands for its user.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound, Unauthenticated
from fenshen.core.ids import Ids, digest_text, new_secret
from fenshen.trust.accounts import USER_COLUMNS, User
from fenshen.trust.tables import api_keys, users

PREFIX = "fsk_"
KEYS_MAX = 50


@dataclass(frozen=True)
class ApiKey:
    """What is known about a key after it was shown; `hint` is its last four characters."""

    id: str
    user_id: str
    name: str
    hint: str
    created: datetime
    expires: datetime | None
    revoked: datetime | None


@dataclass(frozen=True)
class NewKey:
    """A key at the only moment its secret is readable."""

    key: ApiKey
    secret: str = field(repr=False)


_COLUMNS = tuple(column for column in api_keys.c if column.name != "secret_sha256")


def create_key(
    db: Database, clock: Clock, ids: Ids, user_id: str, name: str, *, expires: datetime | None = None
) -> NewKey:
    """A new key of `user_id`.

    Raises:
        BadInput: an empty or overlong name, an expiry in the past, or too many live keys.
        NotFound: there is no such user.
    """
    label = audit.one_line(name.strip(), 81)
    if not 1 <= len(label) <= 80:
        raise BadInput("a key needs a name of 1 to 80 characters", code="bad_name")
    if expires is not None and expires <= clock.now():
        raise BadInput(f"expiry {expires.isoformat()} has already passed", code="bad_expiry")
    secret = new_secret(PREFIX)
    key = ApiKey(ids.new("key"), user_id, label, secret[-4:], clock.now(), expires, None)
    with db.write() as connection:
        if connection.execute(sa.select(users.c.id).where(users.c.id == user_id)).first() is None:
            raise NotFound(f"no user {user_id!r}")
        if len(connection.execute(_live(user_id)).all()) >= KEYS_MAX:
            raise BadInput(f"a user keeps at most {KEYS_MAX} keys; revoke one first", code="too_many_keys")
        connection.execute(api_keys.insert().values(**vars(key), secret_sha256=digest_text(secret)))
        audit.append(connection, clock, user_id, "key.create", key.id, {"name": label})
    return NewKey(key, secret)


def list_keys(db: Database, user_id: str) -> list[ApiKey]:
    """Every key of a user, the newest first, revoked ones included."""
    query = sa.select(*_COLUMNS).where(api_keys.c.user_id == user_id).order_by(api_keys.c.id.desc())
    with db.read() as connection:
        return [ApiKey(*row) for row in connection.execute(query)]


def revoke_key(db: Database, clock: Clock, user_id: str, key_id: str) -> None:
    """Make a key useless from now on; revoking twice is harmless.

    Raises:
        NotFound: there is no such key, or it is another user's.
    """
    mine = (api_keys.c.id == key_id) & (api_keys.c.user_id == user_id)
    with db.write() as connection:
        row = connection.execute(sa.select(api_keys.c.revoked).where(mine)).one_or_none()
        if row is None:
            raise NotFound(f"no key {key_id!r}")
        if row.revoked is None:
            connection.execute(api_keys.update().where(mine).values(revoked=clock.now()))
            audit.append(connection, clock, user_id, "key.revoke", key_id)


def user_for_key(db: Database, clock: Clock, secret: str | None) -> User:
    """The user a key stands for.

    Raises:
        Unauthenticated: no key, an unknown one (`unauthenticated`), `key_revoked` or `key_expired`.
    """
    row = None
    if secret and secret.isascii() and secret.startswith(PREFIX):
        query = sa.select(*USER_COLUMNS, api_keys.c.expires, api_keys.c.revoked).join(
            api_keys, api_keys.c.user_id == users.c.id
        )
        with db.read() as connection:
            row = connection.execute(
                query.where(api_keys.c.secret_sha256 == digest_text(secret))
            ).one_or_none()
    if row is None:
        raise Unauthenticated("this needs an API key: `Authorization: Bearer fsk_…`")
    if row.revoked is not None:
        raise Unauthenticated("this API key was revoked; create a new one", code="key_revoked")
    if row.expires is not None and row.expires <= clock.now():
        raise Unauthenticated("this API key has expired; create a new one", code="key_expired")
    return User(*row[:4])


def _live(user_id: str) -> sa.Select[tuple[str]]:
    return sa.select(api_keys.c.id).where(api_keys.c.user_id == user_id, api_keys.c.revoked.is_(None))
