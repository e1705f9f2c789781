"""Measure 6: speed."""

from __future__ import annotations

from fenshen.models.fakes import FakeTextEngine
from fenshen.models.text import Message
from fenshen.training.evals.generation import Decoding, cpu_seconds, measure_cost, price_floor_micros


async def test_cost_counts_all_answers_but_the_warming_one() -> None:
    """Three requests give two measured answers with a speed and a first-token time."""
    ask = Decoding().request([Message(role="user", content="Hello there?")], None, 16)
    found = await measure_cost(FakeTextEngine(), [ask] * 3, 7)
    assert found["n"] == 2
    assert found["tokens_per_s"] > 0
    assert found["first_token_ms"] >= 0
    assert found["intervals"]["tokens_per_s"]["n"] == 2


def test_processor_time_only_grows() -> None:
    """Where /proc tells it, later is never less."""
    first = cpu_seconds()
    sum(n * n for n in range(50_000))
    second = cpu_seconds()
    assert (first is None and second is None) or (first or 0) <= (second or 0)


def test_the_price_floor_is_the_upper_end_of_what_a_minute_takes() -> None:
    """36 processor seconds at ten cents an hour cost a tenth of a cent; nothing measured gives no floor."""
    cost = {"cpu_s_per_minute": 30.0, "intervals": {"cpu_s_per_minute": {"value": 30.0, "high": 36.0}}}
    assert price_floor_micros(cost, 100_000) == 1_000
    assert price_floor_micros({"cpu_s_per_minute": 36.0}, 100_000) == 1_000
    assert price_floor_micros({"cpu_s_per_minute": None}, 100_000) is None
