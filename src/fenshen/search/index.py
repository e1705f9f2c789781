"""The search index of every library: meaning by vectors, words by full text, fused by rank.

    query → {nearest vectors, word index, character-pair index} → reciprocal-rank fusion → hits

Every part is filtered by creator inside the query. Knows nothing about private items: `refresh` decides
what may be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lancedb.query import MatchQuery
from numpy.typing import NDArray

from fenshen.core.progress import Progress, silent
from fenshen.library.passages import Passage
from fenshen.models.embedding import EmbeddingEngine
from fenshen.search.entries import make_entries
from fenshen.search.query import parse_query, where_clause
from fenshen.search.rank import fuse
from fenshen.search.storage import ANN_ROWS_MIN, PassageTable, probe_count

#: How many each part contributes to the fusion.
CANDIDATES = 40
#: Candidates re-scored with full vectors, as a multiple of those wanted.
REFINE_FACTOR = 2
EMBED_BATCH = 32
#: Rows per commit: what an interrupted sync can lose.
COMMIT_ROWS = 256
_DELETE_BATCH = 500

_FIELDS = ["passage_id", "item_id", "creator", "text", "start_s", "anchor"]


@dataclass(frozen=True)
class Hit:
    """A found passage; `rank` counts from 1. There is no score: ranks of two parts have none to share."""

    passage_id: str
    item_id: str
    creator: str
    text: str
    start_s: float | None
    anchor: str
    rank: int


@dataclass(frozen=True)
class SyncReport:
    """Rows a sync added, removed and left."""

    added: int
    removed: int
    kept: int


class SearchIndex:
    """Searches and fills one index. Safe to call from several threads.

    Args:
        folder: where it lives (`<home>/index`).
        embedding: turns texts into vectors; another engine starts an index of its own.
        exact: compare with every vector instead of using the vector index, to measure against.
    """

    def __init__(self, folder: Path, embedding: EmbeddingEngine, *, exact: bool = False) -> None:
        self.embedding = embedding
        self.exact = exact
        self.storage = PassageTable(folder, embedding.name, embedding.dimensions)
        self._workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="search")

    def sync(
        self,
        creator: str,
        passages: Iterable[Passage],
        progress: Progress = silent,
        *,
        titles: Mapping[str, str] | None = None,
    ) -> SyncReport:
        """Make the index hold exactly these passages of `creator` (the creator's own words among them).

        Only what is missing is embedded, and every 256 rows are committed, so it continues where an
        interrupted run stopped.

        Args:
            passages: in order within each item; private items must already be left out.
            progress: called with passages embedded and to embed.
            titles: item id → title, which helps a passage to be found.
        """
        wanted = {entry.passage.id: entry for entry in make_entries(passages, titles or {})}
        present = self.storage.ids(where_clause(creator))
        gone = sorted(present - wanted.keys())
        missing = [entry for key, entry in wanted.items() if key not in present]
        self._delete(creator, gone)
        for start in range(0, len(missing), COMMIT_ROWS):
            chunk = missing[start : start + COMMIT_ROWS]
            vectors: list[NDArray[np.float32]] = []
            for at in range(0, len(chunk), EMBED_BATCH):
                progress(start + at, len(missing), "search index")
                texts = [entry.matched for entry in chunk[at : at + EMBED_BATCH]]
                vectors.append(self.embedding.embed(texts, "passage"))
            self.storage.add(chunk, np.concatenate(vectors))
        if missing or gone:
            self.storage.refresh_indexes(drop_history=bool(gone))
        progress(len(missing), len(missing), "search index")
        return SyncReport(len(missing), len(gone), len(present) - len(gone))

    def forget(self, creator: str) -> int:
        """Remove every row of `creator` from the index and the disk; how many there were."""
        return self.sync(creator, ()).removed

    def search(
        self, creator: str, text: str, limit: int = 8, *, exclude_items: frozenset[str] = frozenset()
    ) -> list[Hit]:
        """Passages of `creator` that answer `text`, best first; at most `limit` (1 to 40).

        Args:
            exclude_items: ids of items that must not be found.
        """
        query = parse_query(text)
        if not query.text or self.storage.table is None:
            return []
        where = where_clause(creator, exclude_items)
        matching = [  # full text runs while the query is being embedded
            self._workers.submit(self._matching, words, column, where)
            for words, column in ((query.words, "words"), (query.han, "han"))
        ]
        vector = self.embedding.embed([query.text], "query")[0]
        lists = [self._nearest(vector, where, creator), *(found.result() for found in matching)]
        rows = {row["passage_id"]: row for found in reversed(lists) for row in found}
        order = fuse([[row["passage_id"] for row in found] for found in lists], min(limit, CANDIDATES))
        return [
            Hit(**{field: rows[key][field] for field in _FIELDS}, rank=rank)
            for rank, key in enumerate(order, 1)
        ]

    def nearest(self, creator: str, vector: NDArray[np.float32], limit: int) -> list[str]:
        """Ids of the `limit` passages nearest to `vector`, nearest first."""
        rows = self._nearest(vector, where_clause(creator), creator, limit)
        return [row["passage_id"] for row in rows]

    def _nearest(
        self, vector: NDArray[np.float32], where: str, creator: str, limit: int = CANDIDATES
    ) -> list[dict[str, Any]]:
        table = self.storage.table
        if table is None:
            return []
        query = table.search(vector, vector_column_name="vector").distance_type("dot")
        query = query.where(where, prefilter=True)
        rows = table.count_rows()
        if self.exact or rows <= ANN_ROWS_MIN:
            query = query.bypass_vector_index()
        else:
            probes = probe_count(rows, table.count_rows(where_clause(creator)))
            query = query.nprobes(probes).refine_factor(REFINE_FACTOR)
        return _list(query.select([*_FIELDS, "_distance"]).limit(limit))

    def _matching(self, words: str, column: str, where: str) -> list[dict[str, Any]]:
        table = self.storage.table
        if table is None or not words:
            return []
        query = table.search(MatchQuery(words, column), query_type="fts").where(where, prefilter=True)
        return _list(query.select([*_FIELDS, "_score"]).limit(CANDIDATES))

    def _delete(self, creator: str, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _DELETE_BATCH):
            quoted = ", ".join(f"'{passage_id}'" for passage_id in ids[start : start + _DELETE_BATCH])
            self.storage.delete(f"{where_clause(creator)} AND passage_id IN ({quoted})")


def _list(query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = query.to_list()
    return rows
