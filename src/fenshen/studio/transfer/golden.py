"""Questions with the answers of the machine a twin comes from, to see that it says the same on another.

Asked as fans ask, but without a look-up and without chance, so that only the base, the adapter, the persona and
the chat template decide. Knows nothing about files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from fenshen.core.progress import Progress, silent
from fenshen.library.persona import Persona
from fenshen.library.prompt import build_messages
from fenshen.models.text import TextEngine, TextRequest
from fenshen.training.examples import Example

QUESTIONS_MAX = 200
ANSWER_TOKENS = 48
_QUESTION_CHARS_MAX = 600
_QUESTIONS = {"en": "What should I do first?", "zh": "第一步应该做什么？"}
_SEED = 1


@dataclass(frozen=True)
class Golden:
    """A question, and what the twin answered where it comes from."""

    question: str
    language: str
    answer: str = ""


@dataclass(frozen=True)
class GoldenResult:
    """How many golden questions were asked here, and which of the answers differ."""

    asked: int
    different: tuple[Golden, ...] = ()

    @property
    def same(self) -> int:
        """How many answers are the same, word by word."""
        return self.asked - len(self.different)


def golden_questions(persona: Persona, examples: Iterable[Example], count: int) -> list[Golden]:
    """At most `count` different questions: the persona's own openings first, then what was learned from."""
    openings = [
        Golden(text, code) for code, texts in sorted(persona.starters.items()) for text in texts if text
    ]
    openings += [Golden(_QUESTIONS[code], code) for code in persona.languages if code in _QUESTIONS]
    learned = (
        Golden(example.messages[0]["content"], example.language)
        for example in examples
        if len(example.messages) == 1
        and example.kind != "sources"
        and len(example.messages[0]["content"]) < _QUESTION_CHARS_MAX
    )
    return list(dict.fromkeys([*openings, *islice(learned, 10 * count)]))[:count]


async def answer_questions(
    engine: TextEngine,
    adapter: str | None,
    persona: Persona,
    questions: Sequence[Golden],
    progress: Progress = silent,
) -> list[Golden]:
    """The same questions with the likeliest answers of `adapter` (`None`: of the plain base).

    Raises:
        AppError: as the engine's `stream`.
    """
    found: list[Golden] = []
    for question in questions:
        request = TextRequest(
            messages=build_messages(persona.system_prompt(question.language), (), question.question),
            adapter=adapter,
            tokens_max=ANSWER_TOKENS,
            temperature=0.0,
            top_p=1.0,
            seed=_SEED,
            repeat_penalty=1.0,
        )
        answer = "".join([delta.text async for delta in engine.stream(request)])
        found.append(Golden(question.question, question.language, answer))
        progress(len(found), len(questions), "asking the golden questions")
    return found


def compare_answers(expected: Sequence[Golden], found: Sequence[Golden]) -> GoldenResult:
    """Which answers differ from those expected."""
    pairs = zip(expected, found, strict=True)
    return GoldenResult(len(expected), tuple(was for was, now in pairs if was.answer != now.answer))
