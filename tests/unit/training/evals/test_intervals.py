"""Intervals by resampling."""

from __future__ import annotations

import pytest

from fenshen.training.evals.intervals import (
    mean_difference,
    mean_interval,
    ratio_difference,
    ratio_interval,
)


def test_mean_lies_within_its_interval() -> None:
    """The interval holds the mean and is narrower the more samples there are."""
    few = mean_interval([0.0, 1.0] * 5, seed=1)
    many = mean_interval([0.0, 1.0] * 200, seed=1)
    assert few is not None
    assert many is not None
    assert few.low <= 0.5 <= few.high
    assert (many.value, many.n) == (0.5, 400)
    assert many.high - many.low < few.high - few.low


def test_the_same_seed_gives_the_same_interval() -> None:
    """Two runs over the same figures tell the same."""
    assert mean_interval([1.0, 2.0, 4.0], seed=3) == mean_interval([1.0, 2.0, 4.0], seed=3)


def test_ratio_weighs_samples_by_their_size() -> None:
    """Bits of all answers over bytes of all answers, not a mean of ratios."""
    found = ratio_interval([10.0, 0.0], [10, 90], seed=1)
    assert found is not None
    assert found.value == pytest.approx(0.1)


def test_a_paired_difference_is_sharper_than_its_levels() -> None:
    """Answers differ a lot among themselves; a constant gain on each of them is certain."""
    base = [float(n % 17) for n in range(40)]
    gain = mean_difference([value + 1.0 for value in base], base, seed=1)
    assert gain is not None
    assert (gain.low, gain.high) == (pytest.approx(1.0), pytest.approx(1.0))
    bits = ratio_difference([9.0, 18.0], [10.0, 20.0], [10, 20], seed=1)
    assert bits is not None
    assert bits.high < 0


def test_nothing_measured_has_no_interval() -> None:
    """Without a sample, or a divisor, there is no figure to tell."""
    assert mean_interval([], seed=1) is None
    assert ratio_interval([0, 0], [0, 0], seed=1) is None
