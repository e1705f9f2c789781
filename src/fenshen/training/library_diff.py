"""What a version learned from (its training manifest), and how the library differs from that now.

    items.json: item → examples, digest of its words, where it lay
    library now - manifest → added · edited · revoked

A version that continues another's adapter knows all that the other one learned, so its manifest includes
the parent's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from fenshen.core.errors import NotFound
from fenshen.core.files import write_atomic
from fenshen.library.item_texts import ItemText
from fenshen.library.items import Item
from fenshen.library.rights import is_taken_out, may, why_not
from fenshen.training.examples import Example
from fenshen.training.snapshot import read_snapshot

FILE = "items.json"


@dataclass(frozen=True)
class ManifestEntry:
    """One item as a version met it.

    Attributes:
        examples: how many answers were learned from it; 0 where nothing of it could be used.
        words_sha256: digest of its words at that time, "" where that was not written down.
        origin: where its file lay, so that a changed file is known as the same item; "" where not known.
    """

    examples: int
    words_sha256: str = ""
    origin: str = ""


Manifest = Mapping[str, ManifestEntry]


def manifest_of(
    items: Collection[Item],
    train: Collection[str],
    examples: Collection[Example],
    texts: Mapping[str, ItemText],
) -> dict[str, ManifestEntry]:
    """What a training on `examples` meets.

    Args:
        train: ids of the items that were offered to it.
        texts: digests of their words.
    """
    counts = Counter(example.item_id for example in examples)
    return {
        item.id: ManifestEntry(
            counts[item.id], texts[item.id].sha256 if item.id in texts else "", origin(item)
        )
        for item in items
        if item.id in train
    }


def merged_manifest(parent: Manifest, own: Manifest) -> dict[str, ManifestEntry]:
    """The manifest of an adapter that continues its parent's: the newest words, the examples of both."""
    before = {item_id: parent[item_id].examples for item_id in own if item_id in parent}
    return {**parent, **{i: replace(one, examples=one.examples + before.get(i, 0)) for i, one in own.items()}}


def origin(item: Item) -> str:
    """Where an item lay."""
    return f"{item.source}:{item.part}" if item.source else ""


def write_manifest(folder: Path, learned: Manifest) -> None:
    """Write `items.json` aside and put it in place.

    Raises:
        Busy: the disk is full.
    """
    rows = {item_id: asdict(one) for item_id, one in learned.items()}
    write_atomic(folder / FILE, json.dumps(rows, indent=0) + "\n")


def read_manifest(folder: Path) -> dict[str, ManifestEntry]:
    """What the version in `folder` learned from; of older versions only which items, from their examples."""
    path = folder / FILE
    if path.is_file():
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {item_id: ManifestEntry(**row) for item_id, row in rows.items()}
    try:
        counts = Counter(example.item_id for example in read_snapshot(folder))
    except NotFound:
        return {}
    return {item_id: ManifestEntry(count) for item_id, count in counts.items() if item_id}


#: Why a learned item may not be used any more: taken out by hand, no longer allowed, gone.
Reason = Literal["excluded", "not_allowed", "deleted"]


@dataclass(frozen=True)
class RevokedItem:
    """An item that the version learned from and that may no longer be used; `why` is for the creator."""

    item_id: str
    title: str
    reason: Reason
    why: str


@dataclass(frozen=True)
class LibraryDiff:
    """What a version does not know of its library.

    Attributes:
        added: items it never saw and may learn from.
        edited: items whose words are not those that it saw.
        revoked: items it learned from and must not use. An adapter cannot unlearn them.
        unwritten: items it may learn from, all of whose own words are in languages its base does not write.
    """

    added: tuple[Item, ...] = ()
    edited: tuple[Item, ...] = ()
    revoked: tuple[RevokedItem, ...] = ()
    unwritten: tuple[Item, ...] = ()

    @property
    def to_learn(self) -> tuple[Item, ...]:
        """Everything there is to learn."""
        return (*self.added, *self.edited)

    @property
    def words(self) -> int:
        """Words of the added items."""
        return sum(item.words for item in self.added)

    @property
    def hours(self) -> float:
        """Hours of sound of the added items."""
        return sum(item.duration_s or 0.0 for item in self.added) / 3600

    def __bool__(self) -> bool:
        return bool(self.added or self.edited or self.revoked)

    def summary(self, version: str) -> str:
        """In a line: `23 new items since version 4 (4,210 words)`, the urgent first."""
        return "; ".join(self._parts(version)) or f"nothing new since {version}"

    def _parts(self, version: str) -> Iterator[str]:
        if self.revoked:
            yield f"{_count(len(self.revoked), 'item')} it learned from may no longer be used"
        if self.added:
            hours = f", {self.hours:.1f} hours" if self.hours >= 0.05 else ""
            yield f"{_count(len(self.added), 'new item')} since {version} ({self.words:,} words{hours})"
        if self.edited:
            yield f"{_count(len(self.edited), 'item')} edited"
        if self.unwritten:
            yield f"{_count(len(self.unwritten), 'item')} in languages its base does not write"

    def as_json(self) -> dict[str, Any]:
        """Counts, for pages and scripts."""
        return {
            "added": len(self.added),
            "edited": len(self.edited),
            "withdrawn": len(self.revoked),
            "unwritten": len(self.unwritten),
            "words": self.words,
            "hours": round(self.hours, 2),
        }


def diff_library(
    items: Sequence[Item],
    texts: Mapping[str, ItemText],
    learned: Manifest,
    held_out: Collection[str],
    *,
    languages: Collection[str] | None = None,
    consents: Collection[str] = (),
) -> LibraryDiff:
    """What has changed since a version was trained.

    Args:
        items: every item of the creator.
        texts: digests and languages of their words.
        learned: what the version met.
        held_out: ids of the items it is judged by: known, and never learned.
        languages: what its base writes; `None` takes all.
        consents: ids of the creator's consents that hold now.
    """
    here = {item.id: item for item in items}
    moved = {one.origin for item_id, one in learned.items() if one.origin and item_id not in here}
    added: list[Item] = []
    edited: list[Item] = []
    unwritten: list[Item] = []
    for item in items:
        text = texts.get(item.id)
        if (
            item.id in held_out
            or text is None
            or not text.languages
            or not may(item, "train", consents=consents)
        ):
            continue
        if languages is not None and text.languages.isdisjoint(languages):
            unwritten.append(item)
            continue
        known = learned.get(item.id)
        if known is None:
            (edited if origin(item) in moved else added).append(item)
        elif known.words_sha256 and known.words_sha256 != text.sha256:
            edited.append(item)
    replaced = {origin(item) for item in edited}
    revoked = [
        found
        for item_id, one in learned.items()
        if one.examples and not (item_id not in here and one.origin and one.origin in replaced)
        if (found := _revoked(item_id, here.get(item_id), consents))
    ]
    return LibraryDiff(tuple(added), tuple(edited), tuple(revoked), tuple(unwritten))


def _revoked(item_id: str, item: Item | None, consents: Collection[str]) -> RevokedItem | None:
    """That an item says the same as another is no loss: it was allowed, and the other one is used instead."""
    if item is None:
        return RevokedItem(item_id, item_id, "deleted", "it is no longer in the library")
    why = why_not(replace(item, duplicate_of=None), "train", consents=consents)
    if why is None:
        return None
    return RevokedItem(item_id, item.title, "excluded" if is_taken_out(item) else "not_allowed", why)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
