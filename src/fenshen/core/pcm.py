"""Sound as arrays: mono float32 in [-1, 1] with a sample rate, and WAV in and out.

Knows nothing about compressed formats; readers decode those in a child process.
"""

from __future__ import annotations

import io
import math
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Pcm:
    """Mono sound.

    Attributes:
        samples: shape (n,), float32, nominally in [-1, 1].
        rate: samples per second.
    """

    samples: NDArray[np.float32]
    rate: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    def to_wav(self) -> bytes:
        """16-bit WAV file."""
        clipped = np.clip(np.nan_to_num(self.samples), -1.0, 1.0)
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes((clipped * 32767).astype("<i2").tobytes())
        return buffer.getvalue()


def resample(pcm: Pcm, rate: int) -> Pcm:
    """The same sound at another rate, band-limited (windowed sinc, 16 zero crossings a side).

    Source: J. O. Smith, "Digital Audio Resampling", polyphase form.
    """
    if rate == pcm.rate or not len(pcm.samples):
        return Pcm(pcm.samples, rate)
    common = math.gcd(rate, pcm.rate)
    up, down = rate // common, pcm.rate // common
    cutoff = min(1.0, up / down)
    half = math.ceil(16 / cutoff)
    count = -(-len(pcm.samples) * up // down)
    padded = np.pad(pcm.samples.astype(np.float32), (half, half + down))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half)  # (positions, taps)
    taps = np.arange(1 - half, half + 1)
    samples = np.zeros(count, dtype=np.float32)
    for phase in range(min(up, count)):
        first, fraction = divmod(phase * down, up)
        distance = taps - fraction / up
        kernel = cutoff * np.sinc(cutoff * distance) * np.cos(np.pi * distance / (2 * half + 2)) ** 2
        part = samples[phase::up]
        part[:] = windows[first + 1 :: down][: len(part)] @ kernel.astype(np.float32)
    return Pcm(samples, rate)
