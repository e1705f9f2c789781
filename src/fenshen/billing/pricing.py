"""What seconds cost and who gets the money. Pure.

Rounding is cumulative and always down, in the fan's favour: the first `n` charged seconds of a call
cost `floor(price_per_minute * n / 60)`, and a quota costs the difference between two such totals. So
the charges of a call add up to the price of its total exactly, however it was cut into quotas.
Knows nothing about wallets, calls or time passing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fenshen.billing.accounts import check_owner
from fenshen.core.errors import BadInput
from fenshen.core.money import (
    PRICE_MICROS_PER_MINUTE_MAX,
    Micros,
    check_price,
    multiply_floor,
    split_shares,
)

__all__ = [
    "PRICE_MICROS_PER_MINUTE_MAX",
    "Share",
    "Split",
    "check_price",
    "check_shares",
    "cost_micros",
    "second_prices",
    "span_micros",
    "split_charge",
]


@dataclass(frozen=True)
class Share:
    """The part of every charge that a creator gets, in basis points of the whole charge."""

    subject: str
    bps: int


@dataclass(frozen=True)
class Split:
    """A charge divided between creators and platform, in micros; the parts sum to the charge.

    Attributes:
        creators: subject and amount, the largest share first.
    """

    creators: tuple[tuple[str, Micros], ...]
    platform: Micros


def cost_micros(price_micros_per_minute: int, seconds: int) -> Micros:
    """Price of the first `seconds` charged seconds of a call, rounded down once."""
    return multiply_floor(price_micros_per_minute, seconds, 60)


def span_micros(price_micros_per_minute: int, from_s: int, seconds: int) -> Micros:
    """Price of `seconds` seconds after the first `from_s`: a difference of two totals."""
    whole = cost_micros(price_micros_per_minute, from_s + seconds)
    return Micros(whole - cost_micros(price_micros_per_minute, from_s))


def second_prices(price_micros_per_minute: int, from_s: int, seconds: int) -> tuple[Micros, ...]:
    """What each of those seconds cost, in order; their sum is `span_micros`."""
    return tuple(span_micros(price_micros_per_minute, from_s + n, 1) for n in range(seconds))


def check_shares(shares: Iterable[Share]) -> tuple[Share, ...]:
    """The shares in the order in which they are paid: the largest first, equal ones by name.

    Raises:
        BadInput: a subject twice, a negative or fractional share, or more than 10,000 basis points in all.
    """
    ordered = tuple(sorted(shares, key=lambda share: (-share.bps, share.subject)))
    subjects = {check_owner(share.subject) for share in ordered}
    whole = all(type(share.bps) is int and share.bps >= 0 for share in ordered)
    if len(subjects) < len(ordered) or not whole or sum(share.bps for share in ordered) > 10_000:
        raise BadInput(
            f"shares {[(s.subject, s.bps) for s in ordered]!r} must name each creator once and be 0 to 10000 "
            "basis points together",
            code="bad_shares",
        )
    return ordered


def split_charge(charge_micros: int, shares: Iterable[Share]) -> Split:
    """What each creator and the platform get.

    Every part is rounded down; the micros that are left go to the creator with the largest share, or to the
    platform if there is none.
    """
    ordered = check_shares(shares)
    rest_bps = 10_000 - sum(share.bps for share in ordered)
    *parts, platform = split_shares(charge_micros, (*(share.bps for share in ordered), rest_bps))
    return Split(tuple(zip((s.subject for s in ordered), parts, strict=True)), platform)
