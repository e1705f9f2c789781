"""How much of what makes which grade, each with where the number comes from. The one table of it.

Knows nothing about libraries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Subject = Literal["text", "voice", "rights"]
Letter = Literal["A", "B", "C", "D", "F"]
LETTERS: tuple[Letter, ...] = ("A", "B", "C", "D", "F")


@dataclass(frozen=True)
class Threshold:
    """From `least` of its subject's measure on, the grade is at least `letter`."""

    letter: Letter
    least: float
    source: str


#: text: reading length in words (1.8 Chinese characters are one) of what may be learned, in the main language.
#: voice: minutes of clean own speech that may be spoken with. rights: share of the words that may be used.
THRESHOLDS: dict[Subject, tuple[Threshold, ...]] = {
    "text": (
        Threshold("A", 300_000, "ours: four times B; from two doublings on, more of the same changes little"),
        Threshold(
            "B",
            70_000,
            "Zhou et al. 2023 (LIMA): 1,000 good examples carry a style; a passage here is about 70 words. "
            "72,370 words passed the gate in docs/lab.md",
        ),
        Threshold("C", 20_000, "ours: the sample creator, of this size, gains over its base (docs/lab.md)"),
        Threshold(
            "D", 5_000, "Eder 2015, Does size matter?: below 5,000 words an author is not told reliably"
        ),
    ),
    "voice": (
        Threshold("A", 180, "ElevenLabs' guide to professional voice cloning: best from about three hours"),
        Threshold("B", 30, "the same guide: at least 30 minutes"),
        Threshold("C", 10, "ours: enough for training and for a tenth held out to listen to"),
        Threshold("D", 1, "GPT-SoVITS: one minute is the least that its few-shot training takes"),
    ),
    "rights": (
        Threshold("A", 0.95, "ours: what is left is an oversight"),
        Threshold("B", 0.8, "ours: four words of five"),
        Threshold("C", 0.5, "ours: half the work is lying idle"),
        Threshold("D", 0.1, "ours: something may be used"),
    ),
}

#: Above these, text is at best a C: the twin would learn the errors.
NOISE_SHARE_MAX = 0.05
#: Above this share of words without sentence ends (automatic captions), text is at best a B.
UNPUNCTUATED_SHARE_MAX = 0.5
#: Fewer learnable items cannot give any away to be judged by; see `training.split`. Text is at best a C.
JUDGED_ITEMS_MIN = 3


def letter_of(subject: Subject, measure: float) -> Letter:
    """The grade that `measure` reaches."""
    return next((one.letter for one in THRESHOLDS[subject] if measure >= one.least), "F")


def next_above(subject: Subject, letter: Letter) -> Threshold | None:
    """The threshold of the grade above `letter`; none above A."""
    better = LETTERS[: LETTERS.index(letter)]
    return next((one for one in reversed(THRESHOLDS[subject]) if one.letter in better), None)


def worse(letters: list[Letter]) -> Letter:
    """The worst of `letters`."""
    return max(letters, key=LETTERS.index)
