"""The only source of identifiers and secrets.

An id is `prefix_` + 26 Crockford base32 characters, ordered by time (ULID layout), so rows sort by
age and a reader sees what a thing is. Knows nothing about what is being named.

Source: ULID specification (48 bits of milliseconds, 80 bits of randomness).
"""

from __future__ import annotations

import hashlib
import random
import secrets
import time
from typing import Protocol

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Ids(Protocol):
    """Makes identifiers."""

    def new(self, prefix: str) -> str:
        """A fresh identifier such as `call_01j…`."""
        ...


def _encode(value: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


class RandomIds:
    """Time-ordered ids with 80 random bits."""

    def new(self, prefix: str) -> str:
        return f"{prefix}_{_encode((time.time_ns() // 1_000_000) << 80 | secrets.randbits(80))}"


class SeededIds:
    """The same ids in the same order for the same seed: for simulation and tests."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._count = 0

    def new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{_encode(self._count << 80 | self._random.getrandbits(80))}"


def new_secret(prefix: str) -> str:
    """An unguessable token (256 bits, URL-safe) that starts with `prefix`."""
    return f"{prefix}{secrets.token_urlsafe(32)}"


def digest_text(*parts: str) -> str:
    """Hex SHA-256 of `parts`, each length-prefixed so that no two lists collide."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode()
        hasher.update(f"{len(data)}:".encode())
        hasher.update(data)
    return hasher.hexdigest()
