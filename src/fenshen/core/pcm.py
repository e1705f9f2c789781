"""Sound as arrays: mono float32 in [-1, 1] with a sample rate, and WAV in and out.

Knows nothing about compressed formats; readers decode those in a child process.
"""

from __future__ import annotations

import io
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
