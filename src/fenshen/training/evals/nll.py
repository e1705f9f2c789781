"""Measure 1: bits per byte of the creator's held-out answers, given what led to them. Lower is better.

    held-out example (+ sources before its question) → nats of the answer, teacher-forced → bits / bytes

Comparable across tokenizers and bases, because what is divided by is UTF-8 bytes. The scorer is
passed in (`teacher_forcing.TeacherForcing`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from fenshen.core.ids import digest_text
from fenshen.library.prompt import Source, ask
from fenshen.models.text import Message
from fenshen.training.evals.conditions import Condition
from fenshen.training.evals.intervals import Interval, ratio_difference, ratio_interval
from fenshen.training.examples import Example

#: Messages kept before an answer, the question included: enough context, and a bounded cost.
MESSAGES_MAX = 3
#: Answers read side by side behind one persona prefix, which halves the tokens read.
TOGETHER = 5


@dataclass(frozen=True)
class AnswerInContext:
    """An answer to be read after what led to it."""

    system: str
    messages: tuple[Message, ...]
    answer: str


class AnswerScorer(Protocol):
    """A base with one adapter that computes the teacher-forced negative log-likelihood of answers."""

    def nats(self, forced: Sequence[AnswerInContext], *, adapted: bool) -> list[float]:
        """Nats of each answer, all under the same system prompt, with or without the adapter."""
        ...

    def tokens(self, text: str) -> int:
        """How many tokens of the base `text` has."""
        ...


@dataclass(frozen=True)
class HeldOut:
    """One held-out answer ready to be judged: the same at every condition but for the sources."""

    system: str
    messages: tuple[Message, ...]
    answer: str
    language: str
    sources: tuple[Source, ...] = ()
    item_id: str = ""

    @property
    def key(self) -> str:
        """Names the answer and what led to it, whatever version it is put to."""
        context = "".join(message["content"] for message in self.messages)
        return digest_text(context, self.answer)[:16]

    @property
    def bytes(self) -> int:
        """Length of the answer."""
        return len(self.answer.strip().encode())

    @property
    def question(self) -> str:
        """What was asked last."""
        return self.messages[-1]["content"]

    def at(self, condition: Condition) -> AnswerInContext:
        """What the condition reads."""
        asked = self.messages[-1]
        if condition.has_sources and self.sources:
            asked = ask(self.question, self.sources, self.language)
        return AnswerInContext(self.system, (*self.messages[:-1], asked), self.answer)


def held_out_answers(examples: Sequence[Example], system: Callable[[str], str], limit: int) -> list[HeldOut]:
    """At most `limit` held-out answers, evenly over the held-out items."""
    usable = [e for e in examples if e.answer.strip()]
    step = max(1.0, len(usable) / limit)
    picked = [usable[int(at * step)] for at in range(min(limit, len(usable)))]
    return [
        HeldOut(system(e.language), _recent(e.messages), e.answer, e.language, item_id=e.item_id)
        for e in picked
    ]


def condition_nats(
    held_out: Sequence[HeldOut], condition: Condition, scorer: AnswerScorer, on_done: Callable[[], None]
) -> list[float]:
    """Nats of every answer at `condition`; `on_done` is called after each."""
    found: list[float] = []
    for _, same in groupby(held_out, key=lambda one: one.system):
        group = list(same)
        for start in range(0, len(group), TOGETHER):
            some = group[start : start + TOGETHER]
            found += scorer.nats([one.at(condition) for one in some], adapted=condition.adapted)
            for _ in some:
                on_done()
    return found


def bits_per_byte(nats: Sequence[float], sizes: Sequence[int], seed: int) -> Interval | None:
    """Bits of all answers over their bytes."""
    return ratio_interval([_bits(n) for n in nats], sizes, seed)


def bits_difference(
    better: Sequence[float], than: Sequence[float], sizes: Sequence[int], seed: int
) -> Interval | None:
    """Difference of two levels on the same answers; below zero means that `better` is."""
    return ratio_difference([_bits(n) for n in better], [_bits(n) for n in than], sizes, seed)


def _recent(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The last messages, beginning with a user's."""
    recent = tuple(messages[-MESSAGES_MAX:])
    return recent[1:] if recent[0]["role"] == "assistant" else recent


def _bits(nats: float) -> float:
    return nats / math.log(2)
