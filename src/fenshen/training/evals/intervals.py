"""Bootstrap intervals of means, ratios and paired differences. Pure; the seed is an argument.

Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap" (percentile interval).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A figure with the interval that holds it in 95 of 100 resamples, from `n` samples."""

    value: float
    low: float
    high: float
    n: int

    def as_json(self) -> dict[str, float | int]:
        """The stored shape, rounded to five places."""
        return {
            "value": round(self.value, 5),
            "low": round(self.low, 5),
            "high": round(self.high, 5),
            "n": self.n,
        }


def mean_interval(values: Sequence[float], seed: int) -> Interval | None:
    """The mean of `values`; `None` when there are none."""
    data = np.asarray(values, dtype=float)
    return _bootstrap(len(data), seed, lambda picked: data[picked].mean(-1))


def share_interval(hits: Sequence[bool], seed: int) -> Interval | None:
    """How many of `hits` are true; where all or none are, resampling says nothing and the exact bound is given.

    Source: Clopper and Pearson 1934 (for 0 of n: 1 - 0.025^(1/n)).
    """
    found = mean_interval([float(hit) for hit in hits], seed)
    if found is None or 0.0 < found.value < 1.0:
        return found
    bound = 1.0 - 0.025 ** (1.0 / found.n)
    low, high = (0.0, bound) if found.value == 0.0 else (1.0 - bound, 1.0)
    return Interval(found.value, low, high, found.n)


def ratio_interval(above: Sequence[float], below: Sequence[float], seed: int) -> Interval | None:
    """Sum of `above` over sum of `below`, resampled in pairs; `None` without a sample or a divisor."""
    top, bottom = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    if bottom.sum() == 0:
        return None
    return _bootstrap(len(top), seed, lambda picked: _ratio(top[picked], bottom[picked]))


def mean_difference(better: Sequence[float], than: Sequence[float], seed: int) -> Interval | None:
    """Mean of `better` minus mean of `than`, paired by position."""
    return mean_interval([a - b for a, b in zip(better, than, strict=True)], seed)


def ratio_difference(
    better: Sequence[float], than: Sequence[float], below: Sequence[float], seed: int
) -> Interval | None:
    """Difference of two ratios over the same divisors, paired by position."""
    return ratio_interval([a - b for a, b in zip(better, than, strict=True)], below, seed)


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Ratio of sums along the last axis; a resample without a divisor counts as zero."""
    total: Floats = bottom.sum(-1)
    found: Floats = top.sum(-1) / np.where(total == 0, 1.0, total)
    return found


def _bootstrap(n: int, seed: int, statistic: Callable[[NDArray[np.int64]], Floats]) -> Interval | None:
    if n == 0:
        return None
    picked = np.random.default_rng(seed).integers(0, n, (RESAMPLES, n))  # (resamples, samples)
    low, high = np.quantile(statistic(picked), (0.025, 0.975))
    return Interval(float(statistic(np.arange(n))), float(low), float(high), n)
