"""Training rows: chains of examples packed behind one shared persona prefix, without padding.

A chain (a conversation, or a monologue, passage by passage) is laid out once and every answer in it is
learned; several chains share a row. Both are exact: nothing is seen that would not be seen alone.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from fenshen.training.examples import Example, chains
from fenshen.training.template import ChatTemplate, Tokens


@dataclass(frozen=True)
class Row:
    """What one step reads.

    Attributes:
        ids: prefix and conversations, one after the other.
        lengths: tokens of the prefix, then of each conversation.
        answers: index of every token to be predicted.
    """

    ids: tuple[int, ...]
    lengths: tuple[int, ...]
    answers: tuple[int, ...]

    @property
    def weight(self) -> float:
        """Every answer token counts the same, whatever row it is in."""
        return float(len(self.answers))


@dataclass(frozen=True)
class TokenCount:
    """How many tokens there are: all that are read in one pass, and those that are learned."""

    read: int
    learned: int


def tokenise(
    examples: Iterable[Example], template: ChatTemplate, system: Callable[[str], str], tokens_max: int
) -> list[tuple[str, Tokens]]:
    """Chains as `(language, tokens)`, cut to `tokens_max`; those that are left teaching nothing are dropped.

    Of a chain the answers of its own examples are learned; others before them are only read.
    """
    found = []
    for chain in chains(examples):
        last = chain[-1]
        written = template.conversations(system(last.language), last.messages, last.answer)
        cut = [_cut(tokens, tokens_max) for tokens in _of_chain(template, written, chain)]
        found += [(last.language, tokens) for tokens in cut if tokens.learned]
    return found


def _of_chain(
    template: ChatTemplate, conversations: Sequence[Tokens], chain: Sequence[Example]
) -> list[Tokens]:
    """What is learned of a chain, written in one go or answer by answer: its own examples, without what changes."""
    answers = [(example.answer, example.unlearned) for example in chain]
    if len(conversations) == 1:
        own = replace(conversations[0], answers=conversations[0].answers[-len(chain) :])
        return [template.leave_out(own, answers[-len(own.answers) :])]
    last = conversations[-len(chain) :]
    return [template.leave_out(one, [answer]) for one, answer in zip(last, answers, strict=True)]


def pack(
    conversations: Sequence[tuple[str, Tokens]],
    prefixes: dict[str, list[int]],
    row_tokens: int,
    seed: int,
) -> list[Row]:
    """Rows of at most about `row_tokens` in an order that depends only on `seed`.

    A row holds one language. Each conversation goes to the fullest open row it still fits in.
    """
    order = list(range(len(conversations)))
    shuffle = random.Random(seed)
    shuffle.shuffle(order)
    rows: dict[str, list[list[Tokens]]] = defaultdict(list)
    for index in order:
        language, tokens = conversations[index]
        room = row_tokens - len(prefixes[language])
        fitting = [row for row in rows[language] if _size(row) + len(tokens.ids) <= room]
        if fitting:
            max(fitting, key=_size).append(tokens)
        else:
            rows[language].append([tokens])
    packed = [_row(prefixes[language], row) for language, many in rows.items() for row in many]
    shuffle.shuffle(packed)
    return packed


def count_tokens(rows: Iterable[Row]) -> TokenCount:
    """Tokens of one pass over `rows`."""
    rows = list(rows)
    return TokenCount(sum(len(row.ids) for row in rows), sum(len(row.answers) for row in rows))


def single_row(prefix: Sequence[int], tokens: Tokens) -> Row:
    """A row with one conversation of which only the last answer counts: for judging."""
    return _row(list(prefix), [Tokens(tokens.ids, tokens.answers[-1:])])


def _row(prefix: list[int], conversations: Sequence[Tokens]) -> Row:
    ids, answers, lengths = list(prefix), list[int](), [len(prefix)]
    for tokens in conversations:
        answers += [len(ids) + at for at in tokens.learned]
        ids += tokens.ids
        lengths.append(len(tokens.ids))
    return Row(tuple(ids), tuple(lengths), tuple(answers))


def _size(row: Sequence[Tokens]) -> int:
    return sum(len(tokens.ids) for tokens in row)


def _cut(tokens: Tokens, tokens_max: int) -> Tokens:
    answers = [(start, min(end, tokens_max)) for start, end in tokens.answers if start < tokens_max]
    if not answers:
        return Tokens((), ())
    return Tokens(tokens.ids[: answers[-1][1]], tuple(answers), tokens.unlearned)
