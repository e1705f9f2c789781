"""One version measured anew on a given held-out set: only what a comparison needs, at the level fans get.

Knows nothing about the other version.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from fenshen.core.note import Note
from fenshen.core.progress import Progress, silent
from fenshen.training.evals.asking import Rounds
from fenshen.training.evals.comparing import Side
from fenshen.training.evals.forced import Readers
from fenshen.training.evals.ladder_plan import LadderPlan, Tools
from fenshen.training.evals.parts import Parts
from fenshen.training.evals.steps import Steps


async def measure_side(
    plan: LadderPlan, tools: Tools, stored: Side | None, progress: Progress = silent
) -> Side:
    """The side of `plan.version` on the held-out set of `plan.data`; finished parts are not made again.

    Args:
        stored: what its own ladder found; facts, costs and answers of the plain base are taken from it.

    Raises:
        AppError: as the engine's `stream`.
    """
    parts, rounds = Parts(plan.folder / "compare", plan.key), Rounds(plan, tools)
    steps = Steps(progress, len(rounds.questions) + len(rounds.held_out))
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
    readers = Readers(tools)
    nats = await parts.get("bits", partial(asyncio.to_thread, readers.score, held_out, top, steps.step))
    shown = [tuple(rounds.shown(question, top, whole=False)) for question in questions]
    return Side(
        {one.key: (surprise, one.bytes) for one, surprise in zip(held_out, nats, strict=True)},
        {q: (answer, sources) for q, answer, sources in zip(questions, answers, shown, strict=True)},
        stored.facts if stored else {},
        stored.base_answers if stored else (),
        stored.metrics if stored else {},
    )
