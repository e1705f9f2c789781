"""Prices of seconds and their division."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.billing.pricing import (
    PRICE_MICROS_PER_MINUTE_MAX,
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


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_split_sums_to_the_charge(charge: int, share: int) -> None:
    """Creator and platform together get exactly what the fan paid, and neither a negative part."""
    split = split_charge(charge, share)
    assert split.creator + split.platform == charge
    assert min(split.creator, split.platform) >= 0


def test_a_minute_costs_its_price() -> None:
    """One unit per minute is one unit after sixty seconds and a quarter after fifteen."""
    assert cost_micros(1_000_000, 60) == 1_000_000
    assert cost_micros(1_000_000, 15) == 250_000


@pytest.mark.parametrize("price", [-1, 0.5, "1", None, True, PRICE_MICROS_PER_MINUTE_MAX + 1, [1]])
def test_impossible_prices_are_refused(price: object) -> None:
    """A price is a whole number of micros within reason."""
    with pytest.raises(BadInput):
        check_price(price)
