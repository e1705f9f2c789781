"""Measure 4: how much of an answer is training text, word for word.

Runs are found by words, so that case and punctuation hide nothing, and counted in the base's tokens.
What an answer quotes from the sources in its own prompt is not reciting: it was looked up, and is cited.
Pure. Knows nothing about engines.

Source: Carlini et al. 2022, "Quantifying Memorization Across Neural Language Models" (a model is given
the beginning of a training text, and what it goes on with is compared).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fenshen.training.evals.intervals import share_interval
from fenshen.training.evals.words import Word, placed_words, words

#: A run of this many tokens counts as recited.
RUN_MIN = 30
_SEED_WORDS = 3


@dataclass(frozen=True)
class Run:
    """A stretch that an answer shares with the training text, as the answer has it."""

    words: int
    text: str


NO_RUN = Run(0, "")


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

    def longest_run(self, answer: str, shown: Sequence[str] = ()) -> Run:
        """The longest run of words that `answer` shares with the training text; runs below 3 are none.

        Args:
            shown: sources that stood in the prompt; what is quoted from them does not count.
        """
        told = placed_words(answer)
        stretches = LearnedText(shown).unshared(told) if shown else [told]
        longest = NO_RUN
        for stretch in stretches:
            said = [word.said for word in stretch]
            for at in range(len(said)):
                size = self._run_at(said, at)
                if size > longest.words:
                    longest = Run(size, answer[stretch[at].start : stretch[at + size - 1].end])
        return longest

    def unshared(self, told: Sequence[Word], run_min: int = _SEED_WORDS) -> list[list[Word]]:
        """What is left of `told` when every run of at least `run_min` words that stands here is cut out."""
        said = [word.said for word in told]
        pieces: list[list[Word]] = [[]]
        at = 0
        while at < len(said):
            run = self._run_at(said, at)
            if run >= run_min:
                pieces.append([])
                at += run
            else:
                pieces[-1].append(told[at])
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


def summarise(runs: Sequence[Run], tokens: Callable[[str], int], seed: int) -> dict[str, Any]:
    """The longest run in tokens and the share of answers that recite, with its interval.

    Args:
        runs: the longest of each answer.
        tokens: how many tokens of the base a text has.
    """
    sizes = [tokens(run.text) if run.words else 0 for run in runs]
    share = share_interval([size >= RUN_MIN for size in sizes], seed)
    return {
        "longest": max(sizes, default=0),
        "longest_words": max((run.words for run in runs), default=0),
        "share": 0.0 if share is None else round(share.value, 4),
        "interval": None if share is None else share.as_json(),
        "n": len(sizes),
    }
