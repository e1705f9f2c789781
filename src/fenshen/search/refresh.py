"""The index brought in line with a library: words at once, vectors as time allows.

What may not be cited never enters it. Knows nothing about how passages are matched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from fenshen.core.db import Database
from fenshen.core.progress import Progress, silent
from fenshen.library import items
from fenshen.library.passages import Passage
from fenshen.library.rights import may
from fenshen.search.index import SearchIndex, SyncReport


def refresh(
    index: SearchIndex,
    db: Database,
    creator: str,
    progress: Progress = silent,
    *,
    consents: Collection[str] = (),
) -> SyncReport:
    """Make `index` hold what may be cited from the library of `creator`, and nothing else of theirs.

    Args:
        consents: ids of their consents that hold now; items resting on others are left out.
    """
    report = refresh_words(index, db, creator, consents=consents)
    refresh_vectors(index, db, creator, progress, consents=consents)
    return report


def refresh_words(
    index: SearchIndex, db: Database, creator: str, *, consents: Collection[str] = ()
) -> SyncReport:
    """Make full text find what may be cited; a minute for a thousand hours."""
    titles = _citable(db, creator, consents)
    return index.sync_words(creator, _passages(db, titles), titles=titles)


def refresh_vectors(
    index: SearchIndex,
    db: Database,
    creator: str,
    progress: Progress = silent,
    stop: Callable[[], bool] = lambda: False,
    *,
    consents: Collection[str] = (),
) -> int:
    """Embed what full text finds and meaning does not yet; how many passages.

    Args:
        stop: asked between commits whether to leave the rest for later.
    """
    titles = _citable(db, creator, consents)
    return index.sync_vectors(creator, _passages(db, titles), progress, titles=titles, stop=stop)


def _citable(db: Database, creator: str, consents: Collection[str]) -> dict[str, str]:
    """Ids and titles of what may be cited."""
    found = items.list_items(db, creator)
    return {item.id: item.title for item in found if may(item, "cite", consents=consents)}


def _passages(db: Database, item_ids: Iterable[str]) -> Iterator[Passage]:
    """Item after item, so that neither memory nor a transaction grows with the library."""
    for item_id in item_ids:
        yield from items.item_passages(db, item_id)
