"""The reading half of the ladder: how surprised each level is by held-out answers and by strangers' text.

Scorers are loaded only when something has to be read. Knows nothing about engines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from fenshen.core.note import Note
from fenshen.models.text import Message
from fenshen.training.evals import bits, style
from fenshen.training.evals.asking import Rounds
from fenshen.training.evals.bits import AnswerScorer, HeldOut
from fenshen.training.evals.ladder_plan import LadderPlan, Tools
from fenshen.training.evals.levels import ADAPTED, BASE, Level
from fenshen.training.evals.parts import Parts
from fenshen.training.evals.steps import Steps

STRANGER_PROMPT = {"en": "What's on your mind?", "zh": "你在想什么？"}


@dataclass(frozen=True)
class Scored:
    """Nats of every held-out answer by level, and of strangers' text under `floor` and `floor-L0`.

    Attributes:
        tokens: counts the tokens of a text; loads a scorer where nothing else has.
    """

    nats: dict[str, list[float]]
    tokens: Callable[[str], int]


class Readers:
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

    def score(self, texts: Sequence[HeldOut], level: Level, told: Callable[[], None]) -> list[float]:
        """Nats of each answer at `level`."""
        return bits.level_nats(texts, level, self.at(adapted=level.adapted), told)


async def score_held_out(
    plan: LadderPlan, tools: Tools, rounds: Rounds, parts: Parts, steps: Steps
) -> Scored:
    """Nats of every held-out answer at every level, and of strangers' text with and without the adapter."""
    held_out = await asyncio.to_thread(
        lambda: [replace(o, sources=tuple(rounds.looked(o.question).sources)) for o in rounds.held_out]
    )
    readers = Readers(tools)
    nats: dict[str, list[float]] = {}
    for level in rounds.levels:
        count = len(held_out)
        note = Note.of("reads", "{level} reads {count} held-out answers", level=level.name, count=count)
        steps.begin(note, count)
        score = partial(asyncio.to_thread, readers.score, held_out, level, steps.step)
        nats[level.name] = await parts.get(f"bits-{level.name}", score)
    strangers = stranger_answers(plan, rounds.language)
    steps.begin(Note.of("strangers", "reading strangers' text for comparison"), 2 * plan.sizes.strangers)
    for name, level in (("floor", ADAPTED), ("floor-L0", BASE)):
        score = partial(asyncio.to_thread, readers.score, strangers, level, steps.step)
        nats[name] = await parts.get(f"bits-{name}", score)
    return Scored(nats, lambda text: readers.at(adapted=True).tokens(text))


def stranger_answers(plan: LadderPlan, language: str) -> list[HeldOut]:
    """Other writers' paragraphs as if the creator had said them."""
    found = style.other_writers(language)
    step = max(1, len(found) // plan.sizes.strangers)
    asked = (Message(role="user", content=STRANGER_PROMPT.get(language, STRANGER_PROMPT["en"])),)
    system = plan.data.system(language)
    return [HeldOut(system, asked, piece.text, language) for piece in found[::step][: plan.sizes.strangers]]
