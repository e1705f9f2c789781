"""Who speaks when, without knowing anybody: windows → voices → turns.

    windows → pieces of one voice → grouped into voices → each window to the likeliest voice or pair of
    voices, along the whole recording → voices again from their clear windows → turns

Two people at once sound to the encoder much like the sum of both vectors, so each pair of voices is one
more thing a window can be; no model of overlaps is needed. Knows nothing about the creator.
"""

from __future__ import annotations

from itertools import combinations, groupby

import numpy as np
from numpy.typing import NDArray

from fenshen.library.speakers import calibration
from fenshen.library.speakers.turns import Diarisation, Span, Turn, Vector, Voice, unit
from fenshen.library.speakers.windows import STEP_S, Windows, cells

BLOCK = 600

Rows = NDArray[np.int64]


def group_vectors(sums: NDArray[np.float32], counts: NDArray[np.float32], alike: float) -> list[Rows]:
    """Rows that belong together, the heaviest group first.

    Args:
        sums: shape (n, dimensions); each row is the sum of `counts` unit vectors that belong together.
        alike: groups whose mean cosine is at least this are one.
    """
    groups: list[Rows] = [np.array([row], dtype=np.int64) for row in range(len(sums))]
    while True:
        before = len(groups)
        outer = np.array([sums[rows].sum(axis=0) for rows in groups])
        weights = np.array([counts[rows].sum() for rows in groups])
        merged: list[Rows] = []
        for start in range(0, before, BLOCK):
            block = slice(start, start + BLOCK)
            for members in _merge(outer[block], weights[block], alike):
                merged += [np.concatenate([groups[start + member] for member in members])]
        groups = merged
        if before <= BLOCK or len(groups) == before:
            return sorted(groups, key=lambda rows: (-float(counts[rows].sum()), int(rows[0])))


def _merge(sums: NDArray[np.float32], counts: NDArray[np.float32], alike: float) -> list[list[int]]:
    members = [[row] for row in range(len(sums))]
    weights = counts.astype(np.float64)
    totals = sums.astype(np.float64)
    likeness = (totals @ totals.T) / np.outer(weights, weights)
    np.fill_diagonal(likeness, -np.inf)
    for _ in range(len(sums) - 1):
        one, other = divmod(int(np.argmax(likeness)), len(sums))
        if likeness[one, other] < alike:
            break
        share = weights[one] / (weights[one] + weights[other])
        row = share * likeness[one] + (1 - share) * likeness[other]
        row[one] = -np.inf
        likeness[one], likeness[:, one] = row, row
        likeness[other], likeness[:, other] = -np.inf, -np.inf
        weights[one] += weights[other]
        members[one] += members[other]
        members[other] = []
    return [sorted(rows) for rows in members if rows]


#: Windows that make up a piece at most.
_PIECE = 6
_ROUNDS = 3
#: The voices beyond these, which speak least, stay untold: the pairs would be too many.
VOICES_MAX = 12

State = tuple[int, ...]


def diarise(windows: Windows) -> Diarisation:
    """The turns and voices of a recording; both empty when nobody speaks."""
    if not len(windows.vectors):
        return Diarisation((), ())
    centres = _first_voices(windows)
    path: list[State] = [()] * len(windows.vectors)
    for _ in range(_ROUNDS):
        path = _likeliest(windows, centres)
        centres, path = _clear_voices(windows, path, centres)
    return _told(windows, path, centres)


def _first_voices(windows: Windows) -> list[Vector]:
    """Directions of the voices that speak long enough, the longest first."""
    pieces = _pieces(windows)
    sums = np.array([windows.vectors[rows].sum(axis=0) for rows in pieces], dtype=np.float32)
    counts = np.array([len(rows) for rows in pieces], dtype=np.float32)
    lengths = windows.places[:, 1] - windows.places[:, 0]
    heard = np.array([np.minimum(lengths[rows], STEP_S).sum() + STEP_S for rows in pieces])
    groups = group_vectors(sums, counts, calibration.ONE_GROUP)
    large = [group for group in groups if heard[group].sum() >= calibration.VOICE_MIN_S]
    voices = merge_voices([sums[group].sum(axis=0) for group in large])
    centres: list[Vector] = []
    for centre in (unit(voice) for voice in voices[:VOICES_MAX]):
        if not any(
            float(unit(a + b) @ centre) > calibration.BOTH_VOICES for a, b in combinations(centres, 2)
        ):
            centres.append(centre)
    return centres or [unit(windows.vectors.sum(axis=0))]


