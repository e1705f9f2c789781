"""Money as integer micros of a currency (1 USD = 1,000,000), with named rounding.

Floats are refused at the boundary; a split always sums to the whole. Sums stay exact; only what people are
shown is rounded to the currency's coin: what they have *down*, what they are charged *up*, so that money that
came in whole coins less the shown charge is the shown rest. Knows nothing about accounts.
"""

from __future__ import annotations

import re
from typing import Literal, NewType

from fenshen.core.errors import BadInput

Micros = NewType("Micros", int)

#: Decimal places that people type and read, per currency (ISO 4217, minor units).
CURRENCY_PLACES = {
    **dict.fromkeys(("USD", "EUR", "GBP", "CNY", "AUD", "CAD", "CHF", "HKD", "INR", "SGD", "TWD", "BRL"), 2),
    **dict.fromkeys(("JPY", "KRW", "VND"), 0),
    **dict.fromkeys(("KWD", "BHD", "TND"), 3),
}
#: Towards less, towards more, or to the nearer coin (halves up).
Rounding = Literal["down", "up", "near"]
MICROS_PER_UNIT = 1_000_000
#: One transfer may not exceed this: a thousand million units. Keeps every sum far inside 64 bits.
AMOUNT_MAX = Micros(10**9 * MICROS_PER_UNIT)

#: Dearest call: 1,000 units of the currency per minute.
PRICE_MICROS_PER_MINUTE_MAX = 1_000 * MICROS_PER_UNIT

_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?", re.ASCII)


def check_currency(currency: object) -> str:
    """`currency` if it is a supported ISO 4217 code in capitals.

    Raises:
        BadInput: it is not.
    """
    if not isinstance(currency, str) or currency not in CURRENCY_PLACES:
        known = ", ".join(sorted(CURRENCY_PLACES))
        raise BadInput(f"currency {currency!r} is not supported; use one of {known}", code="bad_currency")
    return currency


def check_micros(amount: object, *, minimum: int = 1) -> Micros:
    """`amount` if it is a plain integer in `[minimum, AMOUNT_MAX]`.

    Raises:
        BadInput: a float, a boolean, a string, or out of range.
    """
    if type(amount) is not int or not minimum <= amount <= AMOUNT_MAX:
        raise BadInput(
            f"amount {amount!r} must be a whole number of micros from {minimum} to {AMOUNT_MAX}",
            code="bad_amount",
        )
    return Micros(amount)


def check_price(price_micros_per_minute: object) -> Micros:
    """The price if it is a whole number of micros per minute from 0 to the maximum.

    Raises:
        BadInput: a float, a string, negative or too dear.
    """
    price = check_micros(price_micros_per_minute, minimum=0)
    if price > PRICE_MICROS_PER_MINUTE_MAX:
        most = PRICE_MICROS_PER_MINUTE_MAX // MICROS_PER_UNIT
        raise BadInput(
            f"price {price!r} micros per minute is above {most} units a minute; name a lower one",
            code="bad_price",
        )
    return price


def parse_amount(text: object, currency: str) -> Micros:
    """Micros from what a person typed, such as `"12.50"`.

    Raises:
        BadInput: anything but ASCII digits with at most the currency's decimal places, or zero.
    """
    places = CURRENCY_PLACES[check_currency(currency)]
    match = _AMOUNT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None or len(match[2] or "") > places:
        raise BadInput(
            f"amount {text!r} is not a {currency} amount; write it like {'100' if places == 0 else '12.50'}",
            code="bad_amount",
        )
    return check_micros(int(match[1]) * MICROS_PER_UNIT + int((match[2] or "").ljust(6, "0")))


def to_coins(amount: int, currency: str, rounding: Rounding) -> int:
    """`amount` rounded to whole coins of the currency, still in micros; for showing only."""
    coin: int = MICROS_PER_UNIT // 10 ** CURRENCY_PLACES.get(currency, 2)
    add = {"down": 0, "up": coin - 1, "near": coin // 2}[rounding]
    return (amount + add) // coin * coin


def format_amount(amount: int, currency: str, rounding: Rounding = "down") -> str:
    """`12.50 USD`, `1300 JPY`, `0.125 KWD`: the currency's own decimals, rounded as named."""
    places = CURRENCY_PLACES.get(currency, 2)
    shown = to_coins(amount, currency, rounding)
    whole, fraction = divmod(abs(shown), MICROS_PER_UNIT)
    digits = f".{fraction:06d}"[: places + 1] if places else ""
    return f"{'-' if shown < 0 else ''}{whole}{digits} {currency}"


def format_rate(amount: int, currency: str) -> str:
    """A measured rate with every digit it has, such as `0.0125 USD`; not for money that anybody pays."""
    whole, fraction = divmod(abs(amount), MICROS_PER_UNIT)
    digits = f"{fraction:06d}".rstrip("0").ljust(CURRENCY_PLACES.get(currency, 2), "0")
    return f"{'-' if amount < 0 else ''}{whole}{'.' + digits if digits else ''} {currency}"


def multiply_floor(amount: int, numerator: int, denominator: int) -> Micros:
    """`amount * numerator / denominator`, rounded down (towards minus infinity)."""
    return Micros(amount * numerator // denominator)


def split_shares(amount: int, shares_bps: tuple[int, ...]) -> tuple[Micros, ...]:
    """`amount` divided by shares in basis points that sum to 10,000.

    Each share is rounded down and the remainder goes to the first, so the parts sum to the whole.
    """
    if sum(shares_bps) != 10_000 or min(shares_bps) < 0:
        raise ValueError(f"shares {shares_bps!r} must be non-negative and sum to 10000")
    parts = [multiply_floor(amount, share, 10_000) for share in shares_bps]
    parts[0] = Micros(parts[0] + amount - sum(parts))
    return tuple(parts)
