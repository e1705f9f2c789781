"""How well a recording was told apart: diarisation error, and what got into the training set.

Knows nothing about how the turns were found.

Source: NIST, "Rich Transcription 2009 Evaluation Plan": error time over speaker time, a collar left out
around every true boundary, overlaps scored, voices matched to speakers one to one for the least error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRAME_S = 0.01
COLLAR_S = 0.25

#: Who speaks from when to when, seconds.
Stretch = tuple[float, float, str]
_Grid = NDArray[np.bool_]


@dataclass(frozen=True)
class ErrorTime:
    """Seconds of scored speaker time, and of what went wrong in it."""

    scored_s: float
    missed_s: float
    false_s: float
    confused_s: float

    @property
    def rate(self) -> float:
        """Diarisation error rate."""
        return (self.missed_s + self.false_s + self.confused_s) / max(self.scored_s, FRAME_S)

    def __add__(self, other: ErrorTime) -> ErrorTime:
        """Both recordings together."""
        return ErrorTime(
            self.scored_s + other.scored_s,
            self.missed_s + other.missed_s,
            self.false_s + other.false_s,
            self.confused_s + other.confused_s,
        )


@dataclass(frozen=True)
class Purity:
    """Seconds of true speech in what was kept as the creator's, and of the creator's speech in all.

    Attributes:
        kept_s: speech of anybody that was kept.
        foreign_s: of it, while somebody else speaks, alone or over the creator.
        own_s: the creator speaks alone, in the whole recording.
        own_kept_s: of it, what was kept.
    """

    kept_s: float
    foreign_s: float
    own_s: float
    own_kept_s: float

    @property
    def foreign_share(self) -> float:
        """Share of what was kept that is not the creator's alone."""
        return self.foreign_s / max(self.kept_s, FRAME_S)

    @property
    def own_share(self) -> float:
        """Share of the creator's speech that was kept."""
        return self.own_kept_s / max(self.own_s, FRAME_S)

    def __add__(self, other: Purity) -> Purity:
        """Both recordings together."""
        return Purity(
            self.kept_s + other.kept_s,
            self.foreign_s + other.foreign_s,
            self.own_s + other.own_s,
            self.own_kept_s + other.own_kept_s,
        )


def error_time(
    true: Sequence[Stretch], found: Sequence[Stretch], duration_s: float, collar_s: float = COLLAR_S
) -> ErrorTime:
    """What went wrong between the true and the found speakers of a recording."""
    truth, guess = _grid(true, duration_s), _grid(found, duration_s)
    scored = np.ones(truth.shape[1], dtype=bool)
    for start, end, _ in true:
        for edge in (start, end):
            scored[max(0, _frame(edge - collar_s)) : max(0, _frame(edge + collar_s))] = False
    truth, guess = truth[:, scored], guess[:, scored]
    together = truth.astype(np.int64) @ guess.T.astype(np.int64)  # (speakers, voices)
    right = best_matching(together) if together.size else 0
    spoken, heard = truth.sum(axis=0), guess.sum(axis=0)
    missed = int(np.maximum(spoken - heard, 0).sum())
    false = int(np.maximum(heard - spoken, 0).sum())
    confused = int(np.minimum(spoken, heard).sum()) - right
    return ErrorTime(*(count * FRAME_S for count in (int(spoken.sum()), missed, false, confused)))


def purity(
    true: Sequence[Stretch], kept: Iterable[tuple[float, float]], creator: str, duration_s: float
) -> Purity:
    """What is in the stretches that were kept as `creator`'s, without any collar."""
    own = _grid([one for one in true if one[2] == creator], duration_s).any(axis=0)
    foreign = _grid([one for one in true if one[2] != creator], duration_s).any(axis=0)
    chosen = _grid([(start, end, "") for start, end in kept], duration_s).any(axis=0)
    alone = own & ~foreign
    counts = ((own | foreign) & chosen, foreign & chosen, alone, alone & chosen)
    return Purity(*(int(count.sum()) * FRAME_S for count in counts))


def best_matching(together: NDArray[np.int64]) -> int:
    """The most that a one-to-one matching of rows to columns adds up to.

    Exact over subsets of the smaller side; meant for a dozen at most on that side.
    """
    if together.shape[0] > together.shape[1]:
        together = together.T
    best = {0: 0}
    for column in together.T:
        grown = dict(best)
        for used, total in best.items():
            for row, value in enumerate(column):
                if value and not used >> row & 1:
                    key = used | 1 << row
                    grown[key] = max(grown.get(key, 0), total + int(value))
        best = grown
    return max(best.values())


def _grid(stretches: Sequence[Stretch], duration_s: float) -> _Grid:
    names = sorted({name for *_, name in stretches})
    grid = np.zeros((len(names), _frame(duration_s) + 1), dtype=bool)
    for start, end, name in stretches:
        grid[names.index(name), max(0, _frame(start)) : max(0, _frame(end))] = True
    return grid


def _frame(seconds: float) -> int:
    return round(seconds / FRAME_S)
