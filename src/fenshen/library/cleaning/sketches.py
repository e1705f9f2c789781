"""A sample of an item's shingles small enough to keep beside it, from which overlap with any other is told.

The sample is every hash below a fixed limit, so two samples can be compared however different the items'
lengths are: a clip is found in the talk it was cut from. A short item keeps all of its hashes. Pure; knows
nothing about the database.

Source: FracMinHash, Irber et al., "Lightweight compositional analysis of metagenomes with FracMinHash and
minimum metagenome covers" (2022), after MinHash, Broder (1997).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from fenshen.core.unicode import normalized
from fenshen.library.language import HAN

Hashes = npt.NDArray[np.uint64]

#: Words in a row that make one shingle: three survive a recogniser's errors and are rarely said by chance.
SHINGLE_WORDS = 3

_UNSPACED = rf"{HAN}\u3040-\u30ff"
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
#: The same where nothing is unspaced: half the time.
_SPACED_WORD = re.compile(r"\w+")
_PLACED_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’ʼ][^\W_{_UNSPACED}]+)*")
_HESITATIONS = frozenset(["um", "uh", "uhm", "erm", "er", "hmm", "mm", "mhm", "嗯", "呃", "唔"])
_WORDS_KEPT = 200_000


def plain(text: str) -> str:
    """`text` in one case and one width, without apostrophes."""
    if not text.isascii():
        text = normalized("NFKC", text).replace("’", "").replace("ʼ", "")
    return text.casefold().replace("'", "").replace("_", " ")


def placed_words(text: str) -> tuple[list[tuple[int, int]], Hashes]:
    """The places of the words of `text` in it, and one hash each; hesitations are left out."""
    found = [(match.span(), _IDS[plain(match[0])]) for match in _PLACED_WORD.finditer(text)]
    return [span for span, id_ in found if id_], np.array([id_ for _, id_ in found if id_], np.uint64)


def shingles(text: str) -> Hashes:
    """Hashes of every three words in a row, in order; one for a text of one or two words, none for none."""
    return join_words(word_hashes(_words(plain(text))))


def distinct(hashes: Hashes) -> Hashes:
    """Each hash once, rising."""
    return np.unique(hashes)


def word_hashes(words: Sequence[str]) -> Hashes:
    """One hash per plain word; hesitations are left out."""
    ids = np.fromiter(map(_IDS.__getitem__, words), np.uint64, len(words))
    kept: Hashes = ids[ids != 0]
    return kept


def join_words(ids: Hashes) -> Hashes:
    """The shingles of words with these hashes; an unspaced character is first joined with the next one."""
    unspaced = (ids & np.uint64(1)).astype(bool)
    if unspaced.any():
        pairs = unspaced[:-1] & unspaced[1:]
        last = unspaced & ~np.append(pairs, False) & np.append(False, pairs)
        ids = ids.copy()
        ids[:-1][pairs] = mix(ids[:-1][pairs] + np.uint64(3) * mix(ids[1:][pairs]))
        ids = ids[~last]
    return join_hashes(ids, SHINGLE_WORDS)


def join_hashes(ids: Hashes, count: int) -> Hashes:
    """Hashes of every `count` neighbours; of all of them where there are fewer."""
    if not len(ids):
        return ids
    count = min(count, len(ids))
    length = len(ids) - count + 1
    joined = np.zeros(length, np.uint64)
    for at in range(count):
        joined = mix(joined + ids[at : at + length])
    return joined


def mix(values: Hashes) -> Hashes:
    """Every bit of the result depends on every bit of the value.

    Source: the finaliser of SplitMix64, Steele, Lea and Flood (2014).
    """
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _words(plain_text: str) -> list[str]:
    return cast(list[str], _word_in(plain_text).findall(plain_text))


def _word_in(plain_text: str) -> re.Pattern[str]:
    return _WORD if not plain_text.isascii() and _UNSPACED_CHARACTER.search(plain_text) else _SPACED_WORD


class _Ids(dict[str, int]):
    """word → id: 0 for a hesitation, odd for an unspaced character, even for other words."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        digest = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
        is_unspaced = len(word) == 1 and _UNSPACED_CHARACTER.match(word) is not None
        found = 0 if word in _HESITATIONS else (digest | 2) & ~1 | is_unspaced
        self[word] = found
        return found


_IDS = _Ids()


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
