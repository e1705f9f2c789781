"""A sample of an item's shingles small enough to keep beside it, from which overlap with any other is told.

The sample is every hash below a fixed limit, so two samples can be compared however different the items'
lengths are: a clip is found in the talk it was cut from. A short item keeps all of its hashes. Pure; knows
nothing about the database.

Source: FracMinHash, Irber et al., "Lightweight compositional analysis of metagenomes with FracMinHash and
minimum metagenome covers" (2022), after MinHash, Broder (1997).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fenshen.library.cleaning.shingles import Hashes, distinct

#: Long items keep one hash in eight: 4 kB for a talk of 8,000 words.
SAMPLED_ONE_IN = 8
#: Items with at most this many shingles keep them all.
KEPT_WHOLE = 600
#: Fewer common hashes are chance.
MATCHES_MIN = 3
#: Of a text that was posted a thousand times every copy needs to know only a few others.
LIKE_MAX = 20

Sample = npt.NDArray[np.uint32]
_LIMIT = np.uint32((1 << 32) // SAMPLED_ONE_IN)


def sketch(hashes: Hashes) -> bytes:
    """The sample of a text's shingles, 4 bytes each, rising."""
    kept: Sample = (distinct(hashes) >> np.uint64(32)).astype(np.uint32)
    if len(kept) > KEPT_WHOLE:
        kept = kept[kept < _LIMIT]
    return kept.astype("<u4").tobytes()


def sample(stored: bytes) -> Sample:
    """A stored sketch as numbers, rising."""
    return np.frombuffer(stored, "<u4")


@dataclass(frozen=True)
class Resemblance:
    """Two items that may say the same: estimated shares of the one that is in the other."""

    first: str
    second: str
    share: float


class Sketches:
    """A block of items to compare others with.

    Memory is that of the block, whatever the size of the library it is compared with.

    Args:
        block: item id → its sample.
        common: hashes that do not count, rising: what many items begin or end with.
    """

    def __init__(self, block: dict[str, Sample], common: Sample) -> None:
        self._common = common
        self._ids = list(block)
        kept = [self._telling(numbers) for numbers in block.values()]
        owners = np.repeat(np.arange(len(kept), dtype=np.int32), [len(numbers) for numbers in kept])
        hashes = np.concatenate(kept) if kept else np.zeros(0, np.uint32)
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._owners = hashes[order], owners[order]
        self._sizes = np.array([_sizes(numbers) for numbers in kept], np.int64).reshape(-1, 2)

    def like(self, item_id: str, numbers: Sample, share_min: float) -> list[Resemblance]:
        """The items of the block that share the most with the item, most first, at most `LIKE_MAX`.

        A share is of whichever of the two is shorter: a clip resembles its talk as much as the other way
        round.
        """
        numbers = self._telling(numbers)
        owners, hashes = self._matches(numbers)
        whole = np.bincount(owners, minlength=len(self._ids))
        coarse = np.bincount(owners[hashes < _LIMIT], minlength=len(self._ids))
        mine, theirs = _sizes(numbers), self._sizes
        both_whole = (mine[0] > mine[1]) & (theirs[:, 0] > theirs[:, 1])
        matches = np.where(both_whole, whole, coarse)
        shorter = np.minimum(theirs, mine)[np.arange(len(theirs)), np.where(both_whole, 0, 1)]
        likely = np.flatnonzero((matches >= MATCHES_MIN) & (matches >= share_min * shorter))
        found = [
            Resemblance(item_id, self._ids[at], float(matches[at] / shorter[at]))
            for at in likely
            if self._ids[at] != item_id
        ]
        return sorted(found, key=lambda one: -one.share)[:LIKE_MAX]

    def _telling(self, numbers: Sample) -> Sample:
        """Without what is common, unless nearly nothing else would be left."""
        rest = numbers[~np.isin(numbers, self._common)]
        return rest if len(rest) > 0.3 * len(numbers) else numbers

    def _matches(self, numbers: Sample) -> tuple[npt.NDArray[np.int32], Sample]:
        left = np.searchsorted(self._hashes, numbers, "left")
        counts = np.searchsorted(self._hashes, numbers, "right") - left
        starts = np.repeat(left - np.append(0, np.cumsum(counts)[:-1]), counts)
        return self._owners[starts + np.arange(len(starts))], np.repeat(numbers, counts)


def _sizes(numbers: Sample) -> tuple[int, int]:
    return len(numbers), int(np.count_nonzero(numbers < _LIMIT))
