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
from fenshen.training.evals import responses, scoring
from fenshen.training.evals.comparison import VersionResults
from fenshen.training.evals.responses import QuestionSet, Scorers
from fenshen.training.evals.run import EvaluationSpec, ResultCache, StepCounter, Tools


@dataclass(frozen=True)
class EvaluationResult:
    """What was measured, in the shape that is stored, shown and judged."""

    metrics: dict[str, Any]


async def run_suite(plan: EvaluationSpec, tools: Tools, progress: Progress = silent) -> EvaluationResult:
    """Measure every level.

    Raises:
        BadInput: `nothing_held_out`, there is nothing to judge by.
        EngineMissing: the `train` extra is not installed.
        AppError: as the engine's `stream`.
    """
    if not plan.data.held_out:
        raise BadInput(
            "nothing is held out: the library has fewer than three items of every kind. "
            "Add more items, train again, then evaluate",
            code="nothing_held_out",
        )
    started = time.perf_counter()
    parts = ResultCache(plan.folder / "ladder", plan.key)
    rounds = responses.QuestionSet(plan, tools)
    steps = StepCounter(progress, rounds.total)
    asked = await responses.collect_responses(rounds, parts, steps)
    scored = await responses.score_held_out(plan, tools, rounds, parts, steps)
    steps.begin(Note.of("judge", "fitting the style judge"), 0)
    metrics = await asyncio.to_thread(scoring.score_run, plan, tools, rounds, asked, scored)
    return EvaluationResult({**metrics, "seconds": round(time.perf_counter() - started, 1)})


async def measure_version(
    plan: EvaluationSpec, tools: Tools, stored: VersionResults | None, progress: Progress = silent
) -> VersionResults:
    """The side of `plan.version` on the held-out set of `plan.data`; finished parts are not made again.

    Args:
        stored: what its own ladder found; facts, costs and answers of the plain base are taken from it.

    Raises:
        AppError: as the engine's `stream`.
    """
    parts, rounds = ResultCache(plan.folder / "compare", plan.key), QuestionSet(plan, tools)
    steps = StepCounter(progress, len(rounds.questions) + len(rounds.held_out))
    questions, top = rounds.questions, rounds.top
    count = len(questions)
    steps.begin(Note.of("answers", "{level} answers {count} questions", level=top.name, count=count), count)
    answers = await parts.get(
        "answers", partial(rounds.tell, questions, top, plan.sizes.answer_tokens, steps)
    )
    held_out = await asyncio.to_thread(
        lambda: [replace(o, sources=tuple(rounds.looked(o.question).sources)) for o in rounds.held_out]
    )
    count = len(held_out)
    steps.begin(
        Note.of("reads", "{level} reads {count} held-out answers", level=top.name, count=count), count
    )
    readers = Scorers(tools)
    nats = await parts.get("bits", partial(asyncio.to_thread, readers.score, held_out, top, steps.step))
    shown = [tuple(rounds.shown(question, top, whole=False)) for question in questions]
    return VersionResults(
        {one.key: (surprise, one.bytes) for one, surprise in zip(held_out, nats, strict=True)},
        {q: (answer, sources) for q, answer, sources in zip(questions, answers, shown, strict=True)},
        stored.facts if stored else {},
        stored.base_answers if stored else (),
        stored.metrics if stored else {},
    )
