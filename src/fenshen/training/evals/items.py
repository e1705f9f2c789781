"""What a run found out about each held-out answer, question and fact, so that versions can be compared.

Pure. Knows nothing about intervals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fenshen.training.evals.asking import Asked, Rounds
from fenshen.training.evals.facts import FactScore
from fenshen.training.evals.levels import BASE


def per_item(
    rounds: Rounds,
    asked: Asked,
    nats: Mapping[str, Sequence[float]],
    styles: Mapping[str, Sequence[float | None]],
    facts: Mapping[str, Sequence[FactScore]],
) -> dict[str, Any]:
    """The stored shape: figures of every level by item, and the words of the lowest and highest level."""
    top = rounds.top.name
    return {
        "held_out": [
            {
                "key": one.key,
                "item": one.item_id,
                "bytes": one.bytes,
                "nats": {level.name: round(nats[level.name][at], 4) for level in rounds.levels},
            }
            for at, one in enumerate(rounds.held_out)
        ],
        "questions": [
            {
                "question": question,
                "shown": rounds.shown(question, rounds.top, whole=False),
                "answers": {name: asked.answers[name][at] for name in (BASE.name, top)},
                "style": {name: _rounded(scores[at]) for name, scores in styles.items()},
            }
            for at, question in enumerate(rounds.questions)
        ],
        "facts": [
            {"id": fact.id, "exact": s.exact, "fuzzy": s.fuzzy, "cited": s.cited, "right": s.right}
            for fact, s in zip(rounds.facts(rounds.top), facts[top], strict=True)
        ],
        "base_answers": asked.base,
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
