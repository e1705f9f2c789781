"""A LanceDB table of passages: which rows it holds, and when its indexes are brought up to date.

Knows nothing about what its columns mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

#: Share of rows written since the last index build above which it is built anew (3 s for 50,000 rows);
#: until then they are scanned beside the index.
STALE_SHARE = 0.02
_HISTORY_KEPT = timedelta(minutes=10)
#: Zero is refused with a warning meant for tables that others still read at an old version; here every
#: read asks for the newest.
_AT_ONCE = timedelta(milliseconds=1)
_DELETE_BATCH = 500


class Rows:
    """One table with a `passage_id` in every row.

    Args:
        db: an open LanceDB database.
        name: of the table; it is made with the first rows.
    """

    def __init__(self, db: Any, name: str) -> None:
        self._db = db
        self.name = name
        self._table: Any = None

    @property
    def table(self) -> Any | None:
        """The LanceDB table, `None` before the first row was ever written."""
        if self._table is None and self.name in self._db.list_tables().tables:
            self._table = self._db.open_table(self.name)
        return self._table

    @property
    def version(self) -> int:
        """Grows with every commit of any process; 0 before the first."""
        return 0 if self.table is None else int(self.table.version)

    def ids(self, where: str) -> set[str]:
        """Passage ids of the rows that match a filter."""
        if self.table is None:
            return set()
        found = self.table.search().where(where).select(["passage_id"]).to_arrow()
        return set(found.column("passage_id").to_pylist())

    def add(self, rows: Any) -> None:
        """Append a `pyarrow.Table` in one commit."""
        if self.table is None:
            self._table = self._db.create_table(self.name, rows)
        else:
            self.table.add(rows)

    def delete(self, where: str, ids: Sequence[str]) -> None:
        """Delete these rows among those that match a filter."""
        if self.table is None:
            return
        for start in range(0, len(ids), _DELETE_BATCH):
            quoted = ", ".join(f"'{passage_id}'" for passage_id in ids[start : start + _DELETE_BATCH])
            self.table.delete(f"{where} AND passage_id IN ({quoted})")

    def is_fresh(self, index: str) -> bool:
        """Whether so few rows were written since `index` was built that it may stay."""
        if self.table is None:
            return False
        stats = self.table.index_stats(index)
        return bool(stats and stats.num_unindexed_rows < STALE_SHARE * self.table.count_rows())

    def merge(self, *, drop_history: bool) -> None:
        """Merge small files and new rows into the indexes.

        Args:
            drop_history: remove older versions at once, so that deleted text is gone from the disk.
        """
        if self.table is not None:
            self.table.optimize(cleanup_older_than=_AT_ONCE if drop_history else _HISTORY_KEPT)
