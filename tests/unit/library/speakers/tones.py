"""Voices made of tones, which the fake encoder tells apart."""

from __future__ import annotations

import numpy as np

from fenshen.core.pcm import Pcm
from fenshen.library.speakers.windows import Windows, embed_windows
from fenshen.models.fakes import FakeSpeakerEncoder

RATE = 16_000
ENCODER = FakeSpeakerEncoder()
#: Mara, Theo and Ines: far enough apart to lie in bands of their own.
HERTZ = {"m": 210.0, "t": 330.0, "i": 450.0}


def conversation(*parts: tuple[str, float]) -> Pcm:
    """Parts one after the other: the initials of who speaks (`mt` is both, ` ` nobody) and for how long."""
    sounds = []
    for who, seconds in parts:
        times = np.arange(int(seconds * RATE)) / RATE
        sound = np.zeros(len(times))
        for one in who.strip():
            sound += 0.1 * np.sin(2 * np.pi * HERTZ[one] * times)
        sounds.append(sound.astype(np.float32))
    return Pcm(np.concatenate(sounds), RATE)


def windows_of(*parts: tuple[str, float]) -> Windows:
    """The windows of a conversation."""
    return embed_windows(conversation(*parts), ENCODER)
