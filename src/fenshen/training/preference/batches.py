"""Preferences as rows: answers to be compared side by side behind their shared persona prefix.

A pair is two conversations of one row, chosen first. Thumbs share a row with each other, and have a second
one in which every answer follows the next one's question: what the base would give such an answer
anyway. Which preferences share a row never changes, so that what the reference says can be kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fenshen.models.text import Message
from fenshen.training.batches import Row
from fenshen.training.preference.dataset import Pair, RatedAnswer
from fenshen.training.preference.hyperparameters import PreferenceRecipe
from fenshen.training.template import ChatTemplate, Tokens

T = TypeVar("T", Pair, RatedAnswer)


@dataclass(frozen=True)
class AnswerRow:
    """A row of conversations of which only the last answers count; `sizes` are their lengths in tokens."""

    row: Row
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """What is compared in one step.

    Attributes:
        number: its place among all batches; the reference is kept under it.
        answer_row: the answers: `chosen, rejected, chosen, …` of pairs, or one per thumb.
        is_good: of thumbs; empty for pairs.
        mismatched: answers after other questions; `None` for pairs and for a single thumb.
    """

    number: int
    answer_row: AnswerRow
    is_good: tuple[bool, ...] = ()
    mismatched: AnswerRow | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """Every token that is read with gradients."""
        return self.answer_row.row.ids

    @property
    def answers(self) -> tuple[int, ...]:
        """Every token that is learned from."""
        return self.answer_row.row.answers

    @property
    def weight(self) -> float:
        """Every preference counts the same: a pair twice as much as a thumb."""
        return float(len(self.answer_row.sizes))

    @property
    def rows(self) -> tuple[AnswerRow, ...]:
        """Everything the reference must be asked about."""
        return (self.answer_row,) if self.mismatched is None else (self.answer_row, self.mismatched)


class Rows:
    """Lays preferences into rows as one base reads them.

    Args:
        system: the system prompt of a language.
    """

    def __init__(
        self, template: ChatTemplate, system: Callable[[str], str], choices: PreferenceRecipe
    ) -> None:
        self._template, self._system, self._choices = template, system, choices

    def batches(
        self, pairs: Sequence[Pair], ratings: Sequence[RatedAnswer], seed: int, first: int = 0
    ) -> list[Batch]:
        """Every preference in one batch, numbered from `first`, in an order that depends only on `seed`."""
        laid = [
            *(
                (self._of_pairs(some), (), None)
                for some in _groups(pairs, self._choices.pairs_per_step, seed)
            ),
            *(
                (self._of_singles(some), tuple(one.is_good for one in some), self._mismatched(some))
                for some in _groups(ratings, self._choices.thumbs_per_step, seed)
            ),
        ]
        return [Batch(number, *parts) for number, parts in enumerate(laid, first)]

    def _of_pairs(self, pairs: Sequence[Pair]) -> AnswerRow:
        return self._row(
            pairs[0].language,
            ((pair.messages, answer) for pair in pairs for answer in (pair.chosen, pair.rejected)),
        )

    def _of_singles(self, ratings: Sequence[RatedAnswer]) -> AnswerRow:
        return self._row(ratings[0].language, ((one.messages, one.answer) for one in ratings))

    def _mismatched(self, ratings: Sequence[RatedAnswer]) -> AnswerRow | None:
        if len(ratings) < 2:
            return None
        after = [*ratings[1:], ratings[0]]
        pairs = ((asked.messages, other.answer) for asked, other in zip(ratings, after, strict=True))
        return self._row(ratings[0].language, pairs)

    def _row(self, language: str, answers: Iterable[tuple[Sequence[Message], str]]) -> AnswerRow:
        system = self._system(language)
        prefix = self._template.prefix(system)
        ids, places, lengths, sizes = list(prefix), list[int](), [len(prefix)], list[int]()
        for messages, answer in answers:
            tokens = _fitted(
                self._template.conversation(system, messages, answer), self._choices.conversation_tokens
            )
            start, end = tokens.answers[-1]
            places += range(len(ids) + start, len(ids) + end)
            ids += tokens.ids
            lengths.append(len(tokens.ids))
            sizes.append(end - start)
        return AnswerRow(Row(tuple(ids), tuple(lengths), tuple(places)), tuple(sizes))


def shuffle_batches(batches: Sequence[Batch], seed: int) -> list[Batch]:
    """The batches in another order that depends only on `seed`."""
    order = list(batches)
    random.Random(seed).shuffle(order)
    return order


def _groups(found: Sequence[T], size: int, seed: int) -> Iterator[list[T]]:
    """Groups of one language, of nearly equal size and at most `size`."""
    for language in sorted({one.language for one in found}):
        same = [one for one in found if one.language == language]
        random.Random(seed).shuffle(same)
        count = -(-len(same) // size)
        for number in range(count):
            yield same[number::count]


def _fitted(tokens: Tokens, most: int) -> Tokens:
    """The last answer and as much before it as fits; a longer answer loses its end."""
    start, end = tokens.answers[-1]
    end = min(end, start + most)
    cut = min(start, max(0, end - most))
    return Tokens(tokens.ids[cut:end], ((start - cut, end - cut),))
