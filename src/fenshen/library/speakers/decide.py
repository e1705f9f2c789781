"""Creator, other or unknown: the decision for every turn of a recording.

A voice is the creator's only if it matches one that is known to be; the only voice of a recording may be a
stranger's. A turn is the creator's when its voice is, and it sounds like it by itself; what is short, doubtful or
spoken over is unknown or marked, because a wrong word learned costs more than a right one left out. Knows
nothing about texts or the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from fenshen.library.speakers import calibration
from fenshen.library.speakers.turns import Decision, Diarisation, Span, Turn, Vector, unit
from fenshen.library.speakers.windows import Windows, cells


def doubtful_spans(windows: Windows, found: Diarisation) -> list[Span]:
    """Stretches in order, apart from each other, whose voice is not clearly alone."""
    joined: list[Span] = []
    for span in sorted([*_blurred(windows, found), *_changes(found)], key=lambda span: span.start_s):
        if joined and span.start_s <= joined[-1].end_s:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return joined


def _blurred(windows: Windows, found: Diarisation) -> Iterator[Span]:
    """Around windows that lie nearer to their voice and another together than to their voice."""
    if len(found.voices) < 2:
        return
    vectors = np.array([voice.vector for voice in found.voices])  # (voices, dimensions)
    pairs = unit(vectors[:, None] + vectors[None])  # (voices, voices, dimensions)
    turns = iter(found.turns)
    turn = next(turns)
    for number in range(len(windows.spans)):
        for row, cell in cells(windows, number):
            middle = (cell.start_s + cell.end_s) / 2
            while turn.end_s < middle:
                turn = next(turns)
            if len(turn.voices) != 1:
                continue
            own = turn.voices[0]
            alone = float(vectors[own] @ windows.vectors[row])
            together = np.delete(pairs[own] @ windows.vectors[row], own)
            if alone - float(together.max()) < calibration.CLEARLY_ALONE:
                yield Span(cell.start_s - calibration.BLUR_MARGIN_S, cell.end_s + calibration.BLUR_MARGIN_S)


def _changes(found: Diarisation) -> Iterator[Span]:
    """Around changes without a pause: turns end at whole windows, so they are known to within half of one."""
    margin = calibration.CHANGE_MARGIN_S
    for before, after in pairwise(found.turns):
        if before.voices != after.voices and after.start_s - before.end_s < calibration.NO_PAUSE_S:
            yield Span(before.end_s - margin, after.start_s + margin)


#: Why it was decided so:
#: voiceprint  the voice was compared with the creator's, or with somebody's who is not
#: alone       nobody was enrolled, and it was the only voice; until it is decided about, rows of earlier releases stay so
#: guess       nobody is enrolled: it is unknown until the creator says whose it is
Ground = Literal["voiceprint", "alone", "guess"]


@dataclass(frozen=True)
class Decided:
    """A turn with its decision.

    Attributes:
        voice: number of its voice, `None` where none could be told.
        overlap: somebody else speaks at the same time, or may.
        score: cosine of the turn with the creator's voice, `None` without a voiceprint.
    """

    start_s: float
    end_s: float
    voice: int | None
    decision: Decision
    overlap: bool = False
    score: float | None = None


@dataclass(frozen=True)
class Decisions:
    """Every turn decided, what each voice was taken for, and on what ground."""

    turns: tuple[Decided, ...]
    voices: Mapping[int, Decision]
    ground: Ground


def decide(
    windows: Windows, found: Diarisation, creator: Vector | None, strangers: Sequence[Vector] = ()
) -> Decisions:
    """Whose each turn is.

    Args:
        creator: the direction of the creator's voiceprint(s), `None` when nobody is enrolled.
        strangers: voices of which the creator said that they are not theirs.
    """
    voices = {voice.number: decide_voice(voice.vector, creator, strangers) for voice in found.voices}
    ground: Ground = "guess" if creator is None else "voiceprint"
    doubtful = doubtful_spans(windows, found)
    turns = (_decided(turn, windows, voices, creator) for turn in found.turns)
    return Decisions(tuple(part for turn in turns for part in _cut_at(turn, doubtful)), voices, ground)


def decide_voice(voice: Vector, creator: Vector | None, strangers: Sequence[Vector]) -> Decision:
    """What a voice is taken for; nearer to a stranger's than to the creator's, it is not theirs."""
    own = -1.0 if creator is None else float(voice @ creator)
    strange = max((float(voice @ one) for one in strangers), default=-1.0)
    if strange >= calibration.IS_CREATOR and strange > own:
        return "other"
    # Without a voiceprint there is nothing to take it for: it is shown to be decided, and learned from only then.
    return "unknown" if creator is None else decision_of(own)


def decision_of(score: float) -> Decision:
    """What a voice with this cosine to the creator's is."""
    if score >= calibration.IS_CREATOR:
        return "creator"
    return "other" if score < calibration.IS_OTHER else "unknown"


def _decided(turn: Turn, windows: Windows, voices: Mapping[int, Decision], creator: Vector | None) -> Decided:
    voice = turn.voices[0] if turn.voices else None
    score = turn_score(turn, windows, creator) if creator is not None else None
    if turn.is_overlap:
        sides = {voices[number] for number in turn.voices}
        whose: Decision = sides.pop() if len(sides) == 1 else "unknown"
        return Decided(turn.start_s, turn.end_s, voice, whose, overlap=True, score=score)
    decision = voices[voice] if voice is not None else "unknown"
    if decision == "creator" and score is not None and score < calibration.turn_floor(turn.seconds):
        decision = "unknown"
    return Decided(turn.start_s, turn.end_s, voice, decision, score=score)


def turn_score(turn: Turn, windows: Windows, creator: Vector) -> float:
    """Cosine of a turn's windows together with the creator's voice; the nearest window's if it has none."""
    centres = windows.centres
    inside = np.flatnonzero((centres >= turn.start_s) & (centres <= turn.end_s))
    if not len(inside):
        inside = np.array([int(np.argmin(np.abs(centres - (turn.start_s + turn.end_s) / 2)))])
    return float(unit(windows.vectors[inside].sum(axis=0)) @ creator)


def _cut_at(turn: Decided, doubtful: Sequence[Span]) -> Iterator[Decided]:
    """A turn with the doubtful parts of it marked as overlap."""
    at = turn.start_s
    for span in doubtful:
        start, end = max(at, span.start_s), min(turn.end_s, span.end_s)
        if start >= end:
            continue
        if start > at:
            yield replace(turn, start_s=at, end_s=start)
        yield replace(turn, start_s=start, end_s=end, overlap=True)
        at = end
    if at < turn.end_s:
        yield replace(turn, start_s=at)