def merge_voices(sums: list[Vector]) -> list[Vector]:
    """Sums of vectors whose directions are one voice's added up, until none are; the longest first."""
    held = list(sums)
    while len(held) > 1:
        directions = unit(np.array(held))
        likeness = directions @ directions.T
        np.fill_diagonal(likeness, -1.0)
        one, other = sorted(divmod(int(np.argmax(likeness)), len(held)))
        if likeness[one, other] < calibration.ONE_VOICE:
            break
        held[one] = held[one] + held.pop(other)
    return sorted(held, key=lambda total: -float(np.linalg.norm(total)))


def _pieces(windows: Windows) -> list[NDArray[np.int64]]:
    """Rows of neighbouring windows of one span that sound alike."""
    pieces: list[list[int]] = []
    for row, owner in enumerate(windows.owners):
        last = pieces[-1] if pieces else []
        joins = (
            0 < len(last) < _PIECE
            and windows.owners[last[-1]] == owner
            and float(windows.vectors[last[0]] @ windows.vectors[row]) >= calibration.ONE_PIECE
        )
        if joins:
            last.append(row)
        else:
            pieces.append([row])
    return [np.array(piece, dtype=np.int64) for piece in pieces]


def _likeliest(windows: Windows, centres: list[Vector]) -> list[State]:
    """For each window a voice, a pair of voices or nobody known, likeliest along the recording."""
    pairs = list(combinations(range(len(centres)), 2))
    states: list[State] = [(), *((number,) for number in range(len(centres))), *pairs]
    directions = [*centres, *(unit(centres[a] + centres[b]) for a, b in pairs)]
    scores = np.empty((len(windows.vectors), len(states)), dtype=np.float64)
    scores[:, 0] = calibration.NOBODY_KNOWN
    scores[:, 1:] = windows.vectors @ np.array(directions).T
    scores[:, 1 + len(centres) :] -= calibration.PAIR_PENALTY
    return [states[at] for at in best_path(scores, windows.owners)]


def best_path(scores: NDArray[np.float64], owners: NDArray[np.int64]) -> list[int]:
    """The state of each window for the greatest sum of scores less what changes cost (Viterbi).

    A change costs more inside a span than over a pause.
    """
    total = scores[0].copy()
    came: list[NDArray[np.int64]] = []
    for row in range(1, len(scores)):
        same = owners[row] == owners[row - 1]
        cost = calibration.CHANGE_IN_SPAN if same else calibration.CHANGE_OVER_PAUSE
        best = int(np.argmax(total))
        changes = total[best] - cost > total
        came.append(np.where(changes, best, np.arange(len(total))))
        total = np.where(changes, total[best] - cost, total) + scores[row]
    path = [int(np.argmax(total))]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _clear_voices(
    windows: Windows, path: list[State], centres: list[Vector]
) -> tuple[list[Vector], list[State]]:
    """Voices again from the windows that are theirs alone, without those that lost all of theirs."""
    rows = {
        number: [at for at, state in enumerate(path) if state == (number,)] for number in range(len(centres))
    }
    kept = [number for number in rows if rows[number]]
    renumbered = {number: place for place, number in enumerate(kept)}
    again = [unit(windows.vectors[rows[number]].sum(axis=0)) for number in kept]
    return again, [tuple(renumbered[v] for v in state if v in renumbered) for state in path]


def _told(windows: Windows, path: list[State], centres: list[Vector]) -> Diarisation:
    turns = _turns(windows, path)
    alone = {n: [turn for turn in turns if turn.voices == (n,)] for n in range(len(centres))}
    seconds = {n: sum(turn.seconds for turn in alone[n]) for n in alone}
    order = sorted((n for n in alone if alone[n]), key=lambda n: (-seconds[n], n))
    numbers = {n: place for place, n in enumerate(order)}
    voices = []
    for n in order:
        own = [float(windows.vectors[at] @ centres[n]) for at, state in enumerate(path) if state == (n,)]
        longest = max(alone[n], key=lambda turn: turn.seconds)
        sample = Span(longest.start_s, min(longest.end_s, longest.start_s + 10.0))
        voices.append(Voice(numbers[n], centres[n], seconds[n], sample, float(np.mean(own))))
    told = [Turn(t.start_s, t.end_s, tuple(numbers[v] for v in t.voices if v in numbers)) for t in turns]
    return Diarisation(tuple(told), tuple(voices))


def _turns(windows: Windows, path: list[State]) -> list[Turn]:
    """Neighbouring windows of the same state as turns; a short pause does not end a turn."""
    turns: list[Turn] = []
    for number in range(len(windows.spans)):
        for state, group in groupby(cells(windows, number), key=lambda cell: path[cell[0]]):
            parts = [span for _, span in group]
            start_s, end_s = parts[0].start_s, parts[-1].end_s
            if (
                turns
                and turns[-1].voices == state
                and start_s - turns[-1].end_s < calibration.PAUSE_IN_TURN_S
            ):
                start_s = turns.pop().start_s
            turns.append(Turn(start_s, end_s, state))
    return turns
