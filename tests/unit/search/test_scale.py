"""Above ten thousand rows the vector index answers, and finds what an exact scan finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from bench import search as bench
from bench.search import bench_search
from fenshen.models.fakes import FakeEmbeddingEngine
from fenshen.search.index import SearchIndex
from fenshen.search.vectors import ANN_ROWS_MIN, partition_count, probe_count


def test_the_vector_index_finds_what_an_exact_scan_finds(tmp_path: Path) -> None:
    """Recall@10 for a creator with nearly all rows and for one with 2 % of them."""
    found = bench_search(tmp_path, FakeEmbeddingEngine(), rows=ANN_ROWS_MIN + 2_000, queries=20)
    assert found["recall_at_10"] >= 0.95
    assert found["recall_at_10_small_creator"] >= 0.95
    assert found["ratio"] > 0


def test_rows_added_after_the_index_was_built_are_found_and_the_index_stays_split(tmp_path: Path) -> None:
    """LanceDB's `optimize` alone would join the partitions until every search scans everything."""
    index = SearchIndex(tmp_path, FakeEmbeddingEngine())
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(50, 64)).astype(np.float32)
    bench._fill(index, rng, centres, ANN_ROWS_MIN + 1_000)
    late = bench._vectors(rng, centres, 500)
    index.vectors.add_entries([bench._entry(rng, 90_000 + n) for n in range(500)], late)
    index.vectors.refresh_indexes(drop_history=False)
    hits = {index.nearest(creator, late[0], 1)[0] for creator in ("bench", "bench-small")}
    assert "psg_00090000" in hits
    plan = index.vectors.table.search(late[0], vector_column_name="vector").distance_type("dot").nprobes(999)  # type: ignore[union-attr]
    assert f"partitions_searched={partition_count(ANN_ROWS_MIN + 1_500)}" in plan.limit(5).analyze_plan()


def test_a_small_creator_is_looked_for_in_every_partition() -> None:
    """Twenty partitions do for a creator with all the rows; half a per cent of them need all 127."""
    assert probe_count(50_000, 50_000) == 20
    assert probe_count(50_000, 250) == partition_count(50_000) == 127
    assert probe_count(0, 0) == 16
