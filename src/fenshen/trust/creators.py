"""Creators: the slug that names a twin everywhere, its name, and who owns it.

Knows nothing about libraries, versions or money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.trust.accounts import User
from fenshen.trust.tables import creators, users

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]", re.ASCII)
#: Words that a page, route or command already uses.
RESERVED = frozenset(
    [
        "admin",
        "api",
        "app",
        "assets",
        "auth",
        "catalogue",
        "creator",
        "creators",
        "docs",
        "fan",
        "fans",
        "fenshen",
        "healthz",
        "help",
        "login",
        "logout",
        "media",
        "metrics",
        "models",
        "new",
        "null",
        "openapi",
        "operator",
        "readyz",
        "robots",
        "search",
        "settings",
        "signup",
        "static",
        "studio",
        "support",
        "system",
        "twin",
        "twins",
        "undefined",
        "user",
        "users",
        "wallet",
        "www",
    ]
)


@dataclass(frozen=True)
class Creator:
    """A twin's creator; `owner` is a user id, or None while only the operator looks after it."""

    slug: str
    name: str
    owner: str | None
    created: datetime


def check_slug(slug: object) -> str:
    """`slug` if it may name a creator: 3 to 40 of `a-z`, `0-9` and inner single hyphens, not reserved.

    Raises:
        BadInput: it may not.
    """
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug) or "--" in slug:
        raise BadInput(
            f"slug {str(slug)[:60]!r} must be 3 to 40 of a-z, 0-9 and single hyphens, such as 'mei-lin'",
            code="bad_slug",
        )
    if slug in RESERVED:
        raise BadInput(f"slug {slug!r} is used by a page; choose another", code="bad_slug")
    return slug


def add_creator(db: Database, clock: Clock, slug: str, name: str, owner: str | None) -> Creator:
    """A new creator; an owner who was only a fan becomes a creator.

    Args:
        db: Where creators are kept.
        clock: Says when.
        slug: See `check_slug`.
        name: 1 to 80 characters, as shown to fans.
        owner: User id of who may see its studio, or None.

    Raises:
        BadInput: `bad_slug` or `bad_name`.
        Conflict: `slug_taken`.
        NotFound: there is no such owner.
    """
    new = Creator(check_slug(slug), check_name(name), owner, clock.now())
    try:
        with db.write() as connection:
            insert_creator(connection, clock, new, owner or "system")
    except IntegrityError as error:
        raise Conflict(f"slug {slug!r} is taken; choose another", code="slug_taken") from error
    return new


def check_name(name: str) -> str:
    """`name` as it is shown to fans, with single spaces.

    Raises:
        BadInput: `bad_name`.
    """
    label = " ".join(name.split())
    if not 1 <= len(label) <= 80 or not label.isprintable():
        raise BadInput("a creator's name needs 1 to 80 printable characters", code="bad_name")
    return label


def insert_creator(connection: Connection, clock: Clock, new: Creator, by: str) -> None:
    """Add a creator inside the caller's transaction; an owner who was only a fan becomes a creator.

    Raises:
        NotFound: there is no such owner.
    """
    if new.owner is not None:
        found = connection.execute(sa.select(users.c.role).where(users.c.id == new.owner)).first()
        if found is None:
            raise NotFound(f"no user {new.owner!r} to own {new.slug!r}")
        connection.execute(
            users.update().where(users.c.id == new.owner, users.c.role == "fan").values(role="creator")
        )
    connection.execute(creators.insert().values(**vars(new)))
    audit.append(connection, clock, by, "creator.add", new.slug, {"name": new.name})


def creator(db: Database, slug: str) -> Creator:
    """The creator with this slug.

    Raises:
        NotFound: there is none.
    """
    with db.read() as connection:
        row = connection.execute(sa.select(creators).where(creators.c.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(f"no creator {slug!r}; add one with `fenshen creator add SLUG --name NAME`")
    return Creator(*row)


def list_creators(db: Database, *, owner: str | None = None) -> list[Creator]:
    """Every creator by slug, or those of one owner."""
    query = sa.select(creators).order_by(creators.c.slug)
    if owner is not None:
        query = query.where(creators.c.owner == owner)
    with db.read() as connection:
        return [Creator(*row) for row in connection.execute(query)]


def owned_creator(db: Database, user: User, slug: str) -> Creator:
    """The creator, if `user` owns it or is an operator.

    Raises:
        NotFound: it does not exist or is someone else's; both look the same.
    """
    with db.read() as connection:
        row = connection.execute(sa.select(creators).where(creators.c.slug == slug)).one_or_none()
    if row is None or not (user.role == "operator" or row.owner == user.id):
        raise NotFound(f"no creator {slug!r} of yours")
    return Creator(*row)
