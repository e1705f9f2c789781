"""E-mail and password rules, and password hashes.

Knows nothing about users or the database.

Source: RFC 9106 (Argon2id) with OWASP's parameters (19 MiB, 2 passes, 1 lane), so that forty logins at
once need less than 1 GiB; password rules after NIST SP 800-63B (length and a block list, no compulsory
character classes).
"""

from __future__ import annotations

import functools
import re

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fenshen.core.errors import BadInput
from fenshen.core.unicode import normalized

PASSWORD_MIN = 10
PASSWORD_MAX = 256
EMAIL_MAX = 254

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.ASCII)
_COMMON = frozenset(
    [
        "password",
        "password1",
        "passw0rd",
        "letmein",
        "welcome",
        "iloveyou",
        "qwertyuiop",
        "qwerty1234",
        "qwerty12345",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "0123456789",
        "1234567890",
        "12345678910",
        "0987654321",
        "9876543210",
        "abcdefghij",
        "abcd1234",
        "administrator",
        "changeme",
        "changeit",
        "superman",
        "football",
        "baseball",
        "sunshine",
        "princess",
        "woaini",
        "woaini1314",
        "a123456789",
        "qq123456789",
        "asdfghjkl",
        "zxcvbnm",
    ]
)
_STRIPPED = re.compile(r"[^a-z]")


@functools.cache
def dummy_hash() -> str:
    """Verified against when no such user exists, so that both answers take the same time."""
    return _HASHER.hash("no user has this password")


def normalise_email(email: object) -> str:
    """`email` trimmed, in lower case, its domain in ASCII (IDNA).

    Raises:
        BadInput: it is not an address that mail can be sent to.
    """
    text = normalized("NFKC", email).strip().lower() if isinstance(email, str) else ""
    local, at, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    valid = at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)
    if not valid or ".." in local or len(local) + len(domain) >= EMAIL_MAX:
        raise BadInput(
            f"{str(email)[:80]!r} is not an e-mail address; write it like name@example.org", code="bad_email"
        )
    return f"{local}@{domain}"


def check_password(password: object, email: str) -> str:
    """`password` in NFKC if it is long enough and not easily guessed.

    Raises:
        BadInput: it breaks a rule; the message names the rule and never repeats the password.
    """
    text = _normal_password(password)
    if not PASSWORD_MIN <= len(text) <= PASSWORD_MAX:
        raise BadInput(
            f"a password needs {PASSWORD_MIN} to {PASSWORD_MAX} characters; a few random words work well",
            code="weak_password",
        )
    lowered = text.casefold()
    letters = _STRIPPED.sub("", lowered)
    guessable = lowered in _COMMON or letters in _COMMON or len(set(text)) < 5
    if guessable or lowered in (email, email.partition("@")[0]):
        raise BadInput(
            "this password is too easy to guess; choose one that nobody else would", code="weak_password"
        )
    return text


def hash_password(password: str) -> str:
    """Argon2id hash with its own random salt."""
    return _HASHER.hash(password)


def verify_password(password: object, stored: str | None) -> bool:
    """Whether `password` matches; with `stored` None the same work is done and the result is False."""
    try:
        _HASHER.verify(stored or dummy_hash(), _normal_password(password))
    except (VerificationError, InvalidHashError, BadInput):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def _normal_password(password: object) -> str:
    try:
        text = normalized("NFKC", password) if isinstance(password, str) else ""
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInput("a password must be valid Unicode text", code="weak_password") from error
    return text[: PASSWORD_MAX + 1]
