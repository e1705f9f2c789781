"""The words of this package: spans, voices and turns. Knows nothing about how they are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Decision = Literal["creator", "other", "unknown"]
Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Span:
    """From one second of a recording to another."""

    start_s: float
    end_s: float

    @property
    def seconds(self) -> float:
        """Length."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Turn:
    """A stretch in which the same people speak.

    Attributes:
        voices: numbers of the voices heard, most present first; two or more are an overlap, none is a
            voice that could not be told.
    """

    start_s: float
    end_s: float
    voices: tuple[int, ...]

    @property
    def seconds(self) -> float:
        """Length."""
        return self.end_s - self.start_s

    @property
    def is_overlap(self) -> bool:
        """Two people at once."""
        return len(self.voices) > 1


@dataclass(frozen=True)
class Voice:
    """One voice of a recording.

    Attributes:
        vector: unit vector, the direction of its clear windows.
        seconds: how long it speaks alone.
        sample: a stretch of it alone, to play.
        steadiness: mean cosine of its windows with `vector`.
    """

    number: int
    vector: Vector
    seconds: float
    sample: Span
    steadiness: float


@dataclass(frozen=True)
class Diarisation:
    """Who speaks when: turns in order of time, voices by number, the longest speaker first."""

    turns: tuple[Turn, ...]
    voices: tuple[Voice, ...]


def unit(vector: Vector) -> Vector:
    """`vector` (or each row) at length one; zeros stay zeros."""
    norm = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.asarray(vector / np.maximum(norm, 1e-9), dtype=np.float32)
