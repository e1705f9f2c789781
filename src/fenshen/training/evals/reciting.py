"""Measure 4: how much of an answer is training text, word for word.

What an answer quotes from the sources in its own prompt is not reciting: it was looked up, and is cited.
Pure. Knows nothing about engines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from fenshen.training.evals.words import words

#: A run of this many words counts as recited.
RUN_MIN = 30
_SEED_WORDS = 3


class LearnedText:
    """The training text, ready to find shared runs of words in.

    Args:
        texts: what was learned from, one per passage; runs do not cross them.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [words(text) for text in texts]
        self._places: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            for at in range(len(text) - _SEED_WORDS + 1):
                self._places[tuple(text[at : at + _SEED_WORDS])].append((number, at))

    def longest_run(self, answer: str, shown: Sequence[str] = ()) -> int:
        """Words of the longest run that `answer` shares with the training text; runs below 3 are 0.

        Args:
            shown: sources that stood in the prompt; what is quoted from them does not count.
        """
        stretches = LearnedText(shown).unshared(words(answer)) if shown else [words(answer)]
        return max((self._run_at(told, at) for told in stretches for at in range(len(told))), default=0)

    def unshared(self, said: Sequence[str]) -> list[list[str]]:
        """What is left of `said` when every run of it that stands here is cut out."""
        pieces: list[list[str]] = [[]]
        at = 0
        while at < len(said):
            run = self._run_at(said, at)
            if run:
                pieces.append([])
                at += run
            else:
                pieces[-1].append(said[at])
                at += 1
        return [piece for piece in pieces if piece]

    def _run_at(self, said: Sequence[str], at: int) -> int:
        longest = 0
        for number, place in self._places.get(tuple(said[at : at + _SEED_WORDS]), ()):
            text, size = self._texts[number], _SEED_WORDS
            while (
                at + size < len(said) and place + size < len(text) and said[at + size] == text[place + size]
            ):
                size += 1
            longest = max(longest, size)
        return longest
