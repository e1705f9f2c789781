"""Where somebody may be speaking over a voice, or two voices change without a pause.

A window with two people in it lies near the sum of both vectors. Turns allow for that only where it lasts;
this looks at every window by itself, which costs little of a turn and catches short ones. Knows nothing
about the creator.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from fenshen.library.speakers import calibration
from fenshen.library.speakers.turns import Diarisation, Span, unit
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
