"""How many log-ins one address may try, counted in the database so that every process agrees.

An attempt is counted before the password is looked at and given back when it was right, so parallel
guesses cannot slip through. Knows nothing about users or passwords.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Busy
from fenshen.core.ids import digest_text
from fenshen.trust.tables import login_attempts

WINDOW = timedelta(minutes=15)
#: Wrong passwords for one account from one address, and for any account from one address.
TRIES_PER_ACCOUNT = 10
TRIES_PER_ADDRESS = 100


def claim_attempt(db: Database, clock: Clock, account: str, address: str) -> None:
    """Count one attempt to log in.

    Raises:
        Busy: too many within the window (`code="too_many_attempts"`, `details["retry_after_s"]`).
    """
    with db.read() as connection:
        _check(connection, clock, account, address)
    with db.write() as connection:
        connection.execute(
            login_attempts.delete().where(login_attempts.c.window_start <= clock.now() - WINDOW)
        )
        _check(connection, clock, account, address)
        for key, _limit in _keys(account, address):
            _add_one(connection, clock, key)


def give_back(db: Database, account: str, address: str) -> None:
    """Forget the attempts on this account from here, after a right password."""
    (pair, _), (everywhere, _) = _keys(account, address)
    with db.write() as connection:
        connection.execute(login_attempts.delete().where(login_attempts.c.key_sha256 == pair))
        connection.execute(
            login_attempts.update()
            .where(login_attempts.c.key_sha256 == everywhere, login_attempts.c.tries > 0)
            .values(tries=login_attempts.c.tries - 1)
        )


def _keys(account: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    return (
        (digest_text("pair", account, address), TRIES_PER_ACCOUNT),
        (digest_text("address", address), TRIES_PER_ADDRESS),
    )


def _check(connection: Connection, clock: Clock, account: str, address: str) -> None:
    for key, limit in _keys(account, address):
        row = connection.execute(
            sa.select(login_attempts).where(login_attempts.c.key_sha256 == key)
        ).one_or_none()
        if row is None or row.tries < limit:
            continue
        left_s = int((row.window_start + WINDOW - clock.now()).total_seconds())
        if left_s > 0:
            raise Busy(
                f"too many log-ins failed here; try again in {left_s // 60 + 1} minutes",
                code="too_many_attempts",
                retry_after_s=left_s,
            )


def _add_one(connection: Connection, clock: Clock, key: str) -> None:
    changed = connection.execute(
        login_attempts.update()
        .where(login_attempts.c.key_sha256 == key)
        .values(tries=login_attempts.c.tries + 1)
    )
    if changed.rowcount == 0:
        connection.execute(login_attempts.insert().values(key_sha256=key, tries=1, window_start=clock.now()))
