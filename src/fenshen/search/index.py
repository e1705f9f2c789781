"""The search index of every library: meaning by vectors, words by full text, fused by rank.

    query → {nearest vectors, word index, character-pair index} → reciprocal-rank fusion → hits

Words can be found before their vectors are made. Every part is filtered by creator inside the query. Knows nothing about private items: `refresh` decides
what may be found.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
from lancedb.query import MatchQuery
from numpy.typing import NDArray

from fenshen.core.progress import Progress, silent
from fenshen.library.passages import Passage
from fenshen.models.embedding import EmbeddingEngine
from fenshen.search.entries import Entry, make_entries
from fenshen.search.query import Query, parse_query, where_clause
from fenshen.search.rank import fuse
from fenshen.search.vectors import ANN_ROWS_MIN, VectorTable, probe_count
from fenshen.search.words import SHOWN, WordTable

#: How many each part contributes to the fusion.
CANDIDATES = 40
#: Candidates re-scored with full vectors, as a multiple of those wanted.
REFINE_FACTOR = 2
EMBED_BATCH = 32
#: Rows per commit: what an interrupted sync can lose.
COMMIT_ROWS = 256
#: How much nearer than the average passage one must be to be about a query. Over the sample's library the best
#: passage for 60 questions about it is 0.086 nearer (median; 0.065 for all but three), for 25 about anything
#: else 0.046.
NEAR_MIN = 0.06
#: Rows whose average stands for all of them.
SAMPLED_ROWS = 4_096
#: Questions whose vectors are remembered, 1.5 kB each.
QUERIES_KEPT = 1_000
#: Questions whose hits are remembered while no row changes, about 10 kB each.
ANSWERS_KEPT = 500
#: Rows per commit of words, which cost nothing to make again.
WORD_ROWS = 10_000


@dataclass(frozen=True)
class Hit:
    """A found passage; `rank` counts from 1. There is no score: ranks of two parts have none to share.

    Attributes:
        is_near: its meaning is nearer to the query than chance would have it, so it is about it even where
            it shares no word with it.
    """

    passage_id: str
    item_id: str
    creator: str
    text: str
    start_s: float | None
    anchor: str
    rank: int
    is_near: bool = False


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
        embedding: turns texts into vectors; another engine starts vectors of its own.
        exact: compare with every vector instead of using the vector index, to measure against.
    """

    def __init__(self, folder: Path, embedding: EmbeddingEngine, *, exact: bool = False) -> None:
        self.embedding = embedding
        self.exact = exact
        folder.mkdir(parents=True, exist_ok=True)
        # Other processes write to it too, so every read asks for the newest version.
        db = lancedb.connect(folder, read_consistency_interval=timedelta(0))
        self.words = WordTable(db)
        self.vectors = VectorTable(db, embedding.name, embedding.dimensions)
        # The page offers the same questions to every fan; embedding is the longest part of a search.
        self._vector = lru_cache(QUERIES_KEPT)(lambda text: embedding.embed([text], "query")[0])
        self._answer = lru_cache(ANSWERS_KEPT)(self._search)
        self._centre = lru_cache(ANSWERS_KEPT)(self._average)
        self._workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="search")

    def sync(
        self,
        creator: str,
        passages: Sequence[Passage],
        progress: Progress = silent,
        *,
        titles: Mapping[str, str] | None = None,
    ) -> SyncReport:
        """Make the index hold exactly these passages of `creator`: words first, then vectors."""
        report = self.sync_words(creator, passages, titles=titles)
        self.sync_vectors(creator, passages, progress, titles=titles)
        return report

    def sync_words(
        self, creator: str, passages: Iterable[Passage], *, titles: Mapping[str, str] | None = None
    ) -> SyncReport:
        """Make full text find exactly these passages of `creator` (the creator's own words among them).

        Args:
            passages: in order within each item, streamed; what may not be cited must be left out.
            titles: item id → title, which helps a passage to be found.
        """
        where = where_clause(creator)
        gone = self.words.ids(where)
        kept = added = 0
        for entries in _batches(make_entries(passages, titles or {}), WORD_ROWS):
            missing = [entry for entry in entries if entry.passage.id not in gone]
            gone.difference_update(entry.passage.id for entry in entries)
            kept, added = kept + len(entries) - len(missing), added + len(missing)
            if missing:
                self.words.add_entries(missing)
        for table in (self.words, self.vectors) if gone else ():
            table.delete(where, sorted(gone))
        if gone:
            self.vectors.refresh_indexes(drop_history=True)
        if added or gone:
            self.words.refresh_indexes(drop_history=bool(gone))
        return SyncReport(added, len(gone), kept)

    def sync_vectors(
        self,
        creator: str,
        passages: Iterable[Passage],
        progress: Progress = silent,
        *,
        titles: Mapping[str, str] | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> int:
        """Embed what has no vector yet; how many were embedded.

        Every 256 rows are committed, so it continues where an interrupted run stopped.

        Args:
            passages, titles: as for `sync_words`.
            progress: called with passages embedded and to embed.
            stop: asked between commits whether to leave the rest for later.
        """
        where = where_clause(creator)
        present = self.vectors.ids(where)
        total = len(self.words.ids(where) - present)
        done = 0
        fresh = (e for e in make_entries(passages, titles or {}) if e.passage.id not in present)
        for chunk in _batches(fresh, COMMIT_ROWS):
            if done and stop():
                break
            self.vectors.add_entries(chunk, self._embedded(chunk, done, total, progress))
            done += len(chunk)
        if done:
            self.vectors.refresh_indexes(drop_history=False)
        progress(done, done, "search index")
        return done

    def _embedded(
        self, chunk: Sequence[Entry], done: int, total: int, progress: Progress
    ) -> NDArray[np.float32]:
        vectors: list[NDArray[np.float32]] = []
        for at in range(0, len(chunk), EMBED_BATCH):
            progress(done + at, total, "search index")
            texts = [entry.matched for entry in chunk[at : at + EMBED_BATCH]]
            vectors.append(self.embedding.embed(texts, "passage"))
        return np.concatenate(vectors)

    def forget_passages(self, creator: str, ids: Sequence[str]) -> None:
        """Remove these rows from the index and the disk, because their words changed."""
        for table in (self.words, self.vectors):
            table.delete(where_clause(creator), ids)
            table.refresh_indexes(drop_history=True)

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
        if not query.text or self.words.table is None:
            return []
        state = (self.words.version, self.vectors.version)
        return list(self._answer(creator, query, min(limit, CANDIDATES), exclude_items, state))

    def _search(
        self, creator: str, query: Query, limit: int, exclude_items: frozenset[str], state: tuple[int, int]
    ) -> tuple[Hit, ...]:
        """As `search`; `state` names the rows that were searched."""
        where = where_clause(creator, exclude_items)
        matching = [  # full text runs while the query is being embedded
            self._workers.submit(self._matching, words, column, where)
            for words, column in ((query.words, "words"), (query.han, "han"))
        ]
        vector = self._vector(query.text)
        lists = [self._nearest(vector, where, creator), *(found.result() for found in matching)]
        rows = {row["passage_id"]: row for found in reversed(lists) for row in found}
        enough = NEAR_MIN + float(vector @ self._centre(creator, state[1])) if lists[0] else 0.0
        near = {row["passage_id"] for row in lists[0] if 1 - row["_distance"] >= enough}
        order = fuse([[row["passage_id"] for row in found] for found in lists], limit)
        return tuple(
            Hit(**{field: rows[key][field] for field in SHOWN}, rank=rank, is_near=key in near)
            for rank, key in enumerate(order, 1)
        )

    def _average(self, creator: str, _version: int) -> NDArray[np.float32]:
        """The mean vector of a creator's passages: a query's product with it is that with the average one."""
        table = self.vectors.table
        assert table is not None
        rows = table.search().where(where_clause(creator)).select(["vector"]).limit(SAMPLED_ROWS).to_arrow()
        vectors = np.stack(rows["vector"].to_numpy(zero_copy_only=False))
        return np.asarray(vectors.mean(axis=0), dtype=np.float32)

    def nearest(self, creator: str, vector: NDArray[np.float32], limit: int) -> list[str]:
        """Ids of the `limit` passages nearest to `vector`, nearest first."""
        rows = self._nearest(vector, where_clause(creator), creator, limit)
        return [row["passage_id"] for row in rows]

    def _nearest(
        self, vector: NDArray[np.float32], where: str, creator: str, limit: int = CANDIDATES
    ) -> list[dict[str, Any]]:
        table = self.vectors.table
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
        return _list(query.select([*SHOWN, "_distance"]).limit(limit))

    def _matching(self, words: str, column: str, where: str) -> list[dict[str, Any]]:
        table = self.words.table
        if table is None or not words:
            return []
        query = table.search(MatchQuery(words, column), query_type="fts").where(where, prefilter=True)
        return _list(query.select([*SHOWN, "_score"]).limit(CANDIDATES))


def _batches(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while batch := list(itertools.islice(rest, size)):
        yield batch


def _list(query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = query.to_list()
    return rows
