"""The index brought in line with a library. What may not be cited never enters it.

Knows nothing about how passages are matched.
"""

from __future__ import annotations

from fenshen.core.db import Database
from fenshen.core.progress import Progress, silent
from fenshen.library import items
from fenshen.library.rights import may
from fenshen.search.index import SearchIndex, SyncReport


def refresh(index: SearchIndex, db: Database, creator: str, progress: Progress = silent) -> SyncReport:
    """Make `index` hold what may be cited from the library of `creator`, and nothing else of theirs."""
    citable = {item.id: item.title for item in items.list_items(db, creator) if may(item, "cite")}
    passages = (p for p in items.passages(db, creator) if p.item_id in citable)
    return index.sync(creator, passages, progress, titles=citable)
