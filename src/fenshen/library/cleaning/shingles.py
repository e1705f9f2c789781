"""Text as a set of numbers that survive re-formatting: hashes of every few words in a row.

    text → plain words → one id each → hashes of three in a row

Case, punctuation, apostrophes and spoken hesitations do not count. Chinese and Japanese have no spaces: there
a word is a pair of neighbouring characters, so three in a row are four characters. The same text gives the
same hashes on every machine. Pure; knows nothing about items.

Source: Broder, "On the resemblance and containment of documents" (1997).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
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
