"""The LanceDB table behind the index: its columns and the indexes over them.

One table per embedding model, so that vectors of two models never meet. Knows nothing about ranking.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import FTS, Bitmap, IvfSq
from numpy.typing import NDArray

from fenshen.search.entries import Entry

#: Below this an exact scan is as fast as an index (50,000 rows: 26 ms exact, 7 ms indexed, 2 cores).
ANN_ROWS_MIN = 10_000
#: Share of rows written since the last index build above which it is built anew (3 s for 50,000 rows).
_STALE_SHARE = 0.02

_ANN = "vector_ann"
_HISTORY_KEPT = timedelta(minutes=10)
#: Zero is refused with a warning meant for tables that others still read at an old version; here every
#: read asks for the newest.
_AT_ONCE = timedelta(milliseconds=1)


class PassageTable:
    """The rows of every creator for one embedding model.

    Args:
        folder: the database folder, made on first use.
        model: name of the embedding model.
        dimensions: length of its vectors.
    """

    def __init__(self, folder: Path, model: str, dimensions: int) -> None:
        self.dimensions = dimensions
        self.name = re.sub(r"[^A-Za-z0-9_.-]", "_", f"passages-{model}-{dimensions}")
        folder.mkdir(parents=True, exist_ok=True)
        self._db: Any = lancedb.connect(folder, read_consistency_interval=timedelta(0))
        self._table: Any = None

    @property
    def table(self) -> Any | None:
        """The LanceDB table, `None` before the first row was ever written."""
        if self._table is None and self.name in self._db.list_tables().tables:
            self._table = self._db.open_table(self.name)
        return self._table

    def ids(self, where: str) -> set[str]:
        """Passage ids of the rows that match a filter."""
        if self.table is None:
            return set()
        found = self.table.search().where(where).select(["passage_id"]).to_arrow()
        return set(found.column("passage_id").to_pylist())

    def add(self, entries: Sequence[Entry], vectors: NDArray[np.float32]) -> None:
        """Append rows in one commit; `vectors` has shape (len(entries), dimensions)."""
        rows = self._rows(entries, vectors)
        if self.table is None:
            self._table = self._db.create_table(self.name, rows)
        else:
            self.table.add(rows)

    def delete(self, where: str) -> None:
        """Delete the rows that match a filter."""
        if self.table is not None:
            self.table.delete(where)

    def refresh_indexes(self, *, drop_history: bool) -> None:
        """Bring every index up to date with the rows, and merge small files.

        LanceDB's `optimize` joins small partitions of a vector index until a search scans everything
        (127 became 2 at 50,000 rows), so that index is dropped before and built anew after. Few new rows
        are left to be scanned beside the index instead.

        Args:
            drop_history: remove older versions at once, so that deleted text is gone from the disk.
        """
        if self.table is None:
            return
        existing = {index.name for index in self.table.list_indices()}
        rows = self.table.count_rows()
        if not drop_history and _ANN in existing and self._unindexed_rows() < _STALE_SHARE * rows:
            return
        for name, (column, config) in _INDEXES.items():
            if name not in existing:
                self.table.create_index(column, config=config, name=name)
        if _ANN in existing:
            self.table.drop_index(_ANN)
        self.table.optimize(cleanup_older_than=_AT_ONCE if drop_history else _HISTORY_KEPT)
        if rows > ANN_ROWS_MIN:
            config = IvfSq(distance_type="dot", num_partitions=partition_count(rows))
            self.table.create_index("vector", config=config, name=_ANN)

    def _unindexed_rows(self) -> int:
        stats = self.table.index_stats(_ANN) if self.table is not None else None
        return 0 if stats is None else int(stats.num_unindexed_rows)

    def _rows(self, entries: Sequence[Entry], vectors: NDArray[np.float32]) -> Any:
        flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
        passages = [entry.passage for entry in entries]
        columns = {
            "passage_id": [p.id for p in passages],
            "item_id": [p.item_id for p in passages],
            "creator": [p.creator for p in passages],
            "text": [p.text for p in passages],
            "language": [p.language for p in passages],
            "start_s": pa.array([p.start_s for p in passages], pa.float64()),
            "anchor": [p.anchor for p in passages],
            "words": [entry.matched for entry in entries],
            "han": [entry.matched if entry.has_han else "" for entry in entries],
            "vector": pa.FixedSizeListArray.from_arrays(flat, self.dimensions),
        }
        return pa.table(columns)


def partition_count(rows: int) -> int:
    """Partitions of the vector index: about 400 rows each at 50,000, growing with the square root."""
    return max(16, int(rows**0.5 * 0.57))


def probe_count(rows: int, creator_rows: int) -> int:
    """Partitions to look into so that a creator with a small share of the rows is still found.

    Measured at 50,000 rows, 127 partitions: a tenth is enough (recall@10 1.00) for a creator with most
    of the rows; one with 0.5 % needs all of them, which takes no longer since few rows pass the filter.
    """
    share = max(creator_rows, 1) / max(rows, 1)
    return min(partition_count(rows), max(16, int(20 / share)))


_INDEXES: dict[str, tuple[str, Any]] = {
    "creator_bitmap": ("creator", Bitmap()),
    "words_fts": ("words", FTS(base_tokenizer="simple", stem=True, remove_stop_words=True)),
    "han_fts": (
        "han",
        FTS(
            base_tokenizer="ngram",
            ngram_min_length=2,
            ngram_max_length=2,
            stem=False,
            remove_stop_words=False,
        ),
    ),
}
