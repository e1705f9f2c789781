"""Prices of seconds and their division."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.billing.pricing import (
    PRICE_MICROS_PER_MINUTE_MAX,
    Share,
    check_price,
    cost_micros,
    second_prices,
    span_micros,
    split_charge,
)
from fenshen.core.errors import BadInput

PRICES = st.integers(0, PRICE_MICROS_PER_MINUTE_MAX)


@given(PRICES, st.lists(st.integers(0, 15), max_size=40))
def test_charges_of_any_cutting_add_up_to_the_price_of_the_total(price: int, quotas: list[int]) -> None:
    """However a call is cut into quotas, the sum is the rounded-down price of its seconds."""
    charged = sum(span_micros(price, sum(quotas[:n]), seconds) for n, seconds in enumerate(quotas))
    assert charged == cost_micros(price, sum(quotas))
    assert 60 * charged <= price * sum(quotas)


@given(PRICES, st.integers(0, 10_000), st.integers(0, 15))
def test_the_prices_of_single_seconds_add_up_to_the_quota(price: int, start: int, seconds: int) -> None:
    """A statement that lists every second loses nothing to rounding."""
    prices = second_prices(price, start, seconds)
    assert sum(prices) == span_micros(price, start, seconds)
    assert max(prices, default=0) - min(prices, default=0) <= 1


SHARES = st.lists(st.integers(0, 900), max_size=11).map(
    lambda parts: [Share(f"creator_{n}", bps) for n, bps in enumerate(parts)]
)


@given(st.integers(0, 10**12), SHARES)
def test_a_split_sums_to_the_charge(charge: int, shares: list[Share]) -> None:
    """Creators and platform together get exactly what the fan paid, and none of them a negative part."""
    split = split_charge(charge, shares)
    parts = [micros for _, micros in split.creators] + [split.platform]
    assert sum(parts) == charge
    assert min(parts) >= 0
    bps = {share.subject: share.bps for share in shares}
    for subject, micros in split.creators:
        assert 0 <= micros - charge * bps[subject] // 10_000 <= len(shares)


def test_the_micros_that_are_left_go_to_the_largest_share() -> None:
    """Whoever comes first by share, then by name; the same whatever the order they are given in."""
    shares = [Share("rowan", 3_000), Share("juniper", 3_000), Share("alder", 1_000)]
    split = split_charge(99, shares)
    assert split.creators == (("juniper", 32), ("rowan", 29), ("alder", 9))
    assert split.platform == 29
    assert split_charge(99, shares[::-1]) == split


@pytest.mark.parametrize(
    "shares",
    [
        [Share("juniper", 5_000), Share("juniper", 1_000)],
        [Share("juniper", -1)],
        [Share("juniper", 6_000), Share("rowan", 4_001)],
        [Share("juniper", 0.5)],  # type: ignore[arg-type]
        [Share("no name", 1)],
    ],
)
def test_impossible_shares_are_refused(shares: list[Share]) -> None:
    """A creator twice, less than nothing, more than everything, fractions and names that no account can have."""
    with pytest.raises(BadInput):
        split_charge(1_000, shares)


def test_a_minute_costs_its_price() -> None:
    """One unit per minute is one unit after sixty seconds and a quarter after fifteen."""
    assert cost_micros(1_000_000, 60) == 1_000_000
    assert cost_micros(1_000_000, 15) == 250_000


@pytest.mark.parametrize("price", [-1, 0.5, "1", None, True, PRICE_MICROS_PER_MINUTE_MAX + 1, [1]])
def test_impossible_prices_are_refused(price: object) -> None:
    """A price is a whole number of micros within reason."""
    with pytest.raises(BadInput):
        check_price(price)
