"""Creators, their slugs and their owners."""

from __future__ import annotations

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.core.ids import SeededIds
from fenshen.trust import accounts, creators

GOOD = "four tired kettles"


@pytest.mark.parametrize(
    "slug",
    ["", "ab", "a" * 41, "Juniper", "jun iper", "-jun", "jun-", "jun--iper", "../etc", "jün", "admin", "api",
     "wallet", "a/b", "jun\n", None, 5, "jun%2e"],
)  # fmt: skip
def test_a_slug_that_could_be_mistaken_is_refused(slug: object) -> None:
    """Wrong characters, wrong length, or a word some page already uses."""
    with pytest.raises(BadInput) as caught:
        creators.check_slug(slug)
    assert caught.value.code == "bad_slug"


@pytest.mark.parametrize("slug", ["jun", "juniper", "slow-kettle-7", "a" * 40])
def test_a_plain_slug_is_accepted(slug: str) -> None:
    """Letters, digits and single inner hyphens."""
    assert creators.check_slug(slug) == slug


def test_a_slug_belongs_to_one_creator(db: Database, clock: VirtualClock, ids: SeededIds) -> None:
    """The second one is told to choose another."""
    creators.add_creator(db, clock, "juniper", " Juniper  Shen ", None)
    assert creators.creator(db, "juniper").name == "Juniper Shen"
    with pytest.raises(Conflict, match="taken"):
        creators.add_creator(db, clock, "juniper", "Someone Else", None)


def test_only_the_owner_and_operators_reach_a_studio(
    db: Database, clock: VirtualClock, ids: SeededIds
) -> None:
    """For anyone else it does not exist; owning one turns a fan into a creator."""
    owner = accounts.sign_up(db, clock, ids, "owner@example.org", GOOD)
    other = accounts.sign_up(db, clock, ids, "other@example.org", GOOD, role="creator")
    operator = accounts.sign_up(db, clock, ids, "root@example.org", GOOD, role="operator")
    made = creators.add_creator(db, clock, "juniper", "Juniper Shen", owner.id)
    creators.add_creator(db, clock, "zoe", "Zoe", None)
    assert accounts.user(db, owner.id).role == "creator"
    assert creators.owned_creator(db, accounts.user(db, owner.id), "juniper") == made
    assert creators.owned_creator(db, operator, "juniper") == made
    for user, slug in ((other, "juniper"), (owner, "zoe"), (owner, "nobody")):
        with pytest.raises(NotFound, match="of yours"):
            creators.owned_creator(db, user, slug)
    assert [c.slug for c in creators.list_creators(db)] == ["juniper", "zoe"]
    assert creators.list_creators(db, owner=owner.id) == [made]


def test_missing_things_are_named(db: Database, clock: VirtualClock) -> None:
    """An unknown creator, an unknown owner, an empty name."""
    with pytest.raises(NotFound, match="fenshen creator add"):
        creators.creator(db, "juniper")
    with pytest.raises(NotFound):
        creators.add_creator(db, clock, "juniper", "Juniper", "usr_nobody")
    with pytest.raises(BadInput):
        creators.add_creator(db, clock, "juniper", " \x1b ", None)
    assert creators.list_creators(db) == []
