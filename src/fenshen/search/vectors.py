"""The table of vectors: one per embedding model, so that vectors of two models never meet.

Filled after the words, since embedding takes hours where words take minutes. Knows nothing about ranking.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from lancedb.index import Bitmap, IvfSq
from numpy.typing import NDArray

from fenshen.search.entries import Entry
from fenshen.search.rows import Rows
from fenshen.search.words import shown_columns

#: Below this an exact scan is as fast as an index (50,000 rows: 26 ms exact, 7 ms indexed, 2 cores).
ANN_ROWS_MIN = 10_000
_ANN = "vector_ann"
_CREATORS = "creator_bitmap"


class VectorTable(Rows):
    """The vectors of every creator's passages by one model.

    Args:
        model: name of the embedding model.
        dimensions: length of its vectors.
    """

    def __init__(self, db: Any, model: str, dimensions: int) -> None:
        super().__init__(db, re.sub(r"[^A-Za-z0-9_.-]", "_", f"vectors-{model}-{dimensions}"))
        self.dimensions = dimensions

    def add_entries(self, entries: Sequence[Entry], vectors: NDArray[np.float32]) -> None:
        """Append rows in one commit; `vectors` has shape (len(entries), dimensions)."""
        flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
        vector = pa.FixedSizeListArray.from_arrays(flat, self.dimensions)
        self.add(pa.table({**shown_columns(entries), "vector": vector}))

    def refresh_indexes(self, *, drop_history: bool) -> None:
        """Bring the indexes up to date with the rows.

        LanceDB's `optimize` joins small partitions of a vector index until a search scans everything
        (127 became 2 at 50,000 rows), so that index is dropped before and built anew after.
        """
        if self.table is None:
            return
        existing = {index.name for index in self.table.list_indices()}
        if not drop_history and _ANN in existing and self.is_fresh(_ANN):
            return
        if _CREATORS not in existing:
            self.table.create_index("creator", config=Bitmap(), name=_CREATORS)
        if _ANN in existing:
            self.table.drop_index(_ANN)
        self.merge(drop_history=drop_history)
        rows = self.table.count_rows()
        if rows > ANN_ROWS_MIN:
            config = IvfSq(distance_type="dot", num_partitions=partition_count(rows))
            self.table.create_index("vector", config=config, name=_ANN)


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
