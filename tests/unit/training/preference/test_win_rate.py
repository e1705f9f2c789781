"""Measure 8: wins, losses and ties of blind choices, with a Wilson interval."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fenshen.training.preference.comparisons import Comparison, people, wilson

Asked = Callable[..., Comparison]


@pytest.mark.parametrize(
    ("wins", "n", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_intervals_are_those_of_the_tables(wins: int, n: int, low: float, high: float) -> None:
    """Published Wilson intervals, to four places; never outside 0…1."""
    found = wilson(wins, n)
    assert found is not None
    assert (found.value, found.n) == (wins / n, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_no_sample_has_no_interval() -> None:
    """Nothing was measured, so nothing is said."""
    assert wilson(0, 0) is None


def test_votes_are_counted_by_rival_whatever_the_side(asked: Asked) -> None:
    """Sides are random; ties are told and are no part of the share; the plain base is a rival like any other."""
    told = [
        asked("v1", None, "left"),
        asked(None, "v1", "right"),
        asked(None, "v1", "left"),
        asked("v1", None, "both"),
        asked("v1", None, "skip"),
        asked("v2", "v1", "left"),
        asked("v2", None, "left"),
        asked("v1", None, None),
    ]
    found = people(told, "v1")
    assert found is not None
    assert (found["wins"], found["losses"], found["ties"]) == (2, 2, 1)
    assert found["share"]["n"] == 4
    assert [(one["rival"], one["wins"], one["losses"]) for one in found["against"]] == [
        ("base", 2, 1),
        ("v2", 0, 1),
    ]


def test_a_version_nobody_compared_has_no_measure(asked: Asked) -> None:
    """Neither has one that was only skipped."""
    assert people([asked("v2", None, "left"), asked("v1", None, "skip")], "v1") is None
