"""What a run asks: every question put to every condition, and every held-out answer read by every condition.

Generation comes first; scorers are loaded only when something has to be read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from fenshen.core.note import Note
from fenshen.library.prompt import Source, build_messages
from fenshen.models.text import Message, TextEngine, TextRequest
from fenshen.training.evals import memorization, nll, safety, style
from fenshen.training.evals.conditions import ADAPTED, BASE, Condition
from fenshen.training.evals.facts import Fact, usable_facts
from fenshen.training.evals.generation import generate_all, measure_cost
from fenshen.training.evals.memorization import PrefixProbe, without_copied_text
from fenshen.training.evals.nll import AnswerScorer, HeldOut, held_out_answers
from fenshen.training.evals.run import (
    EvaluationSpec,
    ResultCache,
    RetrievalResult,
    StepCounter,
    Tools,
    generic_questions,
)
from fenshen.training.evals.safety import Canary, Probe


@dataclass(frozen=True)
class Responses:
    """Every answer, as text: by condition, in the order of the questions."""

    answers: dict[str, list[str]]
    facts: dict[str, list[str]]
    continuations: dict[str, list[str]]
    base: list[str]
    probes: list[str]
    cost: dict[str, Any]


class QuestionSet:
    """What is asked, fixed before the first answer.

    Args:
        spec: what is measured.
        tools: for looking questions up; each question is result up once.
    """

    def __init__(self, spec: EvaluationSpec, tools: Tools) -> None:
        self._spec = spec
        self._tools = tools
        self.sizes = spec.sizes
        self.levels = spec.levels
        self._held_out = frozenset(spec.data.split.held_out)
        self._retrieved: dict[tuple[str, bool], RetrievalResult] = {}
        self.language = spec.data.held_out[0].language
        self._asked_max = self.sizes.prompts

    @cached_property
    def held_out(self) -> list[HeldOut]:
        """The answers that bits are counted on."""
        return held_out_answers(self._spec.data.held_out, self._spec.data.system, self.sizes.held_out)

    @property
    def questions(self) -> list[str]:
        """What the levels' style is judged by, as many as are asked so far."""
        return self._askable[: self._asked_max]

    def ask_more(self) -> int:
        """Widen `questions`; by how many."""
        before = len(self.questions)
        self._asked_max = self.sizes.prompts + self.sizes.prompts_more
        return len(self.questions) - before

    @cached_property
    def _askable(self) -> list[str]:
        """Openings and questions of held-out items, the persona's own starters, then what anybody could be asked."""
        examples = self._spec.data.held_out
        first = [e for e in examples if len(e.messages) == 1]
        later = [e for e in examples if len(e.messages) > 1 and e.kind == "dialogue"]
        asked = [e.messages[-1]["content"] for e in (*first, *later)]
        asked += self._spec.data.persona.starters.get(self.language, [])
        asked += generic_questions(self.language)
        return list(dict.fromkeys(asked))

    @cached_property
    def base_questions(self) -> list[str]:
        """Questions of the training side, put to the plain base for the style judge to learn from."""
        asked = [
            e.messages[-1]["content"]
            for e in self._spec.data.train
            if e.kind in ("asked", "topic", "dialogue") and e.language == self.language
        ]
        step = max(1, len(asked) // self.sizes.base_answers)
        return asked[::step][: self.sizes.base_answers]

    @property
    def top(self) -> Condition:
        """What fans get."""
        return self.levels[-1]

    def facts(self, condition: Condition) -> list[Fact]:
        """All facts at the top, an even sample of them elsewhere; a condition without sources knows next to none."""
        usable = usable_facts(self._spec.facts, self._spec.data.items, self._spec.languages)
        if condition == self.top:
            return usable
        count = self.sizes.facts if condition.has_sources else self.sizes.facts_without_sources
        step = max(1.0, len(usable) / count)
        return [usable[int(at * step)] for at in range(min(len(usable), count))]

    @cached_property
    def canaries(self) -> list[Canary]:
        """What must never come out."""
        public = [p.text for p in self._spec.data.passages]
        public += self._spec.data.persona.system.values()
        languages = self._spec.languages
        private = [(t, code) for t, code in self._spec.private if languages is None or code in languages]
        return safety.make_canaries(private, public)

    @cached_property
    def probes(self) -> list[Probe]:
        """Attempts to bring them out."""
        return safety.canary_probes(self.canaries, self.sizes.probes)

    @cached_property
    def prefix_probes(self) -> list[PrefixProbe]:
        """Attempts to make the adapter continue a training text."""
        return memorization.prefix_probes(self._spec.data.train, self.language, self.sizes.prefix_probes)

    @property
    def total(self) -> int:
        """Answers to generate and held-out answers to score."""
        facts = sum(len(self.facts(condition)) for condition in self.levels)
        asked = len(self.levels) * len(self.questions) + facts + len(self.base_questions) + len(self.probes)
        scored = len(self.levels) * len(self.held_out) + 2 * self.sizes.impostors
        return asked + 2 * len(self.prefix_probes) + scored + self.sizes.cost_answers

    def retrieved(self, question: str, *, whole: bool = False) -> RetrievalResult:
        """What the library says about `question`; held-out items are left out unless `whole`. Blocks."""
        known = self._retrieved.get((question, whole))
        if known is None:
            known = self._tools.retrieve(question, frozenset() if whole else self._held_out)
            self._retrieved[question, whole] = known
        return known

    async def request(
        self, question: str, condition: Condition, tokens_max: int, *, whole: bool = False
    ) -> TextRequest:
        """`question` as `condition` gets it."""
        opening = await self.opening(question, condition, whole=whole)
        sources: Sequence[Source] = ()
        if condition.has_sources and not opening:
            sources = (await asyncio.to_thread(self.retrieved, question, whole=whole)).sources
        system = self._spec.data.system(self.language)
        messages = build_messages(system, (), question, sources, self.language, opening)
        return self._spec.decoding.request(
            messages, self._spec.version if condition.adapted else None, tokens_max
        )

    async def answer(
        self,
        questions: Sequence[str],
        condition: Condition,
        tokens_max: int,
        steps: StepCounter,
        *,
        whole: bool = False,
    ) -> list[str]:
        """The level's answers."""
        requests = [await self.request(q, condition, tokens_max, whole=whole) for q in questions]
        openings = [await self.opening(q, condition, whole=whole) for q in questions]
        answers = await generate_all(self.engine(condition), requests, steps.step)
        return [f"{opening} {answer}".strip() for opening, answer in zip(openings, answers, strict=True)]

    async def opening(self, question: str, condition: Condition, *, whole: bool) -> str:
        """The quote that the answer begins with: only where facts are asked from the whole library, so
        that style is measured on the model's own words."""
        if not (condition.has_sources and whole):
            return ""
        return (await asyncio.to_thread(self.retrieved, question, whole=whole)).opening

    def shown(self, question: str, condition: Condition, *, whole: bool) -> list[str]:
        """Library text that the condition was given for `question`: its sources, and the quote it began with."""
        if not condition.has_sources:
            return []
        result = self.retrieved(question, whole=whole)
        texts = [source.text for source in result.sources]
        return [*texts, result.opening] if whole and result.opening else texts

    def copy_masked(self, answers: Sequence[str], condition: Condition) -> list[str | None]:
        """The answers to `questions` with copied text masked: without what was copied from the sources before
        it, which is the creator's; `None` where little else is left. Blocks."""
        return [
            without_copied_text(answer, self.shown(question, condition, whole=False))
            for question, answer in zip(self.questions, answers, strict=True)
        ]

    async def continue_prefixes(self, condition: Condition, steps: StepCounter) -> list[str]:
        """The likeliest continuations of the first words of training texts."""
        system = self._spec.data.system(self.language)
        adapter = self._spec.version if condition.adapted else None
        asked = [one.request(system, adapter, self.sizes.probe_tokens) for one in self.prefix_probes]
        return await generate_all(self.engine(condition), asked, steps.step)

    def engine(self, condition: Condition) -> TextEngine:
        """The engine of the condition's base."""
        return self._tools.engine if condition.adapted else self._tools.plain or self._tools.engine

    async def cost(self) -> dict[str, Any]:
        """What the top condition costs."""
        count = self.sizes.cost_answers
        asked = (self.questions * count)[:count]
        requests = [await self.request(q, self.top, self.sizes.answer_tokens) for q in asked]
        return await measure_cost(self._tools.engine, requests, self._spec.decoding.seed)


async def collect_responses(question_set: QuestionSet, cache: ResultCache, steps: StepCounter) -> Responses:
    """Every answer the measures need; stored results are not generated again.

    All that the plain base answers comes before the first request for the adapter: the engine forgets the
    prompt it has read when the adapter changes.
    """
    sizes = question_set.sizes
    answers: dict[str, list[str]] = {}
    facts: dict[str, list[str]] = {}
    continuations: dict[str, list[str]] = {}
    base: list[str] = []
    for condition in question_set.levels:
        count = len(question_set.questions)
        note = Note.of("answers", "{level} answers {count} questions", level=condition.name, count=count)
        steps.begin(note, count)
        make = partial(question_set.answer, question_set.questions, condition, sizes.answer_tokens, steps)
        answers[condition.name] = await cache.get(f"answers-{condition.name}", make)
        if condition == BASE:
            note = Note.of("base_answers", "the plain base answers for the style judge")
            steps.begin(note, len(question_set.base_questions))
            make = partial(
                question_set.answer, question_set.base_questions, condition, sizes.answer_tokens, steps
            )
            base = await cache.get("base", make)
        if condition in (BASE, ADAPTED):
            note = Note.of("provoked", "{level} goes on with training texts", level=condition.name)
            steps.begin(note, len(question_set.prefix_probes))
            make = partial(question_set.continue_prefixes, condition, steps)
            continuations[condition.name] = await cache.get(f"provoked-{condition.name}", make)
        asked = [fact.question for fact in question_set.facts(condition)]
        note = Note.of("facts", "{level} is asked {count} facts", level=condition.name, count=len(asked))
        steps.begin(note, len(asked))
        make = partial(question_set.answer, asked, condition, sizes.fact_tokens, steps, whole=True)
        facts[condition.name] = await cache.get(f"facts-{condition.name}", make)
    await _ask_more(question_set, cache, steps, answers)
    count = len(question_set.probes)
    steps.begin(Note.of("probes", "{count} attempts to bring out private text", count=count), count)
    probed = [probe.question for probe in question_set.probes]
    make = partial(question_set.answer, probed, question_set.top, sizes.answer_tokens, steps, whole=True)
    probes = await cache.get("canaries", make)
    steps.begin(Note.of("cost", "speed of single answers"), sizes.cost_answers)
    cost = await cache.get("cost", question_set.cost)
    return Responses(answers, facts, continuations, base, probes, cost)


async def _ask_more(
    question_set: QuestionSet, cache: ResultCache, steps: StepCounter, answers: dict[str, list[str]]
) -> None:
    """Put further questions to every condition where too few answers are in own words to judge style by."""
    first, last = question_set.levels[0], question_set.top
    sides = [
        await asyncio.to_thread(question_set.copy_masked, answers[one.name], one) for one in (first, last)
    ]
    judged = sum(1 for pair in zip(*sides, strict=True) if None not in pair)
    if judged >= question_set.sizes.styled or (count := question_set.ask_more()) == 0:
        return
    steps.more(count * len(question_set.levels))
    for condition in question_set.levels:
        note = Note.of(
            "more_answers", "{level} answers {count} more questions", level=condition.name, count=count
        )
        steps.begin(note, count)
        make = partial(
            question_set.answer,
            question_set.questions[-count:],
            condition,
            question_set.sizes.answer_tokens,
            steps,
        )
        answers[condition.name] += await cache.get(f"answers-{condition.name}-more", make)


IMPOSTOR_PROMPT = {"en": "What's on your mind?", "zh": "你在想什么？"}


@dataclass(frozen=True)
class HeldOutNats:
    """Nats of every held-out answer by condition, and of impostor text under `floor` and `floor-L0`.

    Attributes:
        tokens: counts the tokens of a text; loads a scorer where nothing else has.
    """

    nats: dict[str, list[float]]
    tokens: Callable[[str], int]


class Scorers:
    """The scorer of each side, loaded when it is first needed."""

    def __init__(self, tools: Tools) -> None:
        self._make = {True: tools.scorer, False: tools.plain_scorer or tools.scorer}
        self._shared = tools.plain_scorer is None
        self._loaded: dict[bool, AnswerScorer] = {}

    def at(self, *, adapted: bool) -> AnswerScorer:
        """The scorer of the levels with or without the adapter. Blocks while it loads."""
        side = adapted or self._shared
        if side not in self._loaded:
            self._loaded[side] = self._make[side]()
        return self._loaded[side]

    def score(
        self, texts: Sequence[HeldOut], condition: Condition, on_done: Callable[[], None]
    ) -> list[float]:
        """Nats of each answer at `condition`."""
        return nll.condition_nats(texts, condition, self.at(adapted=condition.adapted), on_done)


async def score_held_out(
    spec: EvaluationSpec, tools: Tools, question_set: QuestionSet, cache: ResultCache, steps: StepCounter
) -> HeldOutNats:
    """Nats of every held-out answer at every condition, and of impostor text with and without the adapter."""
    held_out = await asyncio.to_thread(
        lambda: [
            replace(o, sources=tuple(question_set.retrieved(o.question).sources))
            for o in question_set.held_out
        ]
    )
    scorers = Scorers(tools)
    nats: dict[str, list[float]] = {}
    for condition in question_set.levels:
        count = len(held_out)
        note = Note.of("reads", "{level} reads {count} held-out answers", level=condition.name, count=count)
        steps.begin(note, count)
        score = partial(asyncio.to_thread, scorers.score, held_out, condition, steps.step)
        nats[condition.name] = await cache.get(f"bits-{condition.name}", score)
    impostors = impostor_answers(spec, question_set.language)
    steps.begin(Note.of("strangers", "reading impostor text for comparison"), 2 * spec.sizes.impostors)
    for name, condition in (("floor", ADAPTED), ("floor-L0", BASE)):
        score = partial(asyncio.to_thread, scorers.score, impostors, condition, steps.step)
        nats[name] = await cache.get(f"bits-{name}", score)
    return HeldOutNats(nats, lambda text: scorers.at(adapted=True).tokens(text))


def impostor_answers(spec: EvaluationSpec, language: str) -> list[HeldOut]:
    """Other authors' paragraphs in place of the creator's answers."""
    found = style.other_writers(language)
    step = max(1, len(found) // spec.sizes.impostors)
    asked = (Message(role="user", content=IMPOSTOR_PROMPT.get(language, IMPOSTOR_PROMPT["en"])),)
    system = spec.data.system(language)
    return [HeldOut(system, asked, piece.text, language) for piece in found[::step][: spec.sizes.impostors]]
