"""Sound to what Whisper's encoder sees: log mel energies of 25 ms frames every 10 ms.

Knows nothing about speech or models beyond the shape they expect.

Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022, section 2.2;
mel scale and filter areas after M. Slaney, "Auditory Toolbox", 1998.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from fenshen.models.hearing import HEARING_RATE

WINDOW_S = 30
FRAMES_PER_S = 100
FRAMES = WINDOW_S * FRAMES_PER_S
_FFT = 400
_HOP = HEARING_RATE // FRAMES_PER_S
#: Slaney's scale is linear up to here and logarithmic above.
_KNEE_HZ = 1000.0
_HZ_PER_MEL = 200.0 / 3
_LOG_STEP = np.log(6.4) / 27.0


def log_mel(sound: NDArray[np.float32], bands: int) -> NDArray[np.float32]:
    """Log mel energies of at most 30 s, filled up with silence; shape (bands, 3000), float32.

    Args:
        sound: mono at 16 kHz.
    """
    held = np.zeros(WINDOW_S * HEARING_RATE + _FFT, dtype=np.float32)
    half = _FFT // 2
    used = sound[: WINDOW_S * HEARING_RATE]
    held[half : half + len(used)] = used
    if len(used) > half:
        held[:half] = used[half:0:-1]  # the first frame sees its sound mirrored
    frames = np.lib.stride_tricks.sliding_window_view(held, _FFT)[::_HOP][:FRAMES]
    spectrum = np.fft.rfft(frames * _hann(), axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    energies = _filters(bands) @ power.T.astype(np.float32)  # (bands, frames)
    logs = np.log10(np.maximum(energies, 1e-10))
    scaled: NDArray[np.float32] = ((np.maximum(logs, logs.max() - 8.0) + 4.0) / 4.0).astype(np.float32)
    return scaled


@cache
def _hann() -> NDArray[np.float32]:
    return np.hanning(_FFT + 1)[:-1].astype(np.float32)


@cache
def _filters(bands: int) -> NDArray[np.float32]:
    """Triangles of equal area on the mel scale; shape (bands, 201)."""
    top_mel = _KNEE_HZ / _HZ_PER_MEL + np.log(HEARING_RATE / 2 / _KNEE_HZ) / _LOG_STEP
    edges = _hertz(np.linspace(0.0, top_mel, bands + 2))
    bins = np.fft.rfftfreq(_FFT, 1.0 / HEARING_RATE)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    areas = (edges[2:] - edges[:-2])[:, None] / 2.0
    return (np.maximum(0.0, np.minimum(rising, falling)) / areas).astype(np.float32)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    knee = _KNEE_HZ / _HZ_PER_MEL
    return np.where(mels < knee, mels * _HZ_PER_MEL, _KNEE_HZ * np.exp(_LOG_STEP * (mels - knee)))
