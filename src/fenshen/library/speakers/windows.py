"""Speech cut into short overlapping windows, each with its vector.

    probabilities of speech → voiced spans → windows of 1.6 s every 0.4 s → vectors

A long recording is windowed block by block and joined, so its sound is never in memory as a whole. Knows
nothing about voices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fenshen.core.pcm import Pcm, resample
from fenshen.library.speakers.turns import Span
from fenshen.models.speaker import SPEAKER_RATE, SPEECH_FRAME, SpeakerEncoder

#: A window each so many seconds; the turns can be no finer.
STEP_S = 0.4
#: Speech begins above the first probability and ends below the second.
BEGINS, ENDS = 0.5, 0.35
#: A pause of this length ends a span, so no window spans it; shorter spans than the second tell no voice.
PAUSE_S, SPAN_MIN_S = 0.3, 0.25
#: Seconds per probability.
FRAME_S = SPEECH_FRAME / SPEAKER_RATE


@dataclass(frozen=True)
class Windows:
    """Windows of a recording in order of time.

    Attributes:
        spans: voiced spans, in order.
        places: shape (n, 2), seconds from and to which a window lies.
        owners: shape (n,), number of the span it lies in.
        vectors: shape (n, dimensions), unit rows.
    """

    spans: tuple[Span, ...]
    places: NDArray[np.float64]
    owners: NDArray[np.int64]
    vectors: NDArray[np.float32]

    @property
    def centres(self) -> NDArray[np.float64]:
        """Middles of the windows, seconds."""
        return np.asarray(self.places.mean(axis=1))


def voiced_spans(probabilities: NDArray[np.float32], offset_s: float = 0.0) -> list[Span]:
    """Stretches of speech without a pause of 0.3 s in them."""
    on = np.zeros(len(probabilities) + 2, dtype=bool)
    speaking = False
    for at, probability in enumerate(probabilities.tolist()):
        speaking = probability >= (ENDS if speaking else BEGINS)
        on[at + 1] = speaking
    edges = np.flatnonzero(np.diff(on.astype(np.int8))) * FRAME_S + offset_s
    spans = [Span(float(start), float(end)) for start, end in edges.reshape(-1, 2)]
    joined = spans[:1]
    for span in spans[1:]:
        if span.start_s - joined[-1].end_s < PAUSE_S:
            joined[-1] = Span(joined[-1].start_s, span.end_s)
        else:
            joined.append(span)
    return [span for span in joined if span.seconds >= SPAN_MIN_S]


def embed_windows(sound: Pcm, encoder: SpeakerEncoder, offset_s: float = 0.0) -> Windows:
    """The windows of what is said in a sound, with their vectors.

    Args:
        sound: a recording, or a block of one that ends where nobody speaks.
        offset_s: where the block begins in the recording.
    """
    samples = resample(sound, SPEAKER_RATE).samples
    spans = voiced_spans(encoder.speech(samples), offset_s)
    places = [
        (number, *place) for number, span in enumerate(spans) for place in _places(span, encoder.window_s)
    ]
    length = round(encoder.window_s * SPEAKER_RATE)
    cut = np.empty((len(places), length), dtype=np.float32)
    for row, (_, start, end) in enumerate(places):
        part = samples[max(0, _sample(start - offset_s)) : _sample(end - offset_s)]
        # A span too short for a window is said over and over.
        cut[row] = np.resize(part, length) if len(part) else 0.0
    return Windows(
        tuple(spans),
        np.array([place[1:] for place in places], dtype=np.float64).reshape(-1, 2),
        np.array([place[0] for place in places], dtype=np.int64),
        encoder.embed(cut) if len(cut) else np.zeros((0, encoder.dimensions), dtype=np.float32),
    )


def join_windows(blocks: Iterable[Windows]) -> Windows:
    """The windows of consecutive blocks as those of one recording."""
    parts = list(blocks)
    if not parts:
        return Windows((), np.zeros((0, 2)), np.zeros(0, dtype=np.int64), np.zeros((0, 1), dtype=np.float32))
    firsts = np.cumsum([0, *(len(part.spans) for part in parts)])
    return Windows(
        tuple(span for part in parts for span in part.spans),
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.owners + first for part, first in zip(parts, firsts, strict=False)]),
        np.concatenate([part.vectors for part in parts]),
    )


def _places(span: Span, window_s: float) -> list[tuple[float, float]]:
    """Windows evenly over a span, about `STEP_S` apart, the first and last at its ends."""
    if span.seconds <= window_s:
        return [(span.start_s, span.end_s)]
    count = 1 + max(1, round((span.seconds - window_s) / STEP_S))
    starts = np.linspace(span.start_s, span.end_s - window_s, count)
    return [(float(start), float(start + window_s)) for start in starts]


def cells(windows: Windows, number: int) -> list[tuple[int, Span]]:
    """The windows of one span, each with the part of the span nearest to its middle."""
    rows = np.flatnonzero(windows.owners == number)
    centres = windows.centres[rows]
    span = windows.spans[number]
    edges = [span.start_s, *((a + b) / 2 for a, b in pairwise(centres.tolist())), span.end_s]
    return [(int(row), Span(start, end)) for row, (start, end) in zip(rows, pairwise(edges), strict=True)]


def _sample(seconds: float) -> int:
    return round(seconds * SPEAKER_RATE)
