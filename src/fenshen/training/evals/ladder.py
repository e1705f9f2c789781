"""All measures at all levels in one run, with the same held-out set and the same seed.

    questions → sources → answers at L0…L3 → bits, style, facts, reciting, canaries, limits, cost → metrics

Finished parts lie in `<version folder>/ladder/`, so a run that was killed goes on. Knows nothing about
how passages are searched, citations checked or limits enforced: those are handed in.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.core.note import Note
from fenshen.core.progress import Progress, silent
from fenshen.training.evals import asking, forced, judging
from fenshen.training.evals.ladder_plan import LadderPlan, Tools
from fenshen.training.evals.parts import Parts
from fenshen.training.evals.steps import Steps


@dataclass(frozen=True)
class Ladder:
    """What was measured, in the shape that is stored, shown and judged."""

    metrics: dict[str, Any]


async def run_ladder(plan: LadderPlan, tools: Tools, progress: Progress = silent) -> Ladder:
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
    parts = Parts(plan.folder / "ladder", plan.key)
    rounds = asking.Rounds(plan, tools)
    steps = Steps(progress, rounds.total)
    asked = await asking.ask_everything(rounds, parts, steps)
    scored = await forced.score_held_out(plan, tools, rounds, parts, steps)
    steps.begin(Note.of("judge", "fitting the style judge"), 0)
    metrics = await asyncio.to_thread(judging.summarise, plan, tools, rounds, asked, scored)
    return Ladder({**metrics, "seconds": round(time.perf_counter() - started, 1)})
