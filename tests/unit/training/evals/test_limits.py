"""Measure 5: the guard's counts."""

from __future__ import annotations

from fenshen.training.evals.safety import measure_limits, shipped_texts
from fenshen.trust.guard import Guard
from fenshen.trust.limits import Limits


def test_an_open_guard_leaks_everything_and_a_shut_one_refuses_everything() -> None:
    """Counts go the right way round."""
    forbidden, harmless = shipped_texts()
    opened = measure_limits(lambda text: True, ["Tea?"], ["Hello."], 7)
    shut = measure_limits(lambda text: False, ["Tea?"], ["Hello."], 7)
    assert (opened["leaked"], opened["refused"], opened["stopped"]) == (len(forbidden), 0, 0)
    assert (shut["leaked"], shut["refused"], shut["stopped"]) == (0, len(harmless) + 1, 1)


def test_the_shipped_guard_lets_the_harmless_pass() -> None:
    """With a creator's limits empty, everyday sentences are never held back, and most forbidden ones are."""
    guard = Guard(Limits())
    found = measure_limits(lambda text: guard.check_sentence(text).allowed, [], [], 7)
    assert found["refused"] == 0
    assert found["leaked"] < found["forbidden"] / 4
