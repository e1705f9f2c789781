"""Who is speaking: short windows of sound in, unit vectors out, and where there is speech at all.

Knows nothing about creators or files.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput

#: Samples per second that every encoder takes.
SPEAKER_RATE = 16_000
#: Samples per probability of speech.
SPEECH_FRAME = 512
#: Shorter windows say nothing about a voice.
WINDOW_MIN_S = 0.2


class SpeakerEncoder(Protocol):
    """Turns windows of speech into vectors whose dot product says how alike two voices are."""

    @property
    def name(self) -> str:
        """Catalog name; stored with a vector so that vectors of two models never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    @property
    def window_s(self) -> float:
        """Length of the windows it was trained on, seconds; the best length to ask about."""
        ...

    def speech(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probability of speech in each 32 ms, shape (ceil(samples / 512),). Thread-safe.

        Args:
            sound: shape (samples,), mono, 16 kHz.
        """
        ...

    def embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, dimensions); a silent window still gets one. Thread-safe.

        Args:
            windows: shape (n, samples), mono, 16 kHz, all of one length of 0.2 s or more.

        Raises:
            BadInput: `short_window`.
        """
        ...


def check_windows(windows: NDArray[np.float32]) -> None:
    """Refuse what `SpeakerEncoder.embed` cannot take.

    Raises:
        BadInput: `short_window`.
    """
    if windows.ndim != 2 or (len(windows) and windows.shape[1] < WINDOW_MIN_S * SPEAKER_RATE):
        raise BadInput(
            f"windows of shape {windows.shape} tell no voice; give (n, samples) of {WINDOW_MIN_S} s or more",
            code="short_window",
        )
