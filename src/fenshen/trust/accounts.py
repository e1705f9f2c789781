"""Users: sign up, prove a password, look up.

Knows nothing about HTTP, cookies or what a role may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound, Unauthenticated
from fenshen.core.ids import Ids
from fenshen.trust import throttle
from fenshen.trust.passwords import (
    check_password,
    hash_password,
    needs_rehash,
    normalise_email,
    verify_password,
)
from fenshen.trust.tables import users

Role = Literal["fan", "creator", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True)
class User:
    """Someone with an account; the password hash never leaves the database."""

    id: str
    email: str
    role: Role
    created: datetime


USER_COLUMNS = (users.c.id, users.c.email, users.c.role, users.c.created)


def sign_up(db: Database, clock: Clock, ids: Ids, email: str, password: str, *, role: Role = "fan") -> User:
    """A new user.

    Args:
        db: Where users are kept.
        clock: Says when.
        ids: Names the user.
        email: Normalised before it is stored.
        password: Kept only as an Argon2id hash.
        role: Never taken from a request body: an edge passes it on an operator's word only.

    Raises:
        BadInput: `bad_email`, `weak_password` or an unknown role.
        Conflict: `email_taken`.
    """
    address = normalise_email(email)
    hashed = hash_password(check_password(password, address))
    user = User(ids.new("usr"), address, check_role(role), clock.now())
    try:
        with db.write() as connection:
            connection.execute(
                users.insert().values(
                    id=user.id, email=address, password_hash=hashed, role=role, created=user.created
                )
            )
            audit.append(connection, clock, user.id, "user.sign_up", user.id, {"role": role})
    except IntegrityError as error:
        raise Conflict("this e-mail already has an account; log in instead", code="email_taken") from error
    return user


def authenticate(db: Database, clock: Clock, email: str, password: str, *, address: str) -> User:
    """The user whose e-mail and password these are.

    An unknown e-mail and a wrong password cost the same time and raise the same error.

    Args:
        db: Where users are kept.
        clock: Says when.
        email: As typed.
        password: As typed.
        address: Where the attempt comes from (the peer's address; a header's only where an operator trusts that proxy).

    Raises:
        Unauthenticated: `bad_credentials`.
        Busy: `too_many_attempts`.
    """
    try:
        account = normalise_email(email)
    except BadInput:
        account = ""
    throttle.claim_attempt(db, clock, account, address)
    with db.read() as connection:
        row = connection.execute(sa.select(users).where(users.c.email == account)).one_or_none()
    if not verify_password(password, None if row is None else row.password_hash) or row is None:
        raise Unauthenticated("the e-mail or the password is wrong", code="bad_credentials")
    throttle.give_back(db, account, address)
    if needs_rehash(row.password_hash):
        set_password_hash(db, row.id, hash_password(check_password(password, account)))
    return User(row.id, row.email, row.role, row.created)


def change_password(
    db: Database,
    clock: Clock,
    user: User,
    password: str,
    *,
    by: str,
    current: str | None = None,
    address: str = "",
) -> None:
    """Give an account another password. Its sessions go on: end them with `sessions.log_out_everywhere`.

    Args:
        by: Who does it, for the audit log.
        current: The password until now; `None` only on an operator's word.
        address: Where the attempt comes from, as for `authenticate`.

    Raises:
        Unauthenticated: `bad_credentials`, `current` is wrong.
        BadInput: `weak_password`.
        Busy: `too_many_attempts`.
    """
    if current is not None:
        authenticate(db, clock, user.email, current, address=address)
    hashed = hash_password(check_password(password, user.email))
    with db.write() as connection:
        connection.execute(users.update().where(users.c.id == user.id).values(password_hash=hashed))
        audit.append(connection, clock, by, "user.password", user.id)


def user(db: Database, user_id: str) -> User:
    """The user with this id.

    Raises:
        NotFound: there is none.
    """
    with db.read() as connection:
        row = connection.execute(sa.select(*USER_COLUMNS).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise NotFound(f"no user {user_id!r}")
    return User(*row)


def user_by_email(db: Database, email: str) -> User:
    """The user with this e-mail: for operators and the command line, never for a public answer.

    Raises:
        BadInput: not an e-mail address.
        NotFound: there is none.
    """
    address = normalise_email(email)
    with db.read() as connection:
        row = connection.execute(sa.select(*USER_COLUMNS).where(users.c.email == address)).one_or_none()
    if row is None:
        raise NotFound(f"no user {address!r}; add one with `fenshen user add {address}`")
    return User(*row)


def set_password_hash(db: Database, user_id: str, password_hash: str) -> None:
    """Replace a stored hash."""
    with db.write() as connection:
        connection.execute(users.update().where(users.c.id == user_id).values(password_hash=password_hash))


def check_role(role: object) -> Role:
    """`role` if it is known.

    Raises:
        BadInput: it is not.
    """
    for known in ROLES:
        if role == known:
            return known
    raise BadInput(f"role {role!r} is unknown; use one of {', '.join(ROLES)}", code="bad_role")
