"""Items as fans see them: the one way from a library to anybody but its creator.

    item id → rights, live version, own words → `library.seen` → `SeenItem`, media, citations

What may not be seen looks like what is not there. Knows nothing about pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fenshen.core.db import Database
from fenshen.core.errors import NotFound, Refused
from fenshen.library import items
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.placed import placed
from fenshen.library.privacy.readable import readable
from fenshen.library.rights import is_own, may
from fenshen.library.seen import Line, is_seen, may_play, seen_lines, seen_title
from fenshen.library.speakers.stored import decisions_in
from fenshen.training.releases import is_released
from fenshen.trust.consent import active_ids


@dataclass(frozen=True)
class SeenItem:
    """An item as fans see it.

    Attributes:
        item: for its kind, day, language and length; never for its title or path.
        can_be_played: it has sound or video in which nobody but the creator is heard.
    """

    item: Item
    title: str
    lines: tuple[Line, ...]
    can_be_played: bool


class Viewing:
    """What fans see of libraries now."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self._db = db
        self._now = now

    def item(self, item_id: str, creator_name: str) -> SeenItem:
        """An item line by line.

        Args:
            creator_name: what fans call its creator.

        Raises:
            NotFound: there is none, or fans may not know of it.
        """
        item, passages = self._seen(item_id)
        lines = tuple(seen_lines(passages, creator_name))
        return SeenItem(
            item, seen_title(item), lines, item.media_sha256 is not None and self._plays(item, passages)
        )

    def creator_of(self, item_id: str) -> str:
        """Whose item it is.

        Raises:
            NotFound: as `item`.
        """
        return self._seen(item_id)[0].creator

    def played(self, item_id: str) -> Item:
        """The item, to play.

        Raises:
            NotFound: as `item`.
            Refused: `others_heard`.
        """
        item, passages = self._seen(item_id)
        if item.media_sha256 is not None and not self._plays(item, passages):
            raise Refused(
                "somebody else is heard in this recording, or may be, so only its creator can play it; "
                "read what the creator says in it instead",
                code="others_heard",
            )
        return item

    def citations(self, stored: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Citations that were kept with an answer, as far as what they point at may still be seen."""
        kept = list(stored)
        places = placed(self._db, [one["passage_id"] for one in kept])
        seen: list[dict[str, Any]] = []
        for one in kept:
            passage, item = places.get(one["passage_id"], (None, None))
            if passage is None or item is None or not is_own(passage) or not self._may_see(item):
                continue
            seen.append({**one, "title": seen_title(item), "quote": readable(one["quote"])})
        return seen

    def _seen(self, item_id: str) -> tuple[Item, list[Passage]]:
        item = items.item(self._db, item_id)
        passages = items.item_passages(self._db, item_id) if self._may_see(item) else []
        if not is_seen(passages):
            raise NotFound(f"no item {item_id!r}")
        return item, passages

    def _may_see(self, item: Item) -> bool:
        consents = active_ids(self._db, item.creator, self._now())
        return may(item, "cite", consents=consents) and is_released(self._db, item.creator, item.id)

    def _plays(self, item: Item, passages: list[Passage]) -> bool:
        return may_play(passages, decisions_in(self._db, item.id))
