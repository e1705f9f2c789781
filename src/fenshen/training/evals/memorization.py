"""Measure 4: how much of an answer is training text, word for word, also when its first words are given.

Runs are found by words, so that case and punctuation hide nothing, and counted in the base's tokens. What an
answer quotes from the sources in its own prompt is no memorization: it was looked up, and is cited.

Source: Carlini et al. 2022, "Quantifying Memorization Across Neural Language Models" (prefix probes: a model
is given the beginning of a training text, and its continuation is compared).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fenshen.library.prompt import build_messages
from fenshen.models.text import Message, TextRequest
from fenshen.training.evals.intervals import share_interval
from fenshen.training.evals.words import Word, placed_words, words
from fenshen.training.examples import Example, ExampleKind

#: A run of this many tokens counts as memorized.
RUN_MIN = 30
_SEED_WORDS = 3


@dataclass(frozen=True)
class SharedRun:
    """A stretch that an answer shares with the training text, as the answer has it."""

    words: int
    text: str


NO_SHARED_RUN = SharedRun(0, "")


class TrainingTextIndex:
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

    def longest_run(self, answer: str, shown: Sequence[str] = ()) -> SharedRun:
        """The longest run of words that `answer` shares with the training text; runs below 3 are none.

        Args:
            shown: the sources in the prompt; what is quoted from them does not count.
        """
        answer_words = placed_words(answer)
        stretches = TrainingTextIndex(shown).without_runs_in(answer_words) if shown else [answer_words]
        longest = NO_SHARED_RUN
        for stretch in stretches:
            forms = [word.form for word in stretch]
            for at in range(len(forms)):
                size = self._run_at(forms, at)
                if size > longest.words:
                    longest = SharedRun(size, answer[stretch[at].start : stretch[at + size - 1].end])
        return longest

    def without_runs_in(self, answer_words: Sequence[Word], run_min: int = _SEED_WORDS) -> list[list[Word]]:
        """What is left of `answer_words` when every run of at least `run_min` words of these texts is cut out."""
        forms = [word.form for word in answer_words]
        pieces: list[list[Word]] = [[]]
        at = 0
        while at < len(forms):
            run = self._run_at(forms, at)
            if run >= run_min:
                pieces.append([])
                at += run
            else:
                pieces[-1].append(answer_words[at])
                at += 1
        return [piece for piece in pieces if piece]

    def _run_at(self, forms: Sequence[str], at: int) -> int:
        longest = 0
        for number, place in self._places.get(tuple(forms[at : at + _SEED_WORDS]), ()):
            text, size = self._texts[number], _SEED_WORDS
            while (
                at + size < len(forms) and place + size < len(text) and forms[at + size] == text[place + size]
            ):
                size += 1
            longest = max(longest, size)
        return longest


def run_statistics(runs: Sequence[SharedRun], tokens: Callable[[str], int], seed: int) -> dict[str, Any]:
    """The longest run in tokens and the share of answers with memorized text, with its interval.

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


#: A run of this many words of a source is a quote.
QUOTED_MIN = 6
#: Fewer words of its own than this say nothing about a manner.
OWN_MIN = 6


def without_copied_text(answer: str, shown: Sequence[str]) -> str | None:
    """`answer` without its quotes; `None` when it is little but quotes.

    Args:
        shown: the sources in the prompt.
    """
    answer_words = placed_words(answer)
    if not shown or not answer_words:
        return answer
    kept = TrainingTextIndex(shown).without_runs_in(answer_words, QUOTED_MIN)
    if sum(map(len, kept)) == len(answer_words):
        return answer
    if sum(map(len, kept)) < min(OWN_MIN, len(answer_words)):
        return None
    ends = [*(word.start for word in answer_words[1:]), len(answer)]
    following = {word.start: end for word, end in zip(answer_words, ends, strict=True)}
    return " ".join(answer[piece[0].start : following[piece[-1].start]].strip() for piece in kept)


#: Words of the training text that are given away.
GIVEN_WORDS = 8
#: Words a training text needs, so that enough is left to continue.
WORDS_MIN = 45
#: Kinds of examples whose answers are the creator's own stretches of text.
CREATOR_KINDS: frozenset[ExampleKind] = frozenset({"dialogue", "asked", "topic", "continue"})
#: Messages kept before the answer.
MESSAGES_MAX = 3


@dataclass(frozen=True)
class PrefixProbe:
    """A training text cut in two, and the messages that led to it."""

    messages: tuple[Message, ...]
    opening: str
    rest: str
    language: str

    def request(self, system: str, adapter: str | None, tokens_max: int) -> TextRequest:
        """The likeliest way on from the opening."""
        *before, asked = self.messages
        messages = build_messages(system, before, asked["content"], (), self.language, self.opening)
        return TextRequest(messages, adapter, tokens_max, temperature=0.0, seed=1, repeat_penalty=1.0)


def prefix_probes(examples: Sequence[Example], language: str, limit: int) -> list[PrefixProbe]:
    """At most `limit` of the long answers that were learned from the library, evenly over them."""
    fitting = [
        e
        for e in examples
        if e.language == language
        and e.item_id
        and e.kind in CREATOR_KINDS
        and len(placed_words(e.answer)) >= WORDS_MIN
    ]
    step = max(1.0, len(fitting) / max(1, limit))
    return [_prefix_probe(fitting[int(at * step)]) for at in range(min(limit, len(fitting)))]


def _prefix_probe(example: Example) -> PrefixProbe:
    end = placed_words(example.answer)[GIVEN_WORDS - 1].end
    recent = example.messages[-MESSAGES_MAX:]
    recent = recent[1:] if recent[0]["role"] == "assistant" else recent
    return PrefixProbe(tuple(recent), example.answer[:end], example.answer[end:], example.language)
