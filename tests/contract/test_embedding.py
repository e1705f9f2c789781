"""What every embedding engine promises: on the fake always, on e5 with the weights of the base install."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fenshen.core.settings import Settings
from fenshen.models.embedding import EmbeddingEngine
from fenshen.models.registry import load
from models_present import home, present

needs_e5 = pytest.mark.skipif(not present("e5-small"), reason="e5-small is not installed")
PASSAGES = [
    "I feed my sourdough starter with rye flour every morning.",
    "The bicycle needs a new chain before the long ride.",
    "泡乌龙茶的水温最好是九十五度。",
]


@pytest.fixture(params=["fake", pytest.param("real", marks=[pytest.mark.engine, needs_e5])], scope="module")
def engine(request: pytest.FixtureRequest) -> EmbeddingEngine:
    return load("embedding", Settings(home=home(), engine=request.param))


def test_vectors_are_unit_rows_in_order(engine: EmbeddingEngine) -> None:
    """One float32 row of length one per text, the same whether alone or in a batch."""
    vectors = engine.embed(PASSAGES, "passage")
    assert vectors.shape == (3, engine.dimensions) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)
    alone = np.vstack([engine.embed([text], "passage") for text in PASSAGES])
    assert np.allclose(vectors, alone, atol=1e-4)


@pytest.mark.parametrize(
    ("query", "nearest"),
    [("sourdough starter flour", 0), ("bicycle chain", 1), ("乌龙茶的水温", 2)],
)
def test_a_query_finds_its_passage(engine: EmbeddingEngine, query: str, nearest: int) -> None:
    """The dot product is highest for the passage about the same thing."""
    scores = engine.embed(PASSAGES, "passage") @ engine.embed([query], "query")[0]
    assert int(np.argmax(scores)) == nearest


def test_odd_texts_still_give_vectors(engine: EmbeddingEngine) -> None:
    """Nothing, an empty text, a zero byte, half a surrogate pair and a very long text."""
    assert engine.embed([], "query").shape == (0, engine.dimensions)
    vectors = engine.embed(["", "a\0b", "\ud800", "word " * 5000], "passage")
    assert np.isfinite(vectors).all() and vectors.shape[0] == 4


def test_threads_do_not_mix_results(engine: EmbeddingEngine) -> None:
    """Four threads at once get what one gets."""
    expected = engine.embed(PASSAGES, "passage")
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: engine.embed(PASSAGES, "passage"), range(8)):
            assert np.allclose(got, expected, atol=1e-4)
