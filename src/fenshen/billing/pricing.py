"""What seconds cost and who gets the money. Pure.

Rounding is cumulative and always down, in the fan's favour: the first `n` charged seconds of a call
cost `floor(price_per_minute * n / 60)`, and a quota costs the difference between two such totals. So
the charges of a call add up to the price of its total exactly, however it was cut into quotas.
Knows nothing about wallets, calls or time passing.
"""

from __future__ import annotations

from dataclasses import dataclass

from fenshen.core.money import (
    PRICE_MICROS_PER_MINUTE_MAX,
    Micros,
    check_price,
    multiply_floor,
    split_shares,
)

__all__ = [
    "PRICE_MICROS_PER_MINUTE_MAX",
    "Split",
    "check_price",
    "cost_micros",
    "second_prices",
    "span_micros",
    "split_charge",
]


@dataclass(frozen=True)
class Split:
    """A charge divided between creator and platform, in micros; the parts sum to the charge."""

    creator: Micros
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


def split_charge(charge_micros: int, creator_share_bps: int) -> Split:
    """Creator and platform parts; the platform's is rounded down and the creator gets the rest."""
    creator, platform = split_shares(charge_micros, (creator_share_bps, 10_000 - creator_share_bps))
    return Split(creator, platform)
