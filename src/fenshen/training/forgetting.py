"""What an update forgot of the old and learned of the new: bits per byte before and after, on the same answers.

    parent's adapter → nats of held-out answers → training → nats again → change, with its interval

`old` is what the parent was judged by, `new` the newest tenth of what came since. Knows nothing about PyTorch.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from fenshen.training.dataset import Dataset
from fenshen.training.disk import out_of_space
from fenshen.training.evals.bits import (
    AnswerScorer,
    HeldOut,
    bits_difference,
    bits_per_byte,
    held_out_answers,
    level_nats,
)
from fenshen.training.evals.levels import Level

#: Answers judged on each side.
ANSWERS_MAX = 32
#: Bits per byte; an update that surely forgot more is refused by the gate. A choice: no update of a real base
#: has been measured yet.
FORGETTING_MAX = 0.02
FILE = "before.json"
_ADAPTER = Level("L2", adapted=True, sourced=False)


class Forgetting:
    """Measures one update.

    Args:
        data: its held-out answers.
        before: ids of the items that the parent was judged by.
        folder: keeps what was measured before training, so that a resumed run compares with it.
    """

    def __init__(self, data: Dataset, before: Collection[str], folder: Path) -> None:
        old = frozenset(before)
        sides = {
            "old": [e for e in data.held_out if e.item_id in old],
            "new": [e for e in data.held_out if e.item_id not in old],
        }
        self._answers = {
            side: held_out_answers(told, data.system, ANSWERS_MAX) for side, told in sides.items() if told
        }
        self._path = folder / FILE

    def before(self, scorer: AnswerScorer) -> None:
        """Judge the parent's adapter, once."""
        if self._path.is_file():
            return
        with out_of_space(self._path.parent):
            aside = self._path.with_suffix(".part")
            aside.write_text(json.dumps(self._nats(scorer)), encoding="utf-8")
            aside.replace(self._path)

    def after(self, scorer: AnswerScorer, seed: int) -> dict[str, Any]:
        """Judge what training made of it: `{"bound", "old": {before, after, change}, "new": …}`."""
        then: dict[str, list[float]] = json.loads(self._path.read_text(encoding="utf-8"))
        now = self._nats(scorer)
        sides = {side: change(told, then[side], now[side], seed) for side, told in self._answers.items()}
        self._path.unlink()
        return {"bound": FORGETTING_MAX, **sides}

    def _nats(self, scorer: AnswerScorer) -> dict[str, list[float]]:
        return {
            side: level_nats(told, _ADAPTER, scorer, lambda: None) for side, told in self._answers.items()
        }


def change(told: Sequence[HeldOut], then: Sequence[float], now: Sequence[float], seed: int) -> dict[str, Any]:
    """Bits per byte before and after, and the difference on the same answers (above zero: worse)."""
    sizes = [one.bytes for one in told]
    found = {
        "before": bits_per_byte(then, sizes, seed),
        "after": bits_per_byte(now, sizes, seed),
        "change": bits_difference(now, then, sizes, seed),
    }
    return {name: None if interval is None else interval.as_json() for name, interval in found.items()}


def told_forgetting(found: Mapping[str, Any]) -> list[str]:
    """What was measured, as sentences."""
    names = {"old": "what it knew before", "new": "what is new"}
    return [
        _told(names[side], found[side]) for side in names if found.get(side) and found[side].get("change")
    ]


def _told(name: str, side: Mapping[str, Any]) -> str:
    moved = side["change"]
    return (
        f"bits per byte of {name}: {side['before']['value']:.3f} → {side['after']['value']:.3f} "
        f"({moved['value']:+.3f} [{moved['low']:+.3f}, {moved['high']:+.3f}], n = {moved['n']})"
    )
