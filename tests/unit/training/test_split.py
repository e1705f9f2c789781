"""What is held out, and what must not be learned because of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fenshen.training.split import split_library

Shelf = Callable[..., Any]


def _posts(shelf: Shelf, count: int) -> tuple[list[Any], list[Any]]:
    items, passages = [], []
    for number in range(count):
        text = " ".join(f"word{number}x{at}" for at in range(40))
        more, said = shelf(f"post{number}", [text], published=date(2024, 1, 1 + number))
        items += more
        passages += said
    return items, passages


def test_newest_tenth_is_held_out(shelf: Shelf) -> None:
    """Of twenty posts the two newest are kept for judging, and nothing of them is learned."""
    items, passages = _posts(shelf, 20)
    split = split_library(items, passages)
    assert split.held_out == ("post18", "post19")
    assert set(split.train) == {f"post{number}" for number in range(18)}


def test_each_kind_gives_its_newest(shelf: Shelf) -> None:
    """A live log among posts is judged too, once there are three of its kind."""
    items, passages = _posts(shelf, 10)
    for number in range(3):
        more, said = shelf(f"live{number}", ["hello"], kind="live", published=date(2020, 1, 1 + number))
        items += more
        passages += said
    assert split_library(items, passages).held_out == ("post9", "live2")


def test_small_kinds_keep_everything(shelf: Shelf) -> None:
    """Two chats are too few to give one away."""
    items, passages = _posts(shelf, 2)
    assert split_library(items, passages).held_out == ()


def test_private_items_are_on_neither_side(shelf: Shelf) -> None:
    """A private note is neither learned nor judged by."""
    items, passages = _posts(shelf, 5)
    more, said = shelf("diary", ["secret"], private=True, published=date(2025, 1, 1))
    split = split_library([*items, *more], [*passages, *said])
    assert "diary" not in (*split.train, *split.held_out)


def test_near_duplicates_of_held_out_text_are_dropped(shelf: Shelf) -> None:
    """A passage that repeats held-out text with two words changed is not learned; others are."""
    items, passages = _posts(shelf, 10)
    told = passages[-1].text.split()
    told[3], told[30] = "other", "words"
    more, said = shelf("copy", [" ".join(told), "nothing like it at all, only a few plain words"])
    split = split_library([*items, *more], [*passages, *said])
    assert split.dropped == {"copy-0"}


def test_the_digest_names_the_held_out_text(shelf: Shelf) -> None:
    """The same held-out text gives the same digest, another text another one."""
    items, passages = _posts(shelf, 10)
    first = split_library(items, passages).sha256
    assert split_library(items, passages).sha256 == first
    more, said = shelf("post99", ["new"], published=date(2025, 1, 1))
    assert split_library([*items, *more], [*passages, *said]).sha256 != first


def test_a_version_is_judged_by_what_it_was_not_trained_on(shelf: Shelf) -> None:
    """A library that has grown since does not turn learned items into test items."""
    items, passages = _posts(shelf, 30)
    assert split_library(items, passages, ["post7"]).held_out == ("post7",)
