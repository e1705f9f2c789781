"""Attempts to make an adapter recite: a question it was trained on, and the first words of its answer.

Nobody asks so kindly; an adapter that does not recite here does not recite when fans talk to it. Decoded
at its likeliest, without a penalty for repeating. Pure. Knows nothing about what is done with the answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fenshen.library.prompt import build_messages
from fenshen.models.text import Message, TextRequest
from fenshen.training.evals.words import placed_words
from fenshen.training.examples import Example, ExampleKind

#: Words of the training text that are given away.
GIVEN_WORDS = 8
#: Words a training text needs, so that enough is left to go on with.
WORDS_MIN = 45
#: Kinds of examples whose answers are the creator's own stretches of text.
SAID: frozenset[ExampleKind] = frozenset({"dialogue", "asked", "topic", "continue"})
#: Messages kept before the answer.
MESSAGES_MAX = 3


@dataclass(frozen=True)
class Provocation:
    """What led to a training text, how it began, and how it went on."""

    messages: tuple[Message, ...]
    opening: str
    rest: str
    language: str

    def request(self, system: str, adapter: str | None, tokens_max: int) -> TextRequest:
        """The likeliest way on from the opening."""
        *before, asked = self.messages
        messages = build_messages(system, before, asked["content"], (), self.language, self.opening)
        return TextRequest(messages, adapter, tokens_max, temperature=0.0, seed=1, repeat_penalty=1.0)


def provocations(examples: Sequence[Example], language: str, limit: int) -> list[Provocation]:
    """At most `limit` of the long answers that were learned from the library, evenly over them."""
    fitting = [
        e
        for e in examples
        if e.language == language
        and e.item_id
        and e.kind in SAID
        and len(placed_words(e.answer)) >= WORDS_MIN
    ]
    step = max(1.0, len(fitting) / max(1, limit))
    return [_provocation(fitting[int(at * step)]) for at in range(min(limit, len(fitting)))]


def _provocation(example: Example) -> Provocation:
    end = placed_words(example.answer)[GIVEN_WORDS - 1].end
    recent = example.messages[-MESSAGES_MAX:]
    recent = recent[1:] if recent[0]["role"] == "assistant" else recent
    return Provocation(tuple(recent), example.answer[:end], example.answer[end:], example.language)
