"""Which items are held out for judging: the newest tenth of each kind, and what resembles them.

Held-out items never enter training, the retrieval used while judging, or the fitting of a judge. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from fenshen.core.ids import digest_text
from fenshen.library.cleaning.repeats import resembling, said_again
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.rights import is_own, may

HELD_OUT_SHARE = 0.1
#: Kinds with fewer items than this give none away.
ITEMS_MIN = 3


@dataclass(frozen=True)
class Split:
    """A library divided for training.

    Attributes:
        train: ids of items to learn from, in the order given.
        held_out: ids of items kept for judging.
        dropped: ids of training passages left out because they resemble held-out text, or because another
            training item has the same words.
        sha256: digest of the held-out texts, written into `meta.json`.
    """

    train: tuple[str, ...]
    held_out: tuple[str, ...]
    dropped: frozenset[str]
    sha256: str


def split_library(
    items: Sequence[Item],
    passages: Iterable[Passage],
    held_out_before: Sequence[str] | None = None,
    *,
    consents: Collection[str] = (),
) -> Split:
    """Divide what may be trained on, by item and time.

    Args:
        items: every item of the creator; those that may not be trained on are left out of both sides.
        passages: their passages.
        held_out_before: the held-out items of a version that is judged again, from its `meta.json`:
            the library may have grown since, and what it learned from must not become its test.
        consents: ids of the creator's consents that hold now.
    """
    usable = [item for item in items if may(item, "train", consents=consents)]
    held_out = newest_items(usable) if held_out_before is None else frozenset(held_out_before)
    by_item = defaultdict(list)
    for passage in passages:
        by_item[passage.item_id].append(passage)
    train = tuple(item.id for item in usable if item.id not in held_out)
    kept = [p for item in usable if item.id in held_out for p in by_item[item.id]]
    learned = [p for item_id in train for p in by_item[item_id]]
    ordered = tuple(item.id for item in usable if item.id in held_out)
    dropped = resembling(learned, kept) | said_again([p for p in learned if is_own(p)]).keys()
    return Split(train, ordered, dropped, digest_text(*(p.text for p in kept)))


def newest_items(items: Sequence[Item]) -> frozenset[str]:
    """The newest tenth of each kind, in the library's main language so that one judge can read it all."""
    kinds: dict[str, list[Item]] = defaultdict(list)
    words: Counter[str] = Counter()
    for item in items:
        kinds[item.kind].append(item)
        words[item.language] += item.words
    found: set[str] = set()
    for same_kind in kinds.values():
        main = [item for item in same_kind if item.language == words.most_common(1)[0][0]]
        if len(same_kind) < ITEMS_MIN or not main:
            continue
        main.sort(key=lambda item: (item.published or date.min, item.path))
        found.update(item.id for item in main[-max(1, round(len(same_kind) * HELD_OUT_SHARE)) :])
    return frozenset(found)
