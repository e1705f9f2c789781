"""Signing up and proving a password."""

from __future__ import annotations

import time

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Busy, Conflict, NotFound, Unauthenticated
from fenshen.core.ids import SeededIds
from fenshen.trust import accounts, passwords, throttle
from fenshen.trust.tables import users

GOOD = "four tired kettles"


def test_an_email_is_one_account_however_it_is_typed(
    db: Database, clock: VirtualClock, ids: SeededIds
) -> None:
    """Case, spaces and full-width letters do not make a second account."""
    user = accounts.sign_up(db, clock, ids, "  Mia@Example.ORG ", GOOD)
    assert user.email == "mia@example.org"
    with pytest.raises(Conflict, match="log in instead"):
        accounts.sign_up(db, clock, ids, "ｍｉａ@example.org", GOOD)
    assert accounts.user_by_email(db, "MIA@example.org") == user == accounts.user(db, user.id)


@pytest.mark.parametrize(
    "email",
    ["", "mia", "mia@", "@example.org", "mia@localhost", "a b@example.org", "mia@exa mple.org", None, 7,
     "mia@example.org\r\nBcc: all@example.org", "a..b@example.org", "mia@-x.org", "x" * 300 + "@example.org",
     "\ud800@example.org", "mia@example.org\x00", "m\u0456a@example.org"],
)  # fmt: skip
def test_what_is_not_an_address_is_refused(email: object) -> None:
    """Every malformed address is a BadInput that says how to write one."""
    with pytest.raises(BadInput, match="write it like"):
        passwords.normalise_email(email)


def test_a_foreign_domain_is_stored_in_ascii() -> None:
    """Two spellings of an international domain are one account."""
    assert passwords.normalise_email("mia@bücher.example") == "mia@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "password",
    ["", "short", "x" * 257, "aaaaaaaaaaaa", "1234567890", "Password2026!", "mia@example.org", "\ud800" * 12,
     "woaini1314", None, "qwertyuiop", "P a s s w o r d 1"],
)  # fmt: skip
def test_a_guessable_password_is_refused_without_repeating_it(password: object) -> None:
    """Too short, too long, common, or the address itself."""
    with pytest.raises(BadInput) as caught:
        passwords.check_password(password, "mia@example.org")
    assert caught.value.code == "weak_password"
    assert not (password and str(password) in caught.value.message)


def test_the_database_holds_no_password(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """Only an Argon2id hash with its own salt is stored."""
    accounts.sign_up(db, clock, ids, "a@example.org", GOOD)
    accounts.sign_up(db, clock, ids, "b@example.org", GOOD)
    with db.read() as connection:
        hashes = [row.password_hash for row in connection.execute(users.select())]
    assert all(value.startswith("$argon2id$") and GOOD not in value for value in hashes)
    assert hashes[0] != hashes[1]


@pytest.mark.parametrize("email", ["mia@example.org", "nobody@example.org", "not an address"])
def test_a_wrong_password_and_an_unknown_email_look_the_same(
    db: Database, clock: VirtualClock, ids: SeededIds, email: str
) -> None:
    """One message and one code, so nobody learns who has an account."""
    accounts.sign_up(db, clock, ids, "mia@example.org", GOOD)
    with pytest.raises(Unauthenticated) as caught:
        accounts.authenticate(db, clock, email, "a wrong password", address="192.0.2.1")
    assert (caught.value.code, caught.value.message) == (
        "bad_credentials",
        "the e-mail or the password is wrong",
    )


def test_an_unknown_email_costs_as_much_time(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """The hash is computed in both cases: the medians differ by less than a factor of two."""
    accounts.sign_up(db, clock, ids, "mia@example.org", GOOD)

    def median_s(email: str) -> float:
        times = []
        for attempt in range(5):
            start = time.perf_counter()
            with pytest.raises(Unauthenticated):
                accounts.authenticate(db, clock, email, "a wrong password", address=f"192.0.2.{attempt}")
            times.append(time.perf_counter() - start)
        return sorted(times)[2]

    median_s("warm@example.org")
    known, unknown = median_s("mia@example.org"), median_s("nobody@example.org")
    assert 0.5 < known / unknown < 2


def test_guessing_stops_after_ten_and_resumes_after_the_window(
    db: Database, clock: VirtualClock, ids: SeededIds
) -> None:
    """The right password is refused too while throttled, elsewhere it works, and later it works here."""
    accounts.sign_up(db, clock, ids, "mia@example.org", GOOD)
    for _ in range(throttle.TRIES_PER_ACCOUNT):
        with pytest.raises(Unauthenticated):
            accounts.authenticate(db, clock, "mia@example.org", "a wrong password", address="192.0.2.1")
    with pytest.raises(Busy) as caught:
        accounts.authenticate(db, clock, "mia@example.org", GOOD, address="192.0.2.1")
    assert caught.value.code == "too_many_attempts"
    assert caught.value.details["retry_after_s"] == 900
    assert accounts.authenticate(db, clock, "mia@example.org", GOOD, address="192.0.2.2")
    clock.advance(900)
    assert accounts.authenticate(db, clock, "mia@example.org", GOOD, address="192.0.2.1")


def test_one_address_cannot_try_many_accounts(db: Database, clock: VirtualClock) -> None:
    """The hundredth attempt over any accounts is the last."""
    for number in range(throttle.TRIES_PER_ADDRESS):
        throttle.claim_attempt(db, clock, f"{number}@example.org", "192.0.2.1")
    with pytest.raises(Busy):
        throttle.claim_attempt(db, clock, "new@example.org", "192.0.2.1")


def test_right_passwords_are_not_counted(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """Someone who logs in correctly is never throttled."""
    accounts.sign_up(db, clock, ids, "mia@example.org", GOOD)
    for _ in range(throttle.TRIES_PER_ACCOUNT + 2):
        accounts.authenticate(db, clock, "mia@example.org", GOOD, address="192.0.2.1")


def test_an_unknown_role_or_user_is_refused(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """A role outside the three, an id and an address nobody has."""
    with pytest.raises(BadInput):
        accounts.sign_up(db, clock, ids, "mia@example.org", GOOD, role="root")  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        accounts.user(db, "usr_nobody")
    with pytest.raises(NotFound):
        accounts.user_by_email(db, "nobody@example.org")


def test_guesses_from_many_addresses_are_counted_together(db: Database, clock: VirtualClock) -> None:
    """A hundred addresses with one guess each are as many guesses as one account takes."""
    for number in range(throttle.TRIES_FROM_ANYWHERE):
        throttle.claim_attempt(db, clock, "mia@example.org", f"192.0.2.{number}")
    with pytest.raises(Busy):
        throttle.claim_attempt(db, clock, "mia@example.org", "198.51.100.7")
    throttle.claim_attempt(db, clock, "other@example.org", "198.51.100.7")
