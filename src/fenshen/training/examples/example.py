"""One training example, what names it across retrainings, and chains of examples that continue each other.

Examples that continue each other repeat the same messages in front, so `batches` can lay a whole chain into
one row and train on each answer once. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from fenshen.core.ids import digest_text
from fenshen.library.language import count_han
from fenshen.library.passages import Passage
from fenshen.library.privacy.readable import readable, readable_spans
from fenshen.models.text import Message
from fenshen.training.changing_facts import Span, changing_spans

ExampleKind = Literal[
    "dialogue", "asked", "topic", "continue", "sources", "long", "identity", "limits", "unknown"
]
KINDS: tuple[ExampleKind, ...] = get_args(ExampleKind)
#: Kinds without the creator's words: they alone make no twin.
ABOUT_THE_TWIN: frozenset[str] = frozenset({"identity", "limits", "unknown"})
_MONOLOGUE: frozenset[str] = frozenset({"asked", "topic", "continue"})
_RETRIEVAL: frozenset[str] = frozenset({"sources", "long"})

#: What a Chinese character costs in tokens, in Latin characters.
CHARS_PER_HAN = 3


@dataclass(frozen=True)
class Example:
    """One answer of the creator and what led to it.

    Attributes:
        messages: the conversation before the answer, without the system message, oldest first.
        answer: the creator's own words (or, for kinds about the twin, the twin's).
        item_id, passage_id, start_s: the source of the answer; empty for kinds about the twin.
        language: picks the system prompt.
        unlearned: `(start, end)` of characters of the answer that are read and not learned.
    """

    messages: tuple[Message, ...]
    answer: str
    item_id: str
    passage_id: str
    start_s: float | None
    kind: ExampleKind
    language: str
    unlearned: tuple[Span, ...] = ()

    @property
    def question(self) -> str:
        """What was asked last."""
        return self.messages[-1]["content"]

    @property
    def digest(self) -> str:
        """Names what is learned, so that a rejection outlives retraining."""
        return learned_digest(self.kind, self.question, self.answer)

    @property
    def teaches(self) -> bool:
        """Whether anything of the answer is learned."""
        return sum(end - start for start, end in self.unlearned) < len(self.answer.strip())


def learned_digest(kind: str, question: str, answer: str) -> str:
    """Digest of what an example teaches.

    A monologue is the same thing to learn whatever it was asked with, and so are the sentences taken from
    notes: their prompts change with the teacher and with the rest of the library. Elsewhere the question
    counts, because many have the same answer.
    """
    if kind in _MONOLOGUE:
        return digest_text("told", answer)
    return digest_text(kind, answer) if kind in _RETRIEVAL else digest_text(kind, question, answer)


def example_of(
    messages: Sequence[Message], passage: Passage, kind: ExampleKind, answer: str | None = None
) -> Example:
    """An example whose answer is in `passage`; facts that may have changed since are not learned."""
    text = passage.text if answer is None else answer
    return Example(
        messages=tuple(messages),
        answer=text,
        item_id=passage.item_id,
        passage_id=passage.id,
        start_s=passage.start_s,
        kind=kind,
        language=passage.language,
        unlearned=changing_spans(text),
    )


def readable_example(example: Example) -> Example:
    """The example as it is learned: placeholders of personal data are made readable, and stay unlearned."""
    return replace(
        example,
        messages=tuple(Message(role=m["role"], content=readable(m["content"])) for m in example.messages),
        answer=readable(example.answer),
        unlearned=readable_spans(example.answer, example.unlearned),
    )


def reading_chars(messages: Iterable[Message]) -> int:
    """Length in Latin characters; a Chinese character counts as many as its tokens."""
    return sum(text_chars(message["content"]) for message in messages)


def text_chars(text: str) -> int:
    """Length of `text` in Latin characters."""
    return len(text) + (CHARS_PER_HAN - 1) * count_han(text)


def chains(examples: Iterable[Example]) -> list[list[Example]]:
    """Examples grouped so that each continues the one before it in its group.

    Laid into one row, a group trains every answer exactly as the single examples would.
    """
    joined: list[list[Example]] = []
    for example in examples:
        if joined and continues(joined[-1][-1], example):
            joined[-1].append(example)
        else:
            joined.append([example])
    return joined


def continues(before: Example, after: Example) -> bool:
    """Whether `after`'s messages are `before` with its answer, and a further question."""
    expected = (*before.messages, Message(role="assistant", content=before.answer))
    return before.language == after.language and after.messages[:-1] == expected
