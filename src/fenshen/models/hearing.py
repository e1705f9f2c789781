"""Speech recognition: sound in, timed segments out. Knows nothing about files or speakers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from fenshen.core.pcm import Pcm

HEARING_RATE = 16_000


@dataclass(frozen=True)
class Word:
    """One spoken word with its place in seconds from the start of the sound."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Segment:
    """A stretch of speech; `words` may be empty where the engine has no word times."""

    start_s: float
    end_s: float
    text: str
    language: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Spoken:
    """The language that is spoken, as its ISO 639-1 code, and how sure that is from 0 to 1."""

    language: str
    confidence: float


class HearingEngine(Protocol):
    """Turns speech into text."""

    @property
    def name(self) -> str:
        """Catalog name."""
        ...

    def detect_language(self, samples: Sequence[Pcm]) -> Spoken:
        """The language of a recording from samples of it; confidence 0 where nobody speaks in them.

        Args:
            samples: mono, any rate; of each at most the first half minute of speech is heard.
        """
        ...

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """Segments in order of time, produced as they are heard.

        Args:
            sound: mono, any rate (resampled to 16 kHz inside).
            language: ISO 639-1 code, or `None` to detect.

        Raises:
            EngineMissing: the engine does not hear this language.
        """
        ...
