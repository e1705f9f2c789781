"""The table of words: what full text searches, English by stemmed words and Chinese by character pairs.

Knows nothing about vectors or ranking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from lancedb.index import FTS, Bitmap

from fenshen.search.entries import Entry
from fenshen.search.rows import Rows

#: What is shown of a found passage.
SHOWN = ("passage_id", "item_id", "creator", "text", "start_s", "anchor")
_NGRAM = FTS(
    base_tokenizer="ngram", ngram_min_length=2, ngram_max_length=2, stem=False, remove_stop_words=False
)
_INDEXES: dict[str, tuple[str, Any]] = {
    "creator_bitmap": ("creator", Bitmap()),
    "words_fts": ("words", FTS(base_tokenizer="simple", stem=True, remove_stop_words=True)),
    "han_fts": ("han", _NGRAM),
}


class WordTable(Rows):
    """The words of every creator's passages."""

    def __init__(self, db: Any) -> None:
        super().__init__(db, "words")

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """Append rows in one commit."""
        matched = {
            "words": [entry.matched for entry in entries],
            "han": [entry.matched if entry.has_han else "" for entry in entries],
        }
        self.add(pa.table({**shown_columns(entries), **matched}))

    def refresh_indexes(self, *, drop_history: bool) -> None:
        """Bring the indexes up to date with the rows."""
        if self.table is None:
            return
        existing = {index.name for index in self.table.list_indices()}
        if not drop_history and existing >= _INDEXES.keys() and self.is_fresh("words_fts"):
            return
        for name, (column, config) in _INDEXES.items():
            if name not in existing:
                self.table.create_index(column, config=config, name=name)
        self.merge(drop_history=drop_history)


def shown_columns(entries: Sequence[Entry]) -> dict[str, Any]:
    """The columns of `SHOWN`."""
    passages = [entry.passage for entry in entries]
    return {
        "passage_id": [p.id for p in passages],
        "item_id": [p.item_id for p in passages],
        "creator": [p.creator for p in passages],
        "text": [p.text for p in passages],
        "start_s": pa.array([p.start_s for p in passages], pa.float64()),
        "anchor": [p.anchor for p in passages],
    }
