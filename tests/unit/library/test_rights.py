"""The gate: what may be done with an item, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fenshen.library.claims import USES, Use
from fenshen.library.flags import Flag
from fenshen.library.items import Item
from fenshen.library.rights import may, why_not

MINE = Item(
    id="item_a",
    creator="mara",
    path="a.md",
    title="A",
    kind="post",
    language="en",
    published=None,
    sha256="a",
    media_sha256=None,
    private=False,
    duration_s=None,
    words=10,
    added=datetime(2026, 1, 1, tzinfo=UTC),
    uses=("train", "cite", "speak"),
    owner="mine",
    territory="world",
    rights_by="rule",
)
COVER = (Flag("cover", "its title says '(Cover)'"),)

#: What is so about the item, what may still be done with it, and a word of the reason for the rest.
CASES: dict[str, tuple[dict[str, Any], set[Use], str]] = {
    "mine": ({}, {"train", "cite", "speak"}, "only"),
    "nobody said": ({"uses": ()}, set(), "nobody has said"),
    "private": ({"private": True}, set(), "private"),
    "taken out": ({"excluded": True}, set(), "took it out"),
    "a duplicate": ({"duplicate_of": "item_b"}, set(), "item_b"),
    "cite only": ({"uses": ("cite",)}, {"cite"}, "only be used to cite"),
    "flagged": ({"flags": COVER}, {"cite"}, "somebody else"),
    "flagged and confirmed": ({"flags": COVER, "confirmed": ("cover",)}, {"train", "cite", "speak"}, "only"),
    "another flag confirmed": ({"flags": COVER, "confirmed": ("music",)}, {"cite"}, "somebody else"),
    "on a consent unasked": ({"consent_id": "cns_1"}, set(), "cns_1"),
    "another's NC": ({"owner": "Ada", "licence": "CC BY-NC 4.0"}, set(), "commercial"),
    "nobody's NC": ({"owner": "", "licence": "CC-BY-NC-SA-3.0"}, set(), "commercial"),
    "my own NC": ({"licence": "CC-BY-NC-4.0"}, {"train", "cite", "speak"}, "only"),
    "another's ND": ({"owner": "Ada", "licence": "CC-BY-ND-4.0"}, {"cite"}, "something new"),
    "another's BY": ({"owner": "Ada", "licence": "CC-BY-4.0"}, {"train", "cite", "speak"}, "only"),
    "another's, reserved": ({"owner": "Ada", "licence": "All rights reserved"}, set(), "reserved"),
    "another's, Chinese words": ({"owner": "Ada", "licence": "禁止商用"}, set(), "commercial"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_gate_says_no_with_a_reason(case: str) -> None:
    """Each state of an item allows exactly these uses, and everything else is refused in words."""
    fields, allowed, word = CASES[case]
    item = replace(MINE, **fields)
    reasons = {use: why_not(item, use) for use in USES}
    assert {use for use, reason in reasons.items() if reason is None} == allowed
    assert {use for use in USES if may(item, use)} == allowed
    assert all(word in reason for use, reason in reasons.items() if reason is not None and use != "sing")


def test_a_consent_opens_its_items_only_while_it_holds() -> None:
    """The id must be among those that hold; naming other consents does not help."""
    item = replace(MINE, consent_id="cns_1", owner="Ada", licence="all rights reserved")
    assert may(item, "train", consents={"cns_1", "cns_2"})
    assert not may(item, "train", consents={"cns_2"})
    assert not may(item, "train")


@pytest.mark.parametrize(
    ("territory", "where", "allowed"),
    [
        ("world", "CN", True),
        ("", "CN", True),
        ("CN,TW", "tw", True),
        ("CN,TW", "US", False),
        ("CN,TW", None, True),
    ],
)
def test_territory_is_asked_where_it_is_known(territory: str, where: str | None, allowed: bool) -> None:
    """An item for two countries may not be used in a third."""
    assert may(replace(MINE, territory=territory), "cite", where) is allowed
