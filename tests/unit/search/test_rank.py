"""Reciprocal-rank fusion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fenshen.search.rank import fuse

LISTS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=4)


def test_being_found_twice_beats_being_first_once() -> None:
    """What meaning and words agree on comes before what only one of them likes."""
    assert fuse([["a", "b"], ["c", "b"]], 3) == ["b", "a", "c"]


def test_weights_shift_the_balance() -> None:
    """A list of weight zero adds nothing but tail."""
    assert fuse([["a"], ["b"]], 2, [0.0, 1.0]) == ["b", "a"]


def test_nothing_in_nothing_out() -> None:
    """Empty lists and a limit of zero are fine."""
    assert fuse([], 5) == fuse([[], []], 5) == fuse([["a"]], 0) == []


@given(LISTS, st.integers(0, 10))
def test_the_result_is_a_prefix_of_the_full_order_without_repeats(lists: list[list[str]], limit: int) -> None:
    """A smaller limit never changes the order, and nothing is invented, lost or doubled."""
    everything = fuse(lists, 100)
    assert fuse(lists, limit) == everything[:limit]
    assert sorted(everything) == sorted({name for ranking in lists for name in ranking})


@given(LISTS)
def test_one_list_keeps_its_order(lists: list[list[str]]) -> None:
    """Fusion of one ranking is that ranking."""
    for ranking in lists:
        assert fuse([ranking], 100) == list(dict.fromkeys(ranking))
