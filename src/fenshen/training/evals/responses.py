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
    """Every answer, as text: by level, in the order of the questions."""

    answers: dict[str, list[str]]
    facts: dict[str, list[str]]
    provoked: dict[str, list[str]]
    base: list[str]
    probes: list[str]
    cost: dict[str, Any]


class QuestionSet:
    """What is asked, fixed before the first answer.

    Args:
        plan: what is measured.
        tools: for looking questions up; each question is looked up once.
    """

    def __init__(self, plan: EvaluationSpec, tools: Tools) -> None:
        self._plan = plan
        self._tools = tools
        self.sizes = plan.sizes
        self.levels = plan.levels
        self._held_out = frozenset(plan.data.split.held_out)
        self._looked: dict[tuple[str, bool], RetrievalResult] = {}
        self.language = plan.data.held_out[0].language
        self._asked_max = self.sizes.prompts

    @cached_property
    def held_out(self) -> list[HeldOut]:
        """The answers that bits are counted on."""
        return held_out_answers(self._plan.data.held_out, self._plan.data.system, self.sizes.held_out)

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
        examples = self._plan.data.held_out
        first = [e for e in examples if len(e.messages) == 1]
        later = [e for e in examples if len(e.messages) > 1 and e.kind == "dialogue"]
        asked = [e.messages[-1]["content"] for e in (*first, *later)]
        asked += self._plan.data.persona.starters.get(self.language, [])
        asked += generic_questions(self.language)
        return list(dict.fromkeys(asked))

    @cached_property
    def base_questions(self) -> list[str]:
        """Questions of the training side, put to the plain base for the style judge to learn from."""
        asked = [
            e.messages[-1]["content"]
            for e in self._plan.data.train
            if e.kind in ("asked", "topic", "dialogue") and e.language == self.language
        ]
        step = max(1, len(asked) // self.sizes.base_answers)
        return asked[::step][: self.sizes.base_answers]

    @property
    def top(self) -> Condition:
        """What fans get."""
        return self.levels[-1]

    def facts(self, level: Condition) -> list[Fact]:
        """All facts at the top, an even sample of them elsewhere; a level without sources knows next to none."""
        usable = usable_facts(self._plan.facts, self._plan.data.items, self._plan.languages)
        if level == self.top:
            return usable
        count = self.sizes.facts if level.sourced else self.sizes.facts_unsourced
        step = max(1.0, len(usable) / count)
        return [usable[int(at * step)] for at in range(min(len(usable), count))]

    @cached_property
    def canaries(self) -> list[Canary]:
        """What must never come out."""
        said = [p.text for p in self._plan.data.passages]
        said += self._plan.data.persona.system.values()
        languages = self._plan.languages
        private = [(t, code) for t, code in self._plan.private if languages is None or code in languages]
        return safety.make_canaries(private, said)

    @cached_property
    def probes(self) -> list[Probe]:
        """Attempts to bring them out."""
        return safety.canary_probes(self.canaries, self.sizes.probes)

    @cached_property
    def provocations(self) -> list[PrefixProbe]:
        """Attempts to make the adapter go on with a training text."""
        return memorization.prefix_probes(self._plan.data.train, self.language, self.sizes.provocations)

    @property
    def total(self) -> int:
        """Answers to generate and held-out answers to score."""
        facts = sum(len(self.facts(level)) for level in self.levels)
        asked = len(self.levels) * len(self.questions) + facts + len(self.base_questions) + len(self.probes)
        scored = len(self.levels) * len(self.held_out) + 2 * self.sizes.strangers
        return asked + 2 * len(self.provocations) + scored + self.sizes.cost_answers

    def looked(self, question: str, *, whole: bool = False) -> RetrievalResult:
        """What the library says about `question`; held-out items are left out unless `whole`. Blocks."""
        known = self._looked.get((question, whole))
        if known is None:
            known = self._tools.retrieve(question, frozenset() if whole else self._held_out)
            self._looked[question, whole] = known
        return known

    async def request(
        self, question: str, level: Condition, tokens_max: int, *, whole: bool = False
    ) -> TextRequest:
        """`question` as `level` gets it."""
        opening = await self.opening(question, level, whole=whole)
        sources: Sequence[Source] = ()
        if level.sourced and not opening:
            sources = (await asyncio.to_thread(self.looked, question, whole=whole)).sources
        system = self._plan.data.system(self.language)
        messages = build_messages(system, (), question, sources, self.language, opening)
        return self._plan.decoding.request(
            messages, self._plan.version if level.adapted else None, tokens_max
        )

    async def tell(
        self,
        questions: Sequence[str],
        level: Condition,
        tokens_max: int,
        steps: StepCounter,
        *,
        whole: bool = False,
    ) -> list[str]:
        """The level's answers."""
        requests = [await self.request(q, level, tokens_max, whole=whole) for q in questions]
        openings = [await self.opening(q, level, whole=whole) for q in questions]
        told = await generate_all(self.engine(level), requests, steps.step)
        return [f"{opening} {answer}".strip() for opening, answer in zip(openings, told, strict=True)]

    async def opening(self, question: str, level: Condition, *, whole: bool) -> str:
        """The quote that the answer begins with: only where facts are asked from the whole library, so
        that style is measured on the model's own words."""
        if not (level.sourced and whole):
            return ""
        return (await asyncio.to_thread(self.looked, question, whole=whole)).opening

    def shown(self, question: str, level: Condition, *, whole: bool) -> list[str]:
        """Library text that the level was given for `question`: its sources, and the quote it began with."""
        if not level.sourced:
            return []
        looked = self.looked(question, whole=whole)
        texts = [source.text for source in looked.sources]
        return [*texts, looked.opening] if whole and looked.opening else texts

    def own(self, answers: Sequence[str], level: Condition) -> list[str | None]:
        """The level's answers to `questions` in its own words: without what it copied from the sources before
        it, which is the creator's; `None` where little else is left. Blocks."""
        return [
            without_copied_text(answer, self.shown(question, level, whole=False))
            for question, answer in zip(self.questions, answers, strict=True)
        ]

    async def provoke(self, level: Condition, steps: StepCounter) -> list[str]:
        """What the level goes on with after the first words of training texts, at its likeliest."""
        system = self._plan.data.system(self.language)
        adapter = self._plan.version if level.adapted else None
        asked = [one.request(system, adapter, self.sizes.provoked_tokens) for one in self.provocations]
        return await generate_all(self.engine(level), asked, steps.step)

    def engine(self, level: Condition) -> TextEngine:
        """Where the level's base runs."""
        return self._tools.engine if level.adapted else self._tools.plain or self._tools.engine

    async def cost(self) -> dict[str, Any]:
        """What the top level costs."""
        count = self.sizes.cost_answers
        asked = (self.questions * count)[:count]
        requests = [await self.request(q, self.top, self.sizes.answer_tokens) for q in asked]
        return await measure_cost(self._tools.engine, requests, self._plan.decoding.seed)


async def collect_responses(rounds: QuestionSet, parts: ResultCache, steps: StepCounter) -> Responses:
    """Every answer the measures need; parts already stored are not asked again.

    All that the plain base answers comes before the first request for the adapter: the engine forgets the
    prompt it has read when the adapter changes.
    """
    sizes = rounds.sizes
    answers: dict[str, list[str]] = {}
    facts: dict[str, list[str]] = {}
    provoked: dict[str, list[str]] = {}
    base: list[str] = []
    for level in rounds.levels:
        count = len(rounds.questions)
        note = Note.of("answers", "{level} answers {count} questions", level=level.name, count=count)
        steps.begin(note, count)
        tell = partial(rounds.tell, rounds.questions, level, sizes.answer_tokens, steps)
        answers[level.name] = await parts.get(f"answers-{level.name}", tell)
        if level == BASE:
            note = Note.of("base_answers", "the plain base answers for the style judge")
            steps.begin(note, len(rounds.base_questions))
            tell = partial(rounds.tell, rounds.base_questions, level, sizes.answer_tokens, steps)
            base = await parts.get("base", tell)
        if level in (BASE, ADAPTED):
            note = Note.of("provoked", "{level} goes on with training texts", level=level.name)
            steps.begin(note, len(rounds.provocations))
            made = partial(rounds.provoke, level, steps)
            provoked[level.name] = await parts.get(f"provoked-{level.name}", made)
        asked = [fact.question for fact in rounds.facts(level)]
        note = Note.of("facts", "{level} is asked {count} facts", level=level.name, count=len(asked))
        steps.begin(note, len(asked))
        tell = partial(rounds.tell, asked, level, sizes.fact_tokens, steps, whole=True)
        facts[level.name] = await parts.get(f"facts-{level.name}", tell)
    await _ask_more(rounds, parts, steps, answers)
    count = len(rounds.probes)
    steps.begin(Note.of("probes", "{count} attempts to bring out private text", count=count), count)
    probed = [probe.question for probe in rounds.probes]
    tell = partial(rounds.tell, probed, rounds.top, sizes.answer_tokens, steps, whole=True)
    probes = await parts.get("canaries", tell)
    steps.begin(Note.of("cost", "speed of single answers"), sizes.cost_answers)
    cost = await parts.get("cost", rounds.cost)
    return Responses(answers, facts, provoked, base, probes, cost)


async def _ask_more(
    rounds: QuestionSet, parts: ResultCache, steps: StepCounter, answers: dict[str, list[str]]
) -> None:
    """Put further questions to every level where too few answers are in own words to judge style by."""
    first, last = rounds.levels[0], rounds.top
    sides = [await asyncio.to_thread(rounds.own, answers[one.name], one) for one in (first, last)]
    judged = sum(1 for pair in zip(*sides, strict=True) if None not in pair)
    if judged >= rounds.sizes.styled or (count := rounds.ask_more()) == 0:
        return
    steps.more(count * len(rounds.levels))
    for level in rounds.levels:
        note = Note.of(
            "more_answers", "{level} answers {count} more questions", level=level.name, count=count
        )
        steps.begin(note, count)
        tell = partial(rounds.tell, rounds.questions[-count:], level, rounds.sizes.answer_tokens, steps)
        answers[level.name] += await parts.get(f"answers-{level.name}-more", tell)


IMPOSTOR_PROMPT = {"en": "What's on your mind?", "zh": "你在想什么？"}


@dataclass(frozen=True)
class HeldOutNats:
    """Nats of every held-out answer by level, and of strangers' text under `floor` and `floor-L0`.

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

    def score(self, texts: Sequence[HeldOut], level: Condition, told: Callable[[], None]) -> list[float]:
        """Nats of each answer at `level`."""
        return nll.condition_nats(texts, level, self.at(adapted=level.adapted), told)


async def score_held_out(
    plan: EvaluationSpec, tools: Tools, rounds: QuestionSet, parts: ResultCache, steps: StepCounter
) -> HeldOutNats:
    """Nats of every held-out answer at every level, and of strangers' text with and without the adapter."""
    held_out = await asyncio.to_thread(
        lambda: [replace(o, sources=tuple(rounds.looked(o.question).sources)) for o in rounds.held_out]
    )
    readers = Scorers(tools)
    nats: dict[str, list[float]] = {}
    for level in rounds.levels:
        count = len(held_out)
        note = Note.of("reads", "{level} reads {count} held-out answers", level=level.name, count=count)
        steps.begin(note, count)
        score = partial(asyncio.to_thread, readers.score, held_out, level, steps.step)
        nats[level.name] = await parts.get(f"bits-{level.name}", score)
    strangers = impostor_answers(plan, rounds.language)
    steps.begin(Note.of("strangers", "reading strangers' text for comparison"), 2 * plan.sizes.strangers)
    for name, level in (("floor", ADAPTED), ("floor-L0", BASE)):
        score = partial(asyncio.to_thread, readers.score, strangers, level, steps.step)
        nats[name] = await parts.get(f"bits-{name}", score)
    return HeldOutNats(nats, lambda text: readers.at(adapted=True).tokens(text))


def impostor_answers(plan: EvaluationSpec, language: str) -> list[HeldOut]:
    """Other writers' paragraphs as if the creator had said them."""
    found = style.other_writers(language)
    step = max(1, len(found) // plan.sizes.strangers)
    asked = (Message(role="user", content=IMPOSTOR_PROMPT.get(language, IMPOSTOR_PROMPT["en"])),)
    system = plan.data.system(language)
    return [HeldOut(system, asked, piece.text, language) for piece in found[::step][: plan.sizes.strangers]]
