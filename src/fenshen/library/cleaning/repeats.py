"""Passages that say again what another item said: a story told in a stream and in a film, a quoted old post.

    shingles of every item → where a passage's shingles also are → the one item that has most of them

The items stay two; what is learned from should hold a story once, and nothing of what is judged by. Pure;
knows nothing about training.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np

from fenshen.library.cleaning.duplicates import share_in
from fenshen.library.cleaning.sketches import Hashes, distinct, shingles
from fenshen.library.passages import Passage

#: Share of a passage's word triples in one other item from which it is said again.
SAID_AGAIN = 0.6
#: Passages with fewer triples are remarks; a creator may repeat those.
SHINGLES_MIN = 15
#: Of a whole library one triple in four is looked up; what seems to be said again is then compared exactly.
SAMPLED_ONE_IN = 4
ESTIMATE_MIN = 0.35


def said_again(passages: Sequence[Passage]) -> dict[str, str]:
    """Passages that an item before theirs has said: passage id → id of that item.

    Args:
        passages: those of an item one after another; of two items the first one keeps its passages.
    """
    by_item = {
        item_id: list(group) for item_id, group in groupby(passages, key=lambda passage: passage.item_id)
    }
    order = {item_id: at for at, item_id in enumerate(by_item)}
    said = Said(passages, SAMPLED_ONE_IN)

    @lru_cache(maxsize=32)
    def whole(item_id: str) -> Hashes:
        return _shingles(by_item[item_id])

    found: dict[str, str] = {}
    for passage in passages:
        hashes = distinct(shingles(passage.text))
        if len(hashes) >= SHINGLES_MIN:
            share, other = said.most(hashes, before=order[passage.item_id])
            if share >= ESTIMATE_MIN and share_in(hashes, whole(other)) >= SAID_AGAIN:
                found[passage.id] = other
    return found


def resembling(passages: Iterable[Passage], others: Iterable[Passage]) -> frozenset[str]:
    """Ids of `passages`, however short, that say what one of the items of `others` says."""
    said = Said(others)
    if not said.items:
        return frozenset()
    return frozenset(p.id for p in passages if said.most(distinct(shingles(p.text)))[0] >= SAID_AGAIN)


class Said:
    """What some items say, to look passages up in.

    Args:
        passages: of these items, those of an item one after another.
        one_in: keep only so few of the shingles.
    """

    def __init__(self, passages: Iterable[Passage], one_in: int = 1) -> None:
        self._limit = np.uint64((1 << 64) // one_in - 1)
        self.items: list[str] = []
        each: list[Hashes] = [np.zeros(0, np.uint64)]
        for item_id, group in groupby(passages, key=lambda passage: passage.item_id):
            self.items.append(item_id)
            each.append(self._sampled(_shingles(list(group))))
        hashes = np.concatenate(each)
        order = np.argsort(hashes, kind="stable")
        owners = np.repeat(np.arange(len(each), dtype=np.int32) - 1, [len(one) for one in each])
        self._hashes, self._owners = hashes[order], owners[order]

    def most(self, wanted: Hashes, before: int | None = None) -> tuple[float, str]:
        """The share of `wanted` that is in whichever item has most of it, and that item.

        Args:
            before: look only in the first so many items.
        """
        wanted = self._sampled(wanted)
        left = np.searchsorted(self._hashes, wanted, "left")
        counts = np.searchsorted(self._hashes, wanted, "right") - left
        starts = np.repeat(left - np.append(0, np.cumsum(counts)[:-1]), counts) if len(wanted) else left
        owners = self._owners[starts + np.arange(len(starts))]
        owners = owners if before is None else owners[owners < before]
        if not len(owners):
            return 0.0, ""
        found = np.bincount(owners)
        best = int(found.argmax())
        return float(found[best] / len(wanted)), self.items[best]

    def _sampled(self, hashes: Hashes) -> Hashes:
        return hashes[hashes <= self._limit]


def _shingles(passages: Sequence[Passage]) -> Hashes:
    return distinct(np.concatenate([shingles(passage.text) for passage in passages]))
