"""The evaluation suite: all measures under all conditions in one run, with the same held-out set and seed.

    questions → sources → answers at L0…L3 → bits, style, facts, memorization, canaries, limits, cost → metrics

How passages are searched, citations checked and limits enforced is passed in (`run.Tools`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.core.note import Note
from fenshen.core.progress import Progress, silent
from fenshen.training.evals import scoring
from fenshen.training.evals.comparison import VersionResults
from fenshen.training.evals.responses import QuestionSet, Scorers, collect_responses, score_held_out
from fenshen.training.evals.run import EvaluationSpec, ResultCache, StepCounter, Tools


@dataclass(frozen=True)
class EvaluationResult:
    """What was measured, in the shape that is stored, shown and judged."""

    metrics: dict[str, Any]


async def run_suite(spec: EvaluationSpec, tools: Tools, progress: Progress = silent) -> EvaluationResult:
    """Measure every condition.

    Raises:
        BadInput: `nothing_held_out`, there is nothing to judge by.
        EngineMissing: the `train` extra is not installed.
        AppError: as the engine's `stream`.
    """
    if not spec.data.held_out:
        raise BadInput(
            "nothing is held out: the library has fewer than three items of every kind. "
            "Add more items, train again, then evaluate",
            code="nothing_held_out",
        )
    started = time.perf_counter()
    cache = ResultCache(spec.folder / "ladder", spec.key)
    question_set = QuestionSet(spec, tools)
    steps = StepCounter(progress, question_set.total)
    responses = await collect_responses(question_set, cache, steps)
    scored = await score_held_out(spec, tools, question_set, cache, steps)
    steps.begin(Note.of("judge", "fitting the style judge"), 0)
    metrics = await asyncio.to_thread(scoring.score_run, spec, tools, question_set, responses, scored)
    return EvaluationResult({**metrics, "seconds": round(time.perf_counter() - started, 1)})


async def measure_version(
    spec: EvaluationSpec, tools: Tools, stored: VersionResults | None, progress: Progress = silent
) -> VersionResults:
    """One version measured on the held-out set of `spec.data`, only what a comparison needs, as fans get it.

    Args:
        stored: the version's own evaluation; facts, costs and answers of the plain base are taken from it.

    Raises:
        AppError: as the engine's `stream`.
    """
    cache, question_set = ResultCache(spec.folder / "compare", spec.key), QuestionSet(spec, tools)
    steps = StepCounter(progress, len(question_set.questions) + len(question_set.held_out))
    questions, top = question_set.questions, question_set.top
    count = len(questions)
    steps.begin(Note.of("answers", "{level} answers {count} questions", level=top.name, count=count), count)
    answers = await cache.get(
        "answers", partial(question_set.answer, questions, top, spec.sizes.answer_tokens, steps)
    )
    held_out = await asyncio.to_thread(
        lambda: [
            replace(o, sources=tuple(question_set.retrieved(o.question).sources))
            for o in question_set.held_out
        ]
    )
    count = len(held_out)
    steps.begin(
        Note.of("reads", "{level} reads {count} held-out answers", level=top.name, count=count), count
    )
    scorers = Scorers(tools)
    nats = await cache.get("bits", partial(asyncio.to_thread, scorers.score, held_out, top, steps.step))
    shown = [tuple(question_set.shown(question, top, whole=False)) for question in questions]
    return VersionResults(
        {answer.key: (value, answer.bytes) for answer, value in zip(held_out, nats, strict=True)},
        {q: (answer, sources) for q, answer, sources in zip(questions, answers, shown, strict=True)},
        stored.facts if stored else {},
        stored.base_answers if stored else (),
        stored.metrics if stored else {},
    )
