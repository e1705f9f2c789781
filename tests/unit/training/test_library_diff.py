"""What is new since a version, and what an update learns of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.library.item_texts import ItemText
from fenshen.library.items import Item
from fenshen.models.text import Message
from fenshen.training.examples import Example
from fenshen.training.library_diff import ManifestEntry, diff_library, merged_manifest
from fenshen.training.update import update_examples

Shelf = Callable[..., Any]
ENGLISH = frozenset({"en"})


@pytest.fixture
def known(shelf: Shelf) -> Callable[..., Item]:
    """Makes an item that the version learned from, with changes since."""

    def make(name: str = "kettle", **changes: object) -> Item:
        (item,), _ = shelf(name, ["A kettle sulks."], source=f"src-{name}")
        return replace(item, **changes)  # type: ignore[arg-type]

    return make


def texts(*items: Item, words: str = "same") -> dict[str, ItemText]:
    """The words of items in short."""
    return {item.id: ItemText(words, ENGLISH) for item in items}


LEARNED = {"kettle": ManifestEntry(3, "same", "src-kettle:")}


@pytest.mark.parametrize(
    ("changes", "words", "expected"),
    [
        ({}, "same", (0, 0, 0)),
        ({}, "other", (0, 1, 0)),
        ({"excluded": True}, "same", (0, 0, 1)),
        ({"private": True}, "same", (0, 0, 1)),
        ({"uses": ("cite",)}, "same", (0, 0, 1)),
        ({"consent_id": "con_ended"}, "same", (0, 0, 1)),
        ({"duplicate_of": "film"}, "same", (0, 0, 0)),
        ({"duplicate_of": "film", "uses": ()}, "same", (0, 0, 1)),
        ({"id": "changed"}, "other", (0, 1, 0)),
        ({"id": "moved", "source": "elsewhere"}, "same", (1, 0, 1)),
    ],
)
def test_every_change_of_a_learned_item_is_told_apart(
    known: Callable[..., Item], changes: dict[str, object], words: str, expected: tuple[int, int, int]
) -> None:
    """Edited words, a changed file, taken out, no longer allowed, gone; a duplicate is no loss."""
    item = known(**changes)
    news = diff_library([item], texts(item, words=words), LEARNED, [])
    assert (len(news.added), len(news.edited), len(news.revoked)) == expected


def test_only_what_may_be_learned_and_can_be_written_is_new(known: Callable[..., Item]) -> None:
    """Not what is held out, private, undecided, or in a language its base does not write."""
    items = [known("new"), known("held"), known("secret", private=True), known("open", uses=())]
    found = texts(*items)
    assert [i.id for i in diff_library(items, found, {}, ["held"]).added] == ["new"]
    elsewhere = diff_library(items, found, {}, ["held"], languages=["zh"])
    assert not elsewhere and [i.id for i in elsewhere.unwritten] == ["new"]
    nobodys = {item.id: ItemText("same", frozenset()) for item in items}
    assert diff_library(items, nobodys, {}, ["held"]).added == ()


def test_news_are_told_in_a_line(known: Callable[..., Item]) -> None:
    """The urgent comes first; numbers and hours are those of the new items."""
    items = [known(f"new{n}", words=1500, duration_s=3600.0) for n in range(2)]
    gone = {"lost": ManifestEntry(1, "x", "")}
    told = diff_library(items, texts(*items), gone, []).summary("version 4")
    assert told == (
        "1 item it learned from may no longer be used; 2 new items since version 4 (3,000 words, 2.0 hours)"
    )
    assert diff_library([], {}, {}, []).summary("version 4") == "nothing new since version 4"


def test_a_version_that_goes_on_knows_all_that_its_parent_learned() -> None:
    """What is not replayed was learned all the same, so withdrawing it still counts."""
    parent = {"old": ManifestEntry(4, "a", "o"), "both": ManifestEntry(2, "a", "b")}
    own = {"both": ManifestEntry(1, "new words", "b"), "fresh": ManifestEntry(3, "c", "f")}
    both = merged_manifest(parent, own)
    assert both["old"].examples == 4
    assert both["both"] == ManifestEntry(3, "new words", "b")
    assert set(both) == {"old", "both", "fresh"}


def example(item_id: str, number: int, size: int = 10) -> Example:
    """One answer of `size` characters."""
    asked = (Message(role="user", content=f"{item_id} {number}?"),)
    return Example(asked, "x" * size, item_id, f"{item_id}-{number}", None, "topic", "en")


@given(
    new=st.lists(st.integers(1, 200), min_size=1, max_size=8),
    old=st.lists(st.integers(1, 200), max_size=12),
    share=st.sampled_from([0.0, 0.25, 0.5, 0.75]),
    seed=st.integers(0, 5),
)
def test_an_update_learns_all_that_is_new_and_a_share_of_the_old(
    new: list[int], old: list[int], share: float, seed: int
) -> None:
    """Never what the parent did not learn, always the twin's words about itself, the same for the same seed."""
    everything = [
        *(example("fresh", n, size) for n, size in enumerate(new)),
        *(example("known", n, size) for n, size in enumerate(old)),
        example("unseen", 0),
        example("", 0),
    ]
    learned = {"known": ManifestEntry(len(old) or 1)}
    chosen, fresh = update_examples(everything, {"fresh"}, learned, share, seed)
    assert (chosen, fresh) == update_examples(everything, {"fresh"}, learned, share, seed)
    assert [e for e in chosen if e.item_id == "fresh"] == everything[: len(new)]
    assert fresh == len(new)
    assert {e.item_id for e in chosen} <= {"fresh", "known", ""}
    assert sum(1 for e in chosen if e.item_id == "") == 1
    replayed = sum(len(e.answer) for e in chosen if e.item_id == "known")
    wanted = sum(new) * share / (1 - share)
    assert replayed <= wanted + 200
    assert replayed >= min(wanted, sum(old)) - 1e-6
