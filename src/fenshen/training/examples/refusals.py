"""What a twin says of itself, what its creator does not talk about, and what its library does not say.

Replies to questions beyond the limits are those that fans get, asked from the guard itself. Something
counts as unknown only if not one of its words is anywhere in the library. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from fenshen.library.language import detect_language
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona
from fenshen.library.prompt import Source, ask
from fenshen.models.text import Message
from fenshen.training.examples import wording
from fenshen.training.examples.example import Example, ExampleKind
from fenshen.training.examples.retrieval import source_of
from fenshen.trust.guard import Guard

#: Questions beyond the limits and unknown things, at most, in each language. The guard enforces limits
#: anyway; more of the same replies would only teach a twin to refuse.
LIMITS_MAX = 16
UNKNOWN_MAX = 10
#: Neither may become more than this share of what the library itself teaches.
SHARE_MAX = 0.1
LEAST = 6
_ASKS = re.compile(
    r"(?:who|whos|what|whats|where|when|which|why|how|is|are|am|do|does|did|can|could|should|shall|will|would|have|has)\b",
    re.IGNORECASE,
)
_ASKS_ZH = re.compile(r"[吗呢]$|谁|什么|怎么|哪|几|多少|是不是|有没有|要不要")
#: An unknown thing asked about with notes that do not say it has so many of them.
NOTES = 2


def identity_examples(persona: Persona, language: str) -> list[Example]:
    """What a twin says of itself; empty for a language without wording."""
    name = persona.name_zh if language == "zh" and persona.name_zh else persona.name
    return [
        _example(question.format(name=name), answer.format(name=name), "identity", language)
        for question, answer in wording.IDENTITY.get(language, ())
    ]


def limits_examples(guard: Guard, language: str, library_count: int) -> list[Example]:
    """Questions the creator does not answer, with the reply that fans get.

    Args:
        library_count: examples that the library gives in this language; limits stay a small share of them.
    """
    room = min(LIMITS_MAX, max(LEAST, round(library_count * SHARE_MAX)))
    found: list[Example] = []
    for question in _beyond_limits(guard, language):
        check = guard.check_fan_message(question, language=language)
        if check.kind == "topic" and detect_language(check.reply, language) == language:
            found.append(_example(question, check.reply, "limits", language))
    return found[:room]


def unknown_examples(
    passages: Sequence[Passage], guard: Guard, language: str, library_count: int
) -> list[Example]:
    """Things this library does not contain; every second one is asked with notes that do not say it.

    Args:
        passages: everything that may be cited, held-out too: nothing that is there may be denied.
        library_count: as for `limits_examples`.
    """
    room = min(UNKNOWN_MAX, max(LEAST, round(library_count * SHARE_MAX)))
    library_text = "\n".join(passage.text for passage in passages).lower()
    notes = [p for p in passages if p.is_creator and p.language == language]
    found: list[Example] = []
    for number, thing in enumerate(wording.UNKNOWN_THINGS):
        question = thing.asked.get(language)
        if question is None or any(word in library_text for word in thing.words):
            continue
        if guard.check_fan_message(question, language=language).kind is not None:
            continue
        answers = wording.UNKNOWN_ANSWERS[language]
        answer = answers[number % len(answers)]
        sources = _some(notes, number) if number % 2 else []
        found.append(_example(question, answer, "unknown", language, sources))
    return found[:room]


def _beyond_limits(guard: Guard, language: str) -> Iterator[str]:
    """Questions of every topic in turn, the creator's own before ours, so that few are spread over all."""
    own = [
        [text for text in topic.examples if detect_language(text) == language]
        for topic in guard.limits.topics
        if topic.stance == "never"
    ]
    ours = [list(questions) for questions in wording.BEYOND_LIMITS.get(language, ())]
    seen: set[str] = set()
    for row in zip_longest(*own, *ours):
        for question in row:
            if question is not None and (same := question.casefold().rstrip("?？")) not in seen:
                seen.add(same)
                yield _as_question(question, language)


def _as_question(text: str, language: str) -> str:
    """A limit's example as a fan would type it."""
    if language == "zh":
        return f"{text}？" if _ASKS_ZH.search(text) and text[-1] not in "?？。" else text
    written = text[0].upper() + text[1:]
    return f"{written}?" if _ASKS.match(written) and written[-1].isalnum() else written


def _some(passages: Sequence[Passage], number: int) -> list[Source]:
    if not passages:
        return []
    step = max(1, len(passages) // NOTES)
    picked = {(number * 7 + at * step) % len(passages) for at in range(NOTES)}
    return [source_of(passages[at], {}) for at in sorted(picked)]


def _example(
    question: str, answer: str, kind: ExampleKind, language: str, sources: Sequence[Source] = ()
) -> Example:
    asked: Message = ask(question, sources, language)
    return Example((asked,), answer, "", "", None, kind, language)
