"""Consent at the moment of use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fenshen.core import audit
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound, Refused
from fenshen.core.ids import SeededIds
from fenshen.trust import consent, creators

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _creators(db: Database, clock: VirtualClock) -> None:
    creators.add_creator(db, clock, "juniper", "Juniper Shen", None)
    creators.add_creator(db, clock, "zoe", "Zoe", None)


def test_a_granted_scope_is_allowed_until_its_end(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """Named person, scopes in order without repeats; refused from the last instant on."""
    given = consent.grant(db, clock, ids, "juniper", ["chat", "train", "chat"], clock.now() + DAY, "cli")
    assert (given.person, given.scopes, given.territory) == ("Juniper Shen", ("train", "chat"), "world")
    assert consent.check(db, "juniper", "chat", clock.now()) == given
    with pytest.raises(Refused) as caught:
        consent.check(db, "juniper", "chat", clock.now() + DAY)
    assert caught.value.code == "consent_expired"
    assert "fenshen consent grant juniper --scope chat" in caught.value.message


@pytest.mark.parametrize("scope", ["voice", "face", "song", "clip"])
def test_what_was_not_granted_is_refused(
    db: Database, clock: VirtualClock, ids: SeededIds, scope: consent.Scope
) -> None:
    """Consent to chat is not consent to a voice, and one twin's consent is not another's."""
    consent.grant(db, clock, ids, "juniper", ["chat"], clock.now() + DAY, "cli")
    for creator, use in (("juniper", scope), ("zoe", "chat")):
        with pytest.raises(Refused) as caught:
            consent.check(db, creator, use, clock.now())  # type: ignore[arg-type]
        assert caught.value.code == "no_consent"


def test_revoking_ends_every_use_and_moves_the_epoch(
    db: Database, clock: VirtualClock, ids: SeededIds
) -> None:
    """A live call sees a new epoch, asks again and is refused; a second revocation changes nothing."""
    given = consent.grant(db, clock, ids, "juniper", ["chat"], clock.now() + DAY, "cli")
    before = consent.epoch(db, "juniper")
    assert consent.revoke(db, clock, given.id, "cli").status(clock.now()) == "revoked"
    assert consent.epoch(db, "juniper") == before + 1
    with pytest.raises(Refused) as caught:
        consent.check(db, "juniper", "chat", clock.now())
    assert caught.value.code == "consent_revoked"
    consent.revoke(db, clock, given.id, "cli")
    assert consent.epoch(db, "juniper") == before + 1
    assert consent.epoch(db, "zoe") == 0


def test_a_clock_set_back_revives_nothing(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """Once an expiry has been seen it is written down."""
    consent.grant(db, clock, ids, "juniper", ["chat"], clock.now() + DAY, "cli")
    with pytest.raises(Refused):
        consent.check(db, "juniper", "chat", clock.now() + 2 * DAY)
    with pytest.raises(Refused) as caught:
        consent.check(db, "juniper", "chat", clock.now())
    assert caught.value.code == "consent_expired"


def test_a_consent_can_begin_later(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """Before its start it allows nothing, after it does."""
    start = clock.now() + DAY
    given = consent.grant(db, clock, ids, "juniper", ["chat"], start + DAY, "cli", starts=start)
    assert given.status(clock.now()) == "future"
    with pytest.raises(Refused):
        consent.check(db, "juniper", "chat", clock.now())
    assert consent.check(db, "juniper", "chat", start) == given


def test_a_second_consent_outlives_a_revoked_one(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """Each stands alone; the longest-lasting active one is named."""
    first = consent.grant(db, clock, ids, "juniper", ["chat"], clock.now() + 3 * DAY, "cli")
    second = consent.grant(
        db, clock, ids, "juniper", ["chat"], clock.now() + DAY, "cli", evidence={"sha256": "ab"}
    )
    assert consent.check(db, "juniper", "chat", clock.now()) == first
    consent.revoke(db, clock, first.id, "cli")
    assert consent.check(db, "juniper", "chat", clock.now()) == second
    assert [c.id for c in consent.list_for(db, "juniper")] == [second.id, first.id]
    assert second.evidence == {"sha256": "ab"}


@pytest.mark.parametrize("scopes", [[], ["adult"], ["chat", "adult"], ["chat", "everything"], [""]])
def test_unknown_scopes_cannot_be_granted(
    db: Database, clock: VirtualClock, ids: SeededIds, scopes: list[str]
) -> None:
    """None, unknown, and adult use, which nobody can grant."""
    with pytest.raises(BadInput):
        consent.grant(db, clock, ids, "juniper", scopes, clock.now() + DAY, "cli")
    assert consent.list_for(db, "juniper") == []


def test_a_consent_needs_a_future_end_and_a_creator(
    db: Database, clock: VirtualClock, ids: SeededIds
) -> None:
    """An end in the past and a twin nobody registered are refused, with the next step."""
    with pytest.raises(BadInput):
        consent.grant(db, clock, ids, "juniper", ["chat"], clock.now(), "cli")
    with pytest.raises(NotFound, match="fenshen creator add"):
        consent.grant(db, clock, ids, "nobody", ["chat"], clock.now() + DAY, "cli")
    with pytest.raises(NotFound):
        consent.revoke(db, clock, "cns_nothing", "cli")


def test_every_grant_and_revocation_is_in_the_audit_log(
    db: Database, clock: VirtualClock, ids: SeededIds
) -> None:
    """In the same transaction as the change itself."""
    given = consent.grant(db, clock, ids, "juniper", ["chat"], clock.now() + DAY, "usr_1")
    consent.revoke(db, clock, given.id, "usr_2")
    log = audit.entries(db, subject=given.id)
    assert [(e.actor, e.action) for e in log] == [("usr_2", "consent.revoke"), ("usr_1", "consent.grant")]
