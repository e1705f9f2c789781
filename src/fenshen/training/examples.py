"""A library as training examples: what was asked, and what the creator said. Pure.

    dialogue   a chat or Q&A turn, after the turns before it (everyone else is the user)
    topic      the beginning of a monologue, asked for by its title
    continue   the next passage of a monologue
    sources    a question with the passages a search would find, answered from them
    identity   what the twin says about itself, and that it does not know

Examples that continue each other repeat the same messages in front, so `batches` can lay a whole chain
into one row and train on each answer once. Knows nothing about tokens, models or files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona
from fenshen.library.prompt import Source
from fenshen.library.prompt import ask as ask_with
from fenshen.models.text import Message
from fenshen.training import wording
from fenshen.training.grounding import Grounded, grounded_questions
from fenshen.training.split import Split

ExampleKind = Literal["dialogue", "topic", "continue", "sources", "identity"]

#: Earlier turns kept before an answer, and the reading length a chain of turns may reach.
TURNS_MAX = 12
CHAIN_CHARS_MAX = 1800
_CHARS_PER_HAN = 3


@dataclass(frozen=True)
class Example:
    """One answer of the creator and what led to it.

    Attributes:
        messages: the conversation before the answer, without the system message, oldest first.
        answer: the creator's own words (or, for `identity`, the twin's about itself).
        item_id, passage_id, start_s: where it was said; empty for `identity`.
        language: picks the system prompt.
    """

    messages: tuple[Message, ...]
    answer: str
    item_id: str
    passage_id: str
    start_s: float | None
    kind: ExampleKind
    language: str


def build_examples(
    items: Sequence[Item],
    passages: Sequence[Passage],
    split: Split,
    persona: Persona,
    languages: Sequence[str] | None = None,
) -> list[Example]:
    """Every training example, in the order of the library.

    Args:
        passages: all passages that may be used, in order within their items.
        languages: languages the base can write; `None` takes all.
    """
    usable = [p for p in passages if p.id not in split.dropped]
    train = frozenset(split.train)
    spoken = _spoken(items, usable, train, languages)
    titles = {item.id: item.title for item in items}
    own = [p for _, group in spoken for p in group if p.is_creator]
    return [
        *(example for item, group in spoken for example in item_examples(item, group)),
        *(_grounded_example(found) for found in grounded_questions(own, titles)),
        *(e for code in sorted({p.language for p in own}) for e in identity_examples(persona, code)),
    ]


def held_out_examples(
    items: Sequence[Item], passages: Sequence[Passage], split: Split, languages: Sequence[str] | None = None
) -> list[Example]:
    """The creator's held-out answers with what led to them: for judging only."""
    spoken = _spoken(items, passages, frozenset(split.held_out), languages)
    return [example for item, group in spoken for example in item_examples(item, group)]


def item_examples(item: Item, passages: Sequence[Passage]) -> list[Example]:
    """The examples of one item: dialogue where others speak too, else a monologue."""
    if any(not p.is_creator for p in passages):
        return list(_dialogue(passages))
    return list(_monologue(item, passages))


def identity_examples(persona: Persona, language: str) -> list[Example]:
    """What a twin says of itself and of what it does not know; empty for a language without wording."""
    name = persona.name_zh if language == "zh" and persona.name_zh else persona.name
    pairs = (*wording.IDENTITY.get(language, ()), *wording.UNKNOWN.get(language, ()))
    return [
        Example(
            messages=(Message(role="user", content=question.format(name=name)),),
            answer=answer.format(name=name),
            item_id="",
            passage_id="",
            start_s=None,
            kind="identity",
            language=language,
        )
        for question, answer in pairs
    ]


def _spoken(
    items: Sequence[Item],
    passages: Iterable[Passage],
    wanted: frozenset[str],
    languages: Sequence[str] | None,
) -> list[tuple[Item, list[Passage]]]:
    by_item: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.marks:
            continue
        if passage.item_id in wanted and (languages is None or passage.language in languages):
            by_item[passage.item_id].append(passage)
    return [(item, by_item[item.id]) for item in items if by_item[item.id]]


def _dialogue(passages: Sequence[Passage]) -> Iterator[Example]:
    """One example per creator turn; a chain starts anew when it grows long or someone else begins."""
    history: list[Message] = []
    for passage in _merge_turns(passages):
        role: Literal["assistant", "user"] = "assistant" if passage.is_creator else "user"
        if role == "assistant" and history and history[-1]["role"] == "user":
            yield _example(tuple(history), passage, "dialogue")
        if not history and role == "assistant":
            continue
        history.append(Message(role=role, content=passage.text))
        if role == "assistant" and (len(history) >= TURNS_MAX or _length(history) > CHAIN_CHARS_MAX):
            history = []


def _merge_turns(passages: Sequence[Passage]) -> list[Passage]:
    """Neighbouring turns of the same side joined with a line break; the first one names the place."""
    merged: list[Passage] = []
    for passage in passages:
        if merged and merged[-1].is_creator == passage.is_creator:
            merged[-1] = replace(merged[-1], text=f"{merged[-1].text}\n{passage.text}")
        else:
            merged.append(passage)
    return merged


def _monologue(item: Item, passages: Sequence[Passage]) -> Iterator[Example]:
    history: list[Message] = []
    for number, passage in enumerate(passages):
        begins = not history
        table = wording.TOPIC_PROMPTS if begins else wording.CONTINUE_PROMPTS
        prompt = wording.pick(table, passage.language, number + len(item.title)).format(title=item.title)
        history.append(Message(role="user", content=prompt))
        yield _example(tuple(history), passage, "topic" if begins else "continue")
        history.append(Message(role="assistant", content=passage.text))
        if _length(history) > CHAIN_CHARS_MAX:
            history = []


def _grounded_example(found: Grounded) -> Example:
    question = wording.pick(wording.SOURCE_PROMPTS, found.passage.language, len(found.answer)).format(
        topic=found.topic
    )
    sources = [Source(title, text) for title, text in found.sources]
    asked = ask_with(question, sources, found.passage.language)
    return _example((asked,), found.passage, "sources", found.answer)


def _example(
    messages: tuple[Message, ...], passage: Passage, kind: ExampleKind, answer: str | None = None
) -> Example:
    return Example(
        messages=messages,
        answer=passage.text if answer is None else answer,
        item_id=passage.item_id,
        passage_id=passage.id,
        start_s=passage.start_s,
        kind=kind,
        language=passage.language,
    )


def _length(messages: Sequence[Message]) -> int:
    """Length in Latin characters; a Chinese character costs about three of them in tokens."""
    text = "".join(message["content"] for message in messages)
    return len(text) + (_CHARS_PER_HAN - 1) * sum(1 for c in text if "\u3400" <= c <= "\u9fff")


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
    told = (*before.messages, Message(role="assistant", content=before.answer))
    return before.language == after.language and after.messages[:-1] == told
