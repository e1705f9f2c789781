"""Rolling automatic captions back to what was said once.

YouTube's automatic captions show two lines that scroll: each line appears up to three times, and so
it does after a conversion to SRT. A line that repeats the end of what is already on screen is
dropped; files that do not scroll are left alone, so a speaker may still repeat themself. Pure; knows
nothing about file formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

#: Scrolling files repeat a line in nearly every cue, spoken repetition in few.
_ROLLING_SHARE = 0.4
_TOUCHING_S = 1.0


@dataclass(frozen=True)
class TimedLines:
    """A cue as written: its lines, markup removed."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]
    speaker: str | None = None


def unroll(cues: Sequence[TimedLines]) -> list[TimedLines]:
    """`cues` without the lines that only scroll; unchanged when the file does not scroll."""
    if not is_rolling(cues):
        return list(cues)
    shown: tuple[str, ...] = ()
    kept: list[TimedLines] = []
    for cue in cues:
        repeated = _overlap(shown, cue.lines)
        fresh = cue.lines[repeated:]
        if fresh:
            kept.append(TimedLines(cue.start_s, cue.end_s, fresh, cue.speaker))
        elif kept:
            last = kept[-1]
            kept[-1] = TimedLines(last.start_s, max(last.end_s, cue.end_s), last.lines, last.speaker)
        shown = (cue.lines or shown) if repeated == 0 else cue.lines
    return kept


def is_rolling(cues: Sequence[TimedLines]) -> bool:
    """Whether most cues begin with a line that is still on screen from the cue before."""
    pairs = [(a, b) for a, b in pairwise(cues) if a.lines and b.lines]
    touching = [(a, b) for a, b in pairs if b.start_s - a.end_s < _TOUCHING_S]
    repeats = sum(1 for a, b in touching if _overlap(a.lines, b.lines))
    return len(touching) >= 2 and repeats >= _ROLLING_SHARE * len(touching)


def _overlap(shown: tuple[str, ...], lines: tuple[str, ...]) -> int:
    """How many of the first `lines` are the last lines of `shown`."""
    for size in range(min(len(shown), len(lines)), 0, -1):
        if shown[-size:] == lines[:size]:
            return size
    return 0
