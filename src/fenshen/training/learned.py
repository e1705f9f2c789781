"""Which items a version learned from and in which words: `items.json` beside its adapter.

A version that goes on with another's adapter knows all that the other one learned, so it keeps the other's
list and adds its own. Knows nothing about what has changed since; see `news`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from fenshen.core.errors import NotFound
from fenshen.library.item_texts import ItemText
from fenshen.library.items import Item
from fenshen.training.disk import out_of_space
from fenshen.training.examples import Example
from fenshen.training.snapshot import read_snapshot

FILE = "items.json"


@dataclass(frozen=True)
class LearnedItem:
    """One item as a version met it.

    Attributes:
        examples: how many answers were learned from it; 0 where nothing of it could be used.
        words_sha256: digest of its words at that time, "" where that was not written down.
        origin: where its file lay, so that a changed file is known as the same item; "" where not known.
    """

    examples: int
    words_sha256: str = ""
    origin: str = ""


Learned = Mapping[str, LearnedItem]


def learned_items(
    items: Collection[Item],
    train: Collection[str],
    examples: Collection[Example],
    texts: Mapping[str, ItemText],
) -> dict[str, LearnedItem]:
    """What a training on `examples` meets.

    Args:
        train: ids of the items that were offered to it.
        texts: digests of their words.
    """
    counts = Counter(example.item_id for example in examples)
    return {
        item.id: LearnedItem(counts[item.id], texts[item.id].sha256 if item.id in texts else "", origin(item))
        for item in items
        if item.id in train
    }


def joined(parent: Learned, own: Learned) -> dict[str, LearnedItem]:
    """What an adapter knows that went on with its parent's: the newest words, the examples of both."""
    before = {item_id: parent[item_id].examples for item_id in own if item_id in parent}
    return {**parent, **{i: replace(one, examples=one.examples + before.get(i, 0)) for i, one in own.items()}}


def origin(item: Item) -> str:
    """Where an item lay."""
    return f"{item.source}:{item.part}" if item.source else ""


def write_learned(folder: Path, learned: Learned) -> None:
    """Write `items.json` aside and put it in place.

    Raises:
        Busy: the disk is full.
    """
    aside = folder / f"{FILE}.part"
    with out_of_space(folder):
        rows = {item_id: asdict(one) for item_id, one in learned.items()}
        aside.write_text(json.dumps(rows, indent=0) + "\n", encoding="utf-8")
        aside.replace(folder / FILE)


def read_learned(folder: Path) -> dict[str, LearnedItem]:
    """What the version in `folder` learned from; of older versions only which items, from their examples."""
    path = folder / FILE
    if path.is_file():
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {item_id: LearnedItem(**row) for item_id, row in rows.items()}
    try:
        counts = Counter(example.item_id for example in read_snapshot(folder))
    except NotFound:
        return {}
    return {item_id: LearnedItem(count) for item_id, count in counts.items() if item_id}
