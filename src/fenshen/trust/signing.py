"""The key with which this installation signs what leaves it, and the check of what others signed.

    key file (0600) → sign(statement) → verify(signer, statement, signature)

A signer is a public key together with the days on which it is good. Its fingerprint covers both, so nobody
can lengthen the life of a key that somebody trusts. Knows nothing about what is signed or who is trusted.

Source: RFC 8032 (Ed25519).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fenshen.core.clock import Clock, rfc3339
from fenshen.core.errors import BadInput, Refused
from fenshen.core.ids import new_secret

KEY_FILE = "signing.json"
#: A new key takes over when this one is this old; what it signed is then no longer taken in.
KEY_DAYS = 5 * 365
#: How far the clocks of two machines may be apart.
CLOCK_SKEW = timedelta(days=1)
_FINGERPRINT_CHARS = 40
_GROUP = 4


@dataclass(frozen=True)
class Signer:
    """A public key (hex) and from when to when it is good."""

    public_key: str
    created: datetime
    expires: datetime

    @property
    def fingerprint(self) -> str:
        """What two people compare: 160 bits over key and days, in groups of four."""
        told = f"{self.public_key} {rfc3339(self.created)} {rfc3339(self.expires)}"
        digest = hashlib.sha256(told.encode()).hexdigest()[:_FINGERPRINT_CHARS]
        return "-".join(digest[at : at + _GROUP] for at in range(0, _FINGERPRINT_CHARS, _GROUP))


@dataclass(frozen=True)
class SigningKey:
    """The private half; it never leaves the machine."""

    signer: Signer
    secret: Ed25519PrivateKey = field(repr=False)

    def sign(self, statement: bytes) -> str:
        """The signature of `statement`, hex."""
        return self.secret.sign(statement).hex()


def same_fingerprint(one: str, other: str) -> bool:
    """Whether two fingerprints are the same, however they are spaced and cased."""
    return _bare(one) == _bare(other)


def signing_key(folder: Path, clock: Clock) -> SigningKey:
    """This installation's key in `folder`; made on first use, and anew once it has expired.

    Raises:
        Refused: `key_exposed`, others on this machine can read it.
        BadInput: `key_damaged`.
    """
    path = folder / KEY_FILE
    if path.is_file():
        key = _read(path)
        if clock.now() < key.signer.expires:
            return key
        path.unlink()
    _make(path, clock.now())
    return _read(path)


def verify(signer: Signer, statement: bytes, signature: str, now: datetime) -> None:
    """Return if `signer` signed `statement` and is still good.

    Raises:
        BadInput: `bad_signature`, `signature_expired` or `signature_future`.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key))
        key.verify(bytes.fromhex(signature), statement)
    except (ValueError, InvalidSignature):
        raise BadInput(
            "the signature does not fit the content: the file is forged or was altered; ask for it again",
            code="bad_signature",
        ) from None
    if now >= signer.expires:
        raise BadInput(
            f"the signature was good until {rfc3339(signer.expires)}; have the twin exported again",
            code="signature_expired",
        )
    if signer.created > now + CLOCK_SKEW:
        raise BadInput(
            f"the signing key is from {rfc3339(signer.created)}, which is still to come; check both clocks",
            code="signature_future",
        )


def _make(path: Path, now: datetime) -> None:
    """Write a new key; where another process was faster, its key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    created = now.astimezone(UTC).replace(microsecond=0)
    content = {
        "created": rfc3339(created),
        "expires": rfc3339(created + timedelta(days=KEY_DAYS)),
        "private_key": Ed25519PrivateKey.generate().private_bytes_raw().hex(),
    }
    aside = path.with_name(new_secret(".key-"))
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()


def _read(path: Path) -> SigningKey:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise Refused(
            f"others on this machine can read {str(path)!r}; remove it, and a new key is made",
            code="key_exposed",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content["private_key"]))
        created, expires = (datetime.fromisoformat(content[name]) for name in ("created", "expires"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"{str(path)!r} is no signing key; remove it, and a new one is made", code="key_damaged"
        ) from error
    return SigningKey(Signer(private.public_key().public_bytes_raw().hex(), created, expires), private)


def _bare(fingerprint: str) -> str:
    return "".join(character for character in fingerprint.casefold() if character.isalnum())
