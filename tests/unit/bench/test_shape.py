"""The bench on random weights runs both contenders and tells what they did."""

from __future__ import annotations

import pytest

from bench.shape import PREFIX_TOKENS, SHAPES, bench_shape, conversations
from fenshen.core.errors import UsageError
from fenshen.training.recipe import Recipe

RECIPE = Recipe("tiny", rank=4, row_tokens=512, dtype="bfloat16", checkpointing=True, rows_per_step=2)


def test_both_run_on_a_tiny_shape() -> None:
    """Tokens a second of both, their ratio, and the peak of memory; no MFU where no peak speed is known."""
    told = bench_shape("tiny", RECIPE, steps=2)
    assert told["ours"] > 0 and told["peer"] > 0
    assert told["ratio"] == pytest.approx(told["ours"] / told["peer"], rel=0.05)
    details = told["details"]
    assert details["parameters"] == SHAPES["tiny"].parameters
    assert details["computed_tokens_per_s"]["peer"] > told["peer"]
    assert details["peak_bytes"]["ours"] > 0
    assert details["mfu"] == {"ours": None, "peer": None}


def test_the_same_conversations_for_both() -> None:
    """They depend on the seed alone, fit a row with its prompt, and are enough for every step."""
    told = conversations(SHAPES["tiny"], RECIPE, 3, seed=1)
    assert (
        told
        == conversations(SHAPES["tiny"], RECIPE, 3, seed=1)
        != conversations(SHAPES["tiny"], RECIPE, 3, seed=2)
    )
    assert max(len(tokens.ids) for tokens in told) + PREFIX_TOKENS <= RECIPE.row_tokens
    assert sum(len(tokens.ids) for tokens in told) >= 5 * 2 * RECIPE.row_tokens


def test_an_unknown_shape_is_refused() -> None:
    """With those there are."""
    with pytest.raises(UsageError, match="8B"):
        bench_shape("9000B", RECIPE, steps=1)
