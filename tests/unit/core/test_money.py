"""How money is shown: the currency's own coins, rounded as named, sums exact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.core.money import (
    CURRENCY_PLACES,
    MICROS_PER_UNIT,
    PRICE_MICROS_PER_MINUTE_MAX,
    check_price,
    format_amount,
    format_rate,
    parse_amount,
    to_coins,
)

CURRENCIES = st.sampled_from(sorted(CURRENCY_PLACES))


@pytest.mark.parametrize(
    ("amount", "currency", "rounding", "shown"),
    [
        (44_116_667, "USD", "down", "44.11 USD"),
        (44_116_667, "USD", "up", "44.12 USD"),
        (44_116_667, "USD", "near", "44.12 USD"),
        (44_116_667, "JPY", "down", "44 JPY"),
        (44_116_667, "JPY", "up", "45 JPY"),
        (44_116_667, "KWD", "down", "44.116 KWD"),
        (500, "KWD", "near", "0.001 KWD"),
        (0, "KRW", "up", "0 KRW"),
        (-5_000, "USD", "down", "-0.01 USD"),
        (-5_000, "USD", "up", "0.00 USD"),
        (1, "XXX", "up", "0.01 XXX"),
    ],
)
def test_an_amount_has_the_currencys_decimals(amount: int, currency: str, rounding: str, shown: str) -> None:
    """Two for dollars, none for yen, three for dinars."""
    assert format_amount(amount, currency, rounding) == shown  # type: ignore[arg-type]


def test_a_rate_keeps_every_digit() -> None:
    """It is measured, and nobody pays it."""
    assert (format_rate(12_500, "USD"), format_rate(1_000_000, "USD")) == ("0.0125 USD", "1.00 USD")


@given(CURRENCIES, st.integers(0, 10**6), st.integers(0, 10**12))
def test_what_came_in_less_the_shown_charge_is_the_shown_rest(
    currency: str, coins: int, charged: int
) -> None:
    """Charges up, the rest down: no coin appears or is lost on the page."""
    coin = MICROS_PER_UNIT // 10 ** CURRENCY_PLACES[currency]
    assert coins * coin - to_coins(charged, currency, "up") == to_coins(
        coins * coin - charged, currency, "down"
    )


@given(CURRENCIES, st.integers(1, 10**9))
def test_what_is_shown_can_be_typed_again(currency: str, coins: int) -> None:
    """A whole number of coins is written exactly."""
    coin = MICROS_PER_UNIT // 10 ** CURRENCY_PLACES[currency]
    text = format_amount(coins * coin, currency).split(" ")[0]
    assert parse_amount(text, currency) == coins * coin


@pytest.mark.parametrize("price", [-1, PRICE_MICROS_PER_MINUTE_MAX + 1, 1.0, True, "1", None])
def test_a_price_no_call_can_have_is_refused(price: object) -> None:
    """Negative, too dear, or no whole number of micros."""
    with pytest.raises(BadInput):
        check_price(price)
