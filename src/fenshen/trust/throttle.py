"""How many log-ins and new accounts one address may try, counted in the database so that every process agrees.

An attempt is counted before the password is looked at and given back when it was right, so parallel
guesses cannot slip through. Knows nothing about users or passwords.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database, UtcTime
from fenshen.core.errors import Busy
from fenshen.core.ids import digest_text
from fenshen.trust.tables import login_attempts

WINDOW = timedelta(minutes=15)
#: Wrong passwords for one account from one address, for any account from one address, and for one account
#: from anywhere: enough that nobody is locked out by a neighbour, too few to guess with many addresses.
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 100
TRIES_FROM_ANYWHERE = 100
#: New accounts from one address: a family or a class, not a farm. Each costs an argon2 hash.
ACCOUNTS_PER_ADDRESS = 30

#: The same statement on SQLite and PostgreSQL; the row lock it takes puts parallel attempts in order.
_ADD_ONE = sa.text(
    "INSERT INTO login_attempts (key_sha256, tries, window_start) VALUES (:key, 1, :now) "
    "ON CONFLICT (key_sha256) DO UPDATE SET tries = login_attempts.tries + 1"
).bindparams(sa.bindparam("now", type_=UtcTime))


def claim_attempt(db: Database, clock: Clock, account: str, address: str) -> None:
    """Count one attempt to log in.

    Raises:
        Busy: too many within the window (`code="too_many_attempts"`, `details["retry_after_s"]`).
    """
    _claim(db, clock, _keys(account, address), "log-ins failed")


def claim_sign_up(db: Database, clock: Clock, address: str) -> None:
    """Count one new account.

    Raises:
        Busy: as `claim_attempt`.
    """
    key = digest_text("sign-up", address)
    _claim(db, clock, ((key, ACCOUNTS_PER_ADDRESS),), "new accounts were made")


def _claim(db: Database, clock: Clock, keys: Sequence[tuple[str, int]], what: str) -> None:
    with db.read() as connection:
        for key, limit in keys:
            _refuse_above(connection, clock, key, limit - 1, what)
    with db.write() as connection:
        connection.execute(
            login_attempts.delete().where(login_attempts.c.window_start <= clock.now() - WINDOW)
        )
        for key, limit in keys:
            connection.execute(_ADD_ONE, {"key": key, "now": clock.now()})
            _refuse_above(connection, clock, key, limit, what)


def give_back(db: Database, account: str, address: str) -> None:
    """Forget the attempts on this account from here, after a right password."""
    pair, *wider = (key for key, _ in _keys(account, address))
    with db.write() as connection:
        connection.execute(login_attempts.delete().where(login_attempts.c.key_sha256 == pair))
        connection.execute(
            login_attempts.update()
            .where(login_attempts.c.key_sha256.in_(wider), login_attempts.c.tries > 0)
            .values(tries=login_attempts.c.tries - 1)
        )


def _keys(account: str, address: str) -> tuple[tuple[str, int], ...]:
    return (
        (digest_text("pair", account, address), TRIES_PER_ACCOUNT),
        (digest_text("address", address), TRIES_PER_ADDRESS),
        (digest_text("account", account), TRIES_FROM_ANYWHERE),
    )


def _refuse_above(connection: Connection, clock: Clock, key: str, tries_max: int, what: str) -> None:
    row = connection.execute(
        sa.select(login_attempts).where(login_attempts.c.key_sha256 == key)
    ).one_or_none()
    if row is None or row.tries <= tries_max:
        return
    left_s = int((row.window_start + WINDOW - clock.now()).total_seconds())
    if left_s > 0:
        raise Busy(
            f"too many {what} here; try again in {left_s // 60 + 1} minutes",
            code="too_many_attempts",
            retry_after_s=left_s,
        )
