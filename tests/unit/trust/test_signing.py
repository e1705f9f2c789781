"""The key of an installation: made once, for its owner's eyes only, good for some years."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import BadInput, Refused
from fenshen.trust.signing import KEY_DAYS, KEY_FILE, same_fingerprint, signing_key, verify

STATEMENT = b"the kettle is mine"


def test_a_key_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    """The same fingerprint every time; mode 0600; no half-written file beside it."""
    clock = VirtualClock()
    first, again = signing_key(tmp_path / "keys", clock), signing_key(tmp_path / "keys", clock)
    assert first.signer == again.signer
    assert [path.name for path in (tmp_path / "keys").iterdir()] == [KEY_FILE]
    assert (tmp_path / "keys" / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_what_was_signed_is_verified_and_nothing_else(tmp_path: Path) -> None:
    """Another statement, another key and a broken signature are refused alike."""
    clock = VirtualClock()
    key, other = signing_key(tmp_path / "a", clock), signing_key(tmp_path / "b", clock)
    verify(key.signer, STATEMENT, key.sign(STATEMENT), clock.now())
    for signer, statement, signature in (
        (key.signer, STATEMENT + b"!", key.sign(STATEMENT)),
        (other.signer, STATEMENT, key.sign(STATEMENT)),
        (key.signer, STATEMENT, key.sign(STATEMENT)[:-2]),
        (key.signer, STATEMENT, "zz"),
    ):
        with pytest.raises(BadInput) as refused:
            verify(signer, statement, signature, clock.now())
        assert refused.value.code == "bad_signature"


def test_an_expired_key_is_replaced(tmp_path: Path) -> None:
    """What the old one signed is refused from then on."""
    clock = VirtualClock()
    old = signing_key(tmp_path, clock)
    signature = old.sign(STATEMENT)
    clock.advance((KEY_DAYS + 1) * 86_400)
    with pytest.raises(BadInput) as refused:
        verify(old.signer, STATEMENT, signature, clock.now())
    assert refused.value.code == "signature_expired"
    assert signing_key(tmp_path, clock).signer.fingerprint != old.signer.fingerprint


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    """The message says what to do."""
    signing_key(tmp_path, VirtualClock())
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(Refused) as refused:
        signing_key(tmp_path, VirtualClock())
    assert refused.value.code == "key_exposed"


def test_a_damaged_key_is_an_answer_not_a_trace(tmp_path: Path) -> None:
    """It is not replaced silently: somebody may have a copy."""
    (tmp_path / KEY_FILE).touch(0o600)
    with pytest.raises(BadInput) as refused:
        signing_key(tmp_path, VirtualClock())
    assert refused.value.code == "key_damaged"


def test_fingerprints_are_compared_as_people_write_them() -> None:
    """Case, spaces and hyphens do not matter; letters do."""
    assert same_fingerprint("ab12-cd34", "AB12 CD34")
    assert not same_fingerprint("ab12-cd34", "ab12-cd35")
