"""Resampling: tones keep their pitch and level, and nothing folds back into hearing."""

from __future__ import annotations

import numpy as np
import pytest

from fenshen.core.pcm import Pcm, resample


def tone(hertz: float, rate: int) -> Pcm:
    return Pcm(np.sin(2 * np.pi * hertz * np.arange(rate) / rate).astype(np.float32), rate)


@pytest.mark.parametrize(("before", "after"), [(44_100, 16_000), (24_000, 16_000), (8_000, 16_000)])
def test_a_tone_stays_the_same_tone(before: int, after: int) -> None:
    """A second of 440 Hz is a second of 440 Hz at the new rate."""
    result = resample(tone(440, before), after)
    assert result.rate == after and len(result.samples) == after
    assert np.abs(result.samples - tone(440, after).samples)[400:-400].max() < 1e-3


def test_what_the_new_rate_cannot_hold_is_gone() -> None:
    """20 kHz would fold back to 4 kHz at 16 kHz; it is filtered out."""
    assert np.abs(resample(tone(20_000, 44_100), 16_000).samples[400:-400]).max() < 1e-3


def test_nothing_stays_nothing() -> None:
    """No samples, no error; the same rate, the same samples."""
    assert len(resample(Pcm(np.zeros(0, np.float32), 8_000), 16_000).samples) == 0
    assert len(resample(Pcm(np.ones(3, np.float32), 44_100), 16_000).samples) == 2
