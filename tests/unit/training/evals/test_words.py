"""Words as the measures compare them."""

from __future__ import annotations

import pytest

from fenshen.training.evals.words import contains, plain_words


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Twenty-one jars", "21 jars"),
        ("Fifty pence!", "50 pence"),
        ("a hundred and twenty", "a 120"),
        ("two thousand and five", "2,005"),
        ("six hundred and forty pounds", "640 pounds"),
        ("Mr. Crewe's", "mr crewes"),
        ("十七圈", "17圈"),
        ("两百三十", "230"),
        ("二〇二五年", "2025年"),
    ],
)
def test_ways_to_write_the_same(written: str, same: str) -> None:
    """Numbers in words and in digits, case and punctuation make no difference."""
    assert plain_words(written) == plain_words(same)


def test_counting_up_is_not_one_number() -> None:
    """Number words in a row that make no number stay apart."""
    assert plain_words("one two three") == ["1", "2", "3"]


def test_a_run_is_found_as_whole_words() -> None:
    """“50” is not in “150”, and nothing is not in anything."""
    assert contains(["50", "pence"], plain_words("It cost fifty pence then."))
    assert not contains(["50"], plain_words("It cost 150."))
    assert not contains([], ["a"])
