"""How fast the index answers at 50,000 passages, and how much an exact scan would have found.

Vectors and texts are generated (embedding that many passages takes half an hour on two cores): clusters
around a shared mean, as text embeddings lie, and words and characters with natural frequencies. The
query's own embedding is real and part of the time. Knows nothing about quality on real questions.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenshen.library.passages import Passage
from fenshen.models.embedding import EmbeddingEngine
from fenshen.search.entries import Entry
from fenshen.search.index import SearchIndex

_CREATORS = ("bench", "bench-small")
_SMALL_SHARE = 0.02
_CHUNK = 5_000
_HAN_EVERY = 5


def bench_search(
    folder: Path, embedding: EmbeddingEngine, rows: int = 50_000, queries: int = 100, seed: int = 0
) -> dict[str, Any]:
    """Median milliseconds of a hybrid search by the index (`ours`) and by an exact scan (`peer`).

    Both embed the query, search full text and fuse; they take turns, so other load weighs on both.

    Args:
        folder: an empty folder; about 3 kB a row.
        rows: passages of two creators, one of them with 2 % of the rows.
        queries: how many are timed; every fifth is Chinese.
    """
    rng = np.random.default_rng(seed)
    index, exact = SearchIndex(folder, embedding), SearchIndex(folder, embedding, exact=True)
    centres = rng.normal(size=(max(8, rows // 125), embedding.dimensions)).astype(np.float32)
    started = time.perf_counter()
    _fill(index, rng, centres, rows)
    build_s = time.perf_counter() - started
    vectors = _vectors(rng, centres, queries)
    # Five generated words make about as many tokens for e5 as a real question of ten.
    texts = [_text(rng, 5, is_han=number % _HAN_EVERY == 0) for number in range(queries)]
    ours, peer, embed = _times(index, exact, texts)
    return {
        "unit": "ms, median (lower is better)",
        "ours": statistics.median(ours),
        "peer": statistics.median(peer),
        "ratio": statistics.median(peer) / statistics.median(ours),
        "peer_is": "the same search comparing with every vector",
        "p50_ms": statistics.median(ours),
        "p95_ms": statistics.quantiles(ours, n=20)[-1],
        "embed_ms": statistics.median(embed),
        "recall_at_10": _recall(index, exact, _CREATORS[0], vectors),
        "recall_at_10_small_creator": _recall(index, exact, _CREATORS[1], vectors),
        "n": queries,
        "rows": rows,
        "build_s": build_s,
        "vectors": f"generated, {len(centres)} clusters around a shared mean, {embedding.dimensions} dimensions",
        "embedding": embedding.name,
    }


def _fill(index: SearchIndex, rng: np.random.Generator, centres: NDArray[np.float32], rows: int) -> None:
    for start in range(0, rows, _CHUNK):
        count = min(_CHUNK, rows - start)
        entries = [_entry(rng, number) for number in range(start, start + count)]
        index.words.add_entries(entries)
        index.vectors.add_entries(entries, _vectors(rng, centres, count))
    index.words.refresh_indexes(drop_history=True)
    index.vectors.refresh_indexes(drop_history=True)


def _vectors(rng: np.random.Generator, centres: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Unit vectors, shape (count, dimensions), with a mean similarity of about 0.7 as e5 has."""
    dimensions = centres.shape[1]
    shared = np.full(dimensions, 2.0, dtype=np.float32)
    noise = rng.normal(size=(count, dimensions)).astype(np.float32) * 0.9
    vectors = shared + centres[rng.integers(0, len(centres), count)] + noise
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _entry(rng: np.random.Generator, number: int) -> Entry:
    is_han = number % _HAN_EVERY == 0
    text = _text(rng, 130 if is_han else 70, is_han=is_han)
    creator = _CREATORS[rng.random() < _SMALL_SHARE]
    passage = Passage(
        id=f"psg_{number:08d}",
        item_id=f"item_{number // 20:06d}",
        creator=creator,
        ordinal=number % 20,
        start_s=float(number % 20 * 30),
        end_s=None,
        anchor=f"t={number % 20 * 30}",
        speaker=None,
        is_creator=True,
        text=text,
        language="zh" if is_han else "en",
    )
    return Entry(passage, text)


def _text(rng: np.random.Generator, length: int, *, is_han: bool) -> str:
    """Words or characters drawn with frequencies that fall as 1/rank (Zipf)."""
    size = 3_000 if is_han else 20_000
    picks = np.exp(rng.random(length) * np.log(size)).astype(int)
    if is_han:
        return "".join(chr(0x4E00 + int(pick) * 7 % 20_000) for pick in picks)
    return " ".join(_word(int(pick)) for pick in picks)


def _word(number: int) -> str:
    letters = "etaoinshrdlu"
    word = ""
    number = number * 7919 + 144
    while number:
        number, place = divmod(number, len(letters))
        word += letters[place]
    return word


def _times(
    index: SearchIndex, exact: SearchIndex, texts: Sequence[str]
) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each search by index, by scan, and of embedding alone, after three to warm up.

    Which goes first changes from query to query, since each leaves the processor warm for the next.
    """
    spent: tuple[list[float], list[float], list[float]] = ([], [], [])
    for number, text in enumerate([*texts[:3], *texts]):
        calls = [
            lambda text=text: index.search(_CREATORS[0], text, 10),
            lambda text=text: exact.search(_CREATORS[0], text, 10),
            lambda text=text: index.embedding.embed([text], "query"),
        ]
        for place in range(3):
            which = (number + place) % 3
            spent[which].append(_milliseconds(calls[which]))
    return spent[0][3:], spent[1][3:], spent[2][3:]


def _milliseconds(call: Callable[..., object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _recall(index: SearchIndex, exact: SearchIndex, creator: str, vectors: NDArray[np.float32]) -> float:
    """Share of the exact ten nearest that the index finds, over all queries."""
    return statistics.fmean(
        len(set(exact.nearest(creator, v, 10)) & set(index.nearest(creator, v, 10))) / 10 for v in vectors
    )
