"""Speech synthesis: text in, sound out. Knows nothing about whose voice it is or who allowed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from fenshen.core.pcm import Pcm


class SpeechEngine(Protocol):
    """Turns text into speech.

    Attributes:
        rate: Samples a second of what it makes.
        languages: What it speaks, ISO 639-1.
        can_clone: Whether it speaks with a voice it hears for the first time.
        licence: Of its weights.
        commercial: Whether that licence allows to sell what it says.
    """

    rate: int
    languages: tuple[str, ...]
    can_clone: bool
    licence: str
    commercial: bool

    @property
    def voices(self) -> tuple[str, ...]:
        """Names that `speak` accepts."""
        ...

    def speak(self, text: str, voice: str, *, speed: float = 1.0) -> Iterator[Pcm]:
        """The speech sentence by sentence, in order.

        Raises:
            EngineMissing: the weights or the phonemizer are not installed.
            BadInput: the voice is unknown or the text has nothing to say.
        """
        ...
