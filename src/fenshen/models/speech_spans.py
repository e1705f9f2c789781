"""Stretches of speech out of probabilities, packed into windows that a recogniser hears at once.

    probabilities → spans (hysteresis, padded, split where speech is least) → windows of nearly 30 s

Silence between the spans of a window is shortened, so half a minute of window holds half a minute of
speech; `Window.second_at` leads back to the recording. Knows nothing about detectors or recognisers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fenshen.models.hearing import HEARING_RATE

#: Samples per probability.
FRAME = 512
#: A stretch begins above the first and ends below the second (Silero's own defaults).
BEGINS, ENDS = 0.5, 0.35
#: Shorter pauses are part of the stretch.
_PAUSE_S = 0.3
#: Kept before and after: onsets and final consonants are quiet.
_PAD_S = 0.25
#: What is left of a pause between two stretches of a window, on top of their padding.
_GAP_MAX_S = 0.3
#: Nearly the recogniser's 30 s; the rest is room for the last word to end.
_WINDOW_MAX_S = 29.0
_FRAMES_PER_S = HEARING_RATE / FRAME


@dataclass(frozen=True)
class Span:
    """Samples `start` to `end` of a recording."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Samples."""
        return self.end - self.start


@dataclass(frozen=True)
class Window:
    """Spans of a recording, one after the other without what lies between them."""

    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        """Samples."""
        return sum(span.length for span in self.spans)

    def sound(self, recording: NDArray[np.float32]) -> NDArray[np.float32]:
        """Its samples."""
        return np.concatenate([recording[span.start : span.end] for span in self.spans])

    def second_at(self, second: float, *, ends: bool = False) -> float:
        """The second in the recording of a second in the window; `ends` prefers the earlier span at a seam."""
        sample = round(second * HEARING_RATE)
        before = 0
        for span in self.spans:
            if sample < before + span.length or (ends and sample == before + span.length):
                return (span.start + sample - before) / HEARING_RATE
            before += span.length
        return self.spans[-1].end / HEARING_RATE


def speech_spans(probabilities: NDArray[np.float32], samples: int) -> list[Span]:
    """The stretches of speech in a recording of that many samples, in order, none longer than a window."""
    found: list[Span] = []
    for first, last in _runs(probabilities):
        for start, end in _split(probabilities, first, last):
            pad = round(_PAD_S * HEARING_RATE)
            begins = start * FRAME - (pad if start == first else 0)
            ends = end * FRAME + (pad if end == last else 0)
            floor = found[-1].end if found else 0
            found.append(Span(max(floor, begins), min(samples, ends)))
    return [span for span in found if span.length > 0]


def pack(spans: Sequence[Span]) -> list[Window]:
    """Spans joined into windows of at most 29 s, in order; short pauses stay, long ones are shortened."""
    windows: list[Window] = []
    held: list[Span] = []
    length = 0
    for span in spans:
        gap = min(span.start - held[-1].end, round(_GAP_MAX_S * HEARING_RATE)) if held else 0
        if held and length + gap + span.length > _WINDOW_MAX_S * HEARING_RATE:
            windows.append(Window(tuple(held)))
            held, length, gap = [], 0, 0
        if held and span.start - held[-1].end == gap:
            held[-1] = Span(held[-1].start, span.end)
        else:
            held.append(Span(span.start - gap, span.end))
        length += gap + span.length
    if held:
        windows.append(Window(tuple(held)))
    return windows


def voiced_share(probabilities: NDArray[np.float32], start_s: float, end_s: float) -> float:
    """Mean probability of speech between two seconds, 0 where nothing is known."""
    first, last = int(start_s * _FRAMES_PER_S), int(np.ceil(end_s * _FRAMES_PER_S))
    part = probabilities[max(0, first) : max(first + 1, last)]
    return float(part.mean()) if len(part) else 0.0


def _runs(probabilities: NDArray[np.float32]) -> list[tuple[int, int]]:
    """`(first, one past last)` frames of speech; pauses under a third of a second do not end it."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    quiet_since: int | None = None
    pause = round(_PAUSE_S * _FRAMES_PER_S)
    for frame, probability in enumerate(probabilities.tolist()):
        if start is None:
            if probability >= BEGINS:
                start = frame
        elif probability >= ENDS:
            quiet_since = None
        else:
            quiet_since = frame if quiet_since is None else quiet_since
            if frame - quiet_since >= pause:
                runs.append((start, quiet_since))
                start = quiet_since = None
    if start is not None:
        runs.append((start, len(probabilities) if quiet_since is None else quiet_since))
    return runs


def _split(probabilities: NDArray[np.float32], first: int, last: int) -> list[tuple[int, int]]:
    """A run cut where speech is least likely until each part fits into a window."""
    most = int((_WINDOW_MAX_S - 2 * _PAD_S) * _FRAMES_PER_S)
    parts = []
    while last - first > most:
        cut = first + most // 2 + int(np.argmin(probabilities[first + most // 2 : first + most]))
        parts.append((first, cut))
        first = cut
    return [*parts, (first, last)]
