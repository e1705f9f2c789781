"""Words in order with few words between them: what rules from a creator's own examples look for.

    "gift* card*", gap 3   "gift" and "card" in their usual endings, at most three other words between them
    "single|married"       any of these words

Examples come from outside, so no regular expression is made of them: with gaps inside gaps one example can
make a search take for ever. Every place of a word is one bit of a number instead, a gap is a few shifts of
it, and the time is at most (words of the text + its length / 64 x words of the phrase), whatever they are.
Knows nothing about topics.

Source: Baeza-Yates and Gonnet, "A new approach to text searching", CACM 35(10), 1992 (shift-and).
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass

from fenshen.trust.normalise import Forms

#: How many letters an ending may have, and how many letters a word between two others counts for in a
#: text without gaps.
ENDING_MAX = 4
WORD_LETTERS = 5
_STEM_MIN = 3


@dataclass(frozen=True)
class Phrase:
    """Parts in order.

    Attributes:
        parts: `word`, `root*` for a root of at least three letters with its endings, `one|other*` for either.
        gap: how many other words (in Chinese: characters) may stand between two parts.
        unless: words that must not come right after.
    """

    parts: tuple[str, ...]
    gap: int = 0
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phrases:
    """Phrases of one kind; English ones are found by words, Chinese ones by characters."""

    english: tuple[Phrase, ...] = ()
    chinese: tuple[Phrase, ...] = ()

    def match(self, forms: Forms) -> bool:
        """Whether any reading of the text holds one of the phrases."""
        if any(self._stands_in(reading) for reading in (forms.plain, *forms.loose)):
            return True
        return bool(forms.squashed) and any(
            _letters(forms.squashed).hold(phrase, phrase.gap * WORD_LETTERS) for phrase in self.english
        )

    def _stands_in(self, text: str) -> bool:
        if any(_words(text).hold(phrase) for phrase in self.english):
            return True
        return not text.isascii() and any(_letters(text).hold(phrase, phrase.gap) for phrase in self.chinese)


class _Words:
    """The words of a text; bit i of a number stands for word i."""

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        self._by_start: dict[str, list[str]] = defaultdict(list)
        places: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(text.split(" ")):
            places[word].append(index)
        for word, indices in places.items():
            self._at[word] = _number(indices)
            self._by_start[word[:_STEM_MIN]].append(word)

    def hold(self, phrase: Phrase) -> bool:
        ends, reached = 0, -1
        for part in phrase.parts:
            ends = self._of(part) & reached
            if not ends:
                return False
            reached, step = 0, ends
            for _ in range(phrase.gap + 1):
                step <<= 1
                reached |= step
        for words in phrase.unless:
            follows = -1
            for offset, word in enumerate(words.split(" "), 1):
                follows &= self._at.get(word, 0) >> offset
            ends &= ~follows
        return ends != 0

    def _of(self, part: str) -> int:
        found = 0
        for word in part.split("|"):
            found |= self._starting(word[:-1]) if word.endswith("*") else self._at.get(word, 0)
        return found

    def _starting(self, root: str) -> int:
        found = 0
        for word in self._by_start.get(root[:_STEM_MIN], ()):
            if word.startswith(root) and len(word) <= len(root) + ENDING_MAX:
                found |= self._at[word]
        return found


class _Letters:
    """The characters of a text; bit i of a number stands for the place before character i."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._solid = _number([i for i, c in enumerate(text) if c.isalnum() or c == "_"])
        self._at: dict[str, int] = {}

    def hold(self, phrase: Phrase, gap: int) -> bool:
        ends, reached = 0, -1
        for part in phrase.parts:
            ends = 0
            for word in part.split("|"):
                root, ending = (word[:-1], ENDING_MAX) if word.endswith("*") else (word, 0)
                ends |= self._spread((self._of(root) & reached) << len(root), ending)
            if not ends:
                return False
            reached = self._spread(ends, gap)
        for words in phrase.unless:
            ends &= ~self._of(words.replace(" ", ""))
        return ends != 0

    def _spread(self, places: int, steps: int) -> int:
        for _ in range(steps):
            places |= (places & self._solid) << 1
        return places

    def _of(self, word: str) -> int:
        if word not in self._at:
            indices, index = [], self._text.find(word)
            while index >= 0:
                indices.append(index)
                index = self._text.find(word, index + 1)
            self._at[word] = _number(indices)
        return self._at[word]


def _number(bits: list[int]) -> int:
    """The number in which exactly these bits, in rising order, are set."""
    held = bytearray((bits[-1] >> 3) + 1) if bits else bytearray()
    for bit in bits:
        held[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(held, "little")


@functools.lru_cache(maxsize=16)
def _words(text: str) -> _Words:
    return _Words(text)


@functools.lru_cache(maxsize=16)
def _letters(text: str) -> _Letters:
    return _Letters(text)
