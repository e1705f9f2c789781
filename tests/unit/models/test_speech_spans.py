"""Probabilities of speech to windows for a recogniser, and back to seconds of the recording."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.models.hearing import HEARING_RATE
from fenshen.models.speech_spans import FRAME, Span, Window, pack, speech_spans, voiced_share

WINDOW = 30 * HEARING_RATE


def spoken(*parts: tuple[float, float]) -> np.ndarray:
    """Probabilities for `(seconds, probability)` after one another."""
    return np.concatenate([np.full(round(s * HEARING_RATE / FRAME), p, np.float32) for s, p in parts])


def test_a_short_pause_is_part_of_the_stretch_and_a_long_one_is_not() -> None:
    """A fifth of a second holds a sentence together, two seconds part two."""
    heard = spoken((1, 0), (2, 0.9), (0.2, 0.1), (2, 0.9), (2, 0), (1, 0.9), (1, 0))
    first, second = speech_spans(heard, len(heard) * FRAME)
    assert first.start / HEARING_RATE == pytest.approx(0.75, abs=0.05)
    assert first.end / HEARING_RATE == pytest.approx(5.45, abs=0.05)
    assert second.start / HEARING_RATE == pytest.approx(6.95, abs=0.1)


def test_half_loud_frames_carry_a_stretch_on_but_begin_none() -> None:
    """Speech begins at 0.5 and ends only below 0.35."""
    assert speech_spans(spoken((3, 0.45)), 3 * HEARING_RATE) == []
    (only,) = speech_spans(spoken((1, 0.9), (2, 0.45)), 3 * HEARING_RATE)
    assert only.length == pytest.approx(3 * HEARING_RATE, abs=FRAME)


def test_speech_without_a_pause_is_cut_where_it_is_least_likely() -> None:
    """A minute without a breath becomes windows, and the cut is in the dip."""
    heard = spoken((20, 0.95), (0.1, 0.6), (40, 0.95))
    spans = speech_spans(heard, len(heard) * FRAME)
    assert all(span.length <= WINDOW for span in spans)
    assert spans[0].end / HEARING_RATE == pytest.approx(20.05, abs=0.1)


def test_a_long_pause_is_shortened_and_seconds_lead_back_across_it() -> None:
    """Two stretches a minute apart share a window; the second one's words are a minute later."""
    (window,) = pack([Span(0, 2 * HEARING_RATE), Span(62 * HEARING_RATE, 64 * HEARING_RATE)])
    assert window.length == pytest.approx(4.3 * HEARING_RATE)
    assert window.second_at(1.5) == pytest.approx(1.5)
    assert window.second_at(3.3) == pytest.approx(63.0)
    assert window.second_at(2.0, ends=True) == pytest.approx(2.0)
    assert window.second_at(99.0) == pytest.approx(64.0)


@given(st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.9]), max_size=3000))
def test_windows_hold_the_speech_in_order_and_fit(steps: list[float]) -> None:
    """Whatever the detector says: windows fit, spans rise without overlap, nothing loud is lost."""
    heard = np.repeat(np.asarray(steps, np.float32), 2)
    samples = len(heard) * FRAME
    windows = pack(speech_spans(heard, samples))
    spans = [span for window in windows for span in window.spans]
    assert all(0 < window.length <= WINDOW for window in windows)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 <= span.start < span.end <= samples for span in spans)
    covered = np.zeros(samples, bool)
    for span in spans:
        covered[span.start : span.end] = True
    for frame in np.flatnonzero(heard >= 0.5):
        assert covered[frame * FRAME + FRAME // 2]


def test_how_voiced_a_moment_is() -> None:
    """The mean over its frames; beyond the end nothing is known, so nothing is voiced."""
    heard = spoken((1, 0.0), (1, 1.0))
    assert voiced_share(heard, 1.1, 1.9) == pytest.approx(1.0)
    assert voiced_share(heard, 0.5, 1.5) == pytest.approx(0.5, abs=0.05)
    assert voiced_share(heard, 10.0, 11.0) == 0.0


def test_a_window_gives_its_sound() -> None:
    """The samples of its spans, one after the other."""
    recording = np.arange(10, dtype=np.float32)
    assert Window((Span(1, 3), Span(6, 8))).sound(recording).tolist() == [1, 2, 6, 7]
