"""Credentials: issued once, stored hashed, refused when unknown, expired or revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from fenshen.core.clock import ForwardClock, VirtualClock
from fenshen.core.clock_mark import begin_from_mark, keep_mark
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound, Refused, Unauthenticated
from fenshen.core.ids import SeededIds
from fenshen.trust import accounts, consent, creators, keys, sessions
from fenshen.trust.tables import api_keys
from fenshen.trust.tables import sessions as session_rows

GOOD = "four tired kettles"


@pytest.fixture
def mia(db: Database, clock: VirtualClock, ids: SeededIds) -> accounts.User:
    return accounts.sign_up(db, clock, ids, "mia@example.org", GOOD)


@dataclass
class Machine:
    """A machine whose clock can be set, seen by one process after another."""

    clock: VirtualClock

    def start(self, db: Database) -> ForwardClock:
        process = ForwardClock(self.clock)
        begin_from_mark(db, process)
        return process


def test_what_expired_stays_expired_when_the_clock_is_set_back(
    db: Database, clock: VirtualClock, ids: SeededIds, mia: accounts.User
) -> None:
    """Session, key and consent, in the process that saw it and in one started after the crash."""
    machine = Machine(clock)
    process = machine.start(db)
    soon = clock.now() + timedelta(hours=1)
    session = sessions.log_in(db, process, mia.email, GOOD, address="192.0.2.1", days=1)
    key = keys.create_key(db, process, ids, mia.id, "k", expires=soon)
    creators.add_creator(db, process, "juniper", "Juniper", mia.id)
    consent.grant(db, process, ids, "juniper", ["chat"], soon, by="test")
    for _ in range(25):
        clock.advance(3600)
        keep_mark(db, process)
    clock.current -= timedelta(hours=25)
    for later in (process, machine.start(db)):
        with pytest.raises(Unauthenticated):
            sessions.user_for_session(db, later, session.token)
        with pytest.raises(Unauthenticated):
            keys.user_for_key(db, later, key.secret)
        with pytest.raises(Refused):
            consent.check(db, "juniper", "chat", later.now())


def test_a_session_lasts_until_it_expires(db: Database, clock: VirtualClock, mia: accounts.User) -> None:
    """The token works to the last second and not after."""
    session = sessions.log_in(db, clock, mia.email, GOOD, address="192.0.2.1", days=1)
    clock.advance(86_399)
    assert sessions.user_for_session(db, clock, session.token) == mia
    clock.advance(1)
    with pytest.raises(Unauthenticated) as caught:
        sessions.user_for_session(db, clock, session.token)
    assert caught.value.code == "session_expired"


def test_logging_out_ends_this_session_only(db: Database, clock: VirtualClock, mia: accounts.User) -> None:
    """The other browser stays logged in until all are ended."""
    first, second = (sessions.open_session(db, clock, mia) for _ in range(2))
    sessions.log_out(db, first.token)
    with pytest.raises(Unauthenticated):
        sessions.user_for_session(db, clock, first.token)
    assert sessions.user_for_session(db, clock, second.token) == mia
    assert sessions.log_out_everywhere(db, mia.id) == 1
    with pytest.raises(Unauthenticated):
        sessions.user_for_session(db, clock, second.token)


def test_no_secret_is_stored_or_printed(
    db: Database, clock: VirtualClock, ids: SeededIds, mia: accounts.User
) -> None:
    """The tables hold digests, and a repr in a log shows nothing."""
    session = sessions.open_session(db, clock, mia)
    key = keys.create_key(db, clock, ids, mia.id, "laptop")
    with db.read() as connection:
        stored = str(connection.execute(session_rows.select()).all()) + str(
            connection.execute(api_keys.select()).all()
        )
    for secret in (session.token, key.secret):
        assert secret not in stored
        assert secret not in repr(session) + repr(key)


@pytest.mark.parametrize("token", [None, "", "fss_nothing", "fsk_nothing", "\ud800", "é" * 40, "' OR 1=1 --"])
def test_a_made_up_credential_is_refused(db: Database, clock: VirtualClock, token: str | None) -> None:
    """Neither a session nor a key, and nothing breaks on odd bytes."""
    with pytest.raises(Unauthenticated):
        sessions.user_for_session(db, clock, token)
    with pytest.raises(Unauthenticated):
        keys.user_for_key(db, clock, token)
    sessions.log_out(db, token)


def test_a_key_stands_for_its_user_until_revoked(
    db: Database, clock: VirtualClock, ids: SeededIds, mia: accounts.User
) -> None:
    """Listed by name and hint, revocable, and the list keeps it."""
    new = keys.create_key(db, clock, ids, mia.id, " laptop ")
    assert new.secret.startswith("fsk_")
    assert keys.user_for_key(db, clock, new.secret) == mia
    assert [(key.name, key.hint) for key in keys.list_keys(db, mia.id)] == [("laptop", new.secret[-4:])]
    keys.revoke_key(db, clock, mia.id, new.key.id)
    keys.revoke_key(db, clock, mia.id, new.key.id)
    with pytest.raises(Unauthenticated) as caught:
        keys.user_for_key(db, clock, new.secret)
    assert caught.value.code == "key_revoked"
    assert keys.list_keys(db, mia.id)[0].revoked == clock.now()


def test_a_key_can_expire(db: Database, clock: VirtualClock, ids: SeededIds, mia: accounts.User) -> None:
    """An optional expiry is honoured to the second, and one in the past is refused."""
    new = keys.create_key(db, clock, ids, mia.id, "ci", expires=clock.now() + timedelta(hours=1))
    clock.advance(3600)
    with pytest.raises(Unauthenticated) as caught:
        keys.user_for_key(db, clock, new.secret)
    assert caught.value.code == "key_expired"
    with pytest.raises(BadInput):
        keys.create_key(db, clock, ids, mia.id, "old", expires=clock.now())


def test_nobody_revokes_another_users_key(
    db: Database, clock: VirtualClock, ids: SeededIds, mia: accounts.User
) -> None:
    """Someone else's key does not exist for you."""
    other = accounts.sign_up(db, clock, ids, "zoe@example.org", GOOD)
    new = keys.create_key(db, clock, ids, mia.id, "laptop")
    with pytest.raises(NotFound):
        keys.revoke_key(db, clock, other.id, new.key.id)
    assert keys.user_for_key(db, clock, new.secret) == mia


def test_keys_need_a_user_a_name_and_restraint(
    db: Database, clock: VirtualClock, ids: SeededIds, mia: accounts.User
) -> None:
    """No key for nobody, none without a name, and at most fifty live ones."""
    with pytest.raises(NotFound):
        keys.create_key(db, clock, ids, "usr_nobody", "x")
    with pytest.raises(BadInput):
        keys.create_key(db, clock, ids, mia.id, "  ")
    for number in range(keys.KEYS_MAX):
        keys.create_key(db, clock, ids, mia.id, str(number))
    with pytest.raises(BadInput, match="revoke one first"):
        keys.create_key(db, clock, ids, mia.id, "one more")
