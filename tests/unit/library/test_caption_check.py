"""Captions are compared with what is heard at three places: kept, shifted, or found to be another film's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from fenshen.core.errors import EngineMissing
from fenshen.core.pcm import Pcm
from fenshen.library.caption_check import CaptionCheck, check_captions, shift_cues
from fenshen.library.document import Cue
from fenshen.models.hearing import Segment, Spoken, Word

TALK = """
the starter needs flour and water every single morning before you even think about coffee and if it sulks you
simply wait because a jar on the windowsill knows more about patience than my cousin who once baked bricks for a
whole winter and called them rye until the neighbours built a little wall with them which still stands today
"""
WORD_S = 0.45


class Listening:
    """Hears the talk, told where a sample begins by its first value; mishears every `errs`-th word."""

    name = "listening"

    def __init__(
        self, spoken: Sequence[str], errs: int = 8, language: str = "en", late_s: float = 0.0
    ) -> None:
        self.spoken, self.errs, self.language, self.late_s = spoken, errs, language, late_s

    def detect_language(self, samples: Sequence[Pcm]) -> Spoken:
        """Always sure."""
        return Spoken(self.language, 0.95)

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """The words said in that sample; nothing in a language that is not spoken."""
        start = float(sound.samples[0])
        if language not in (None, self.language):
            return
        words = []
        for n, word in enumerate(self.spoken):
            at = n * WORD_S + self.late_s - start
            if 0 <= at < sound.duration_s:
                words.append(Word(at, at + WORD_S, "mumble" if n % self.errs == self.errs - 1 else word))
        if words:
            yield Segment(words[0].start_s, words[-1].end_s, "", self.language, tuple(words))


def sound_at(start_s: float, length_s: float) -> Pcm:
    """A sample that knows where it begins."""
    samples = np.zeros(int(length_s * 100), np.float32)
    samples[0] = start_s
    return Pcm(samples, 100)


def cues(words: Sequence[str], pace: float = WORD_S) -> list[Cue]:
    """Six words a cue."""
    return [
        Cue(" ".join(words[n : n + 6]).capitalize() + ".", n * pace, min(n + 6, len(words)) * pace)
        for n in range(0, len(words), 6)
    ]


#: Four times as long, its rarer words new each time.
LONG = [word + "abcd"[part] * (len(word) > 4) for part in range(4) for word in TALK.split()]
OTHER = [word[::-1] for word in LONG]


def checked(told: Sequence[Cue], engine: Listening, language: str | None = "en") -> CaptionCheck:
    """The verdict."""
    return check_captions(told, sound_at, engine, language)


def test_captions_that_say_what_is_heard_agree() -> None:
    """One word in eight misheard does not matter; the times fit."""
    found = checked(cues(LONG), Listening(LONG))
    assert found.verdict == "agree"
    assert found.share > 0.8 and abs(found.shift_s) < 0.5


@pytest.mark.parametrize("late_s", [-1.5, 2.0, 30.0])
def test_a_constant_shift_is_found_and_set_right(late_s: float) -> None:
    """The shift is how much later the words are heard; shifted by it the captions agree."""
    told = [cue for cue in cues(LONG) if cue.start_s is not None and cue.start_s + late_s >= 0]
    engine = Listening(LONG, late_s=late_s)
    found = checked(told, engine)
    assert found.verdict == "shifted"
    assert found.shift_s == pytest.approx(late_s, abs=0.4)
    assert checked(shift_cues(told, found.shift_s), engine).verdict == "agree"


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("another talk", cues(OTHER)),
        ("half of another talk", cues(LONG[: len(LONG) // 3] + OTHER[len(LONG) // 3 :])),
        ("drifting apart", cues(LONG, pace=WORD_S * 1.1)),
        ("the same words in another order", cues([*LONG[100:], *LONG[:100]][::-1])),
    ],
)
def test_what_is_not_said_is_different(what: str, told: list[Cue]) -> None:
    """Words that fit nowhere, at one place only, or ever later, are not the captions of this recording."""
    assert checked(told, Listening(LONG)).verdict == "different", what


def test_a_translation_is_different() -> None:
    """Nothing is understood in the language of the captions, because another is spoken."""
    told = [Cue("今天我们说一说面包。" * 2, n * 4.0, n * 4.0 + 3.5) for n in range(30)]
    assert checked(told, Listening(LONG), "zh").verdict == "different"


@pytest.mark.parametrize(
    ("told", "spoken"),
    [(cues(LONG), []), (cues(LONG[:6]), LONG), ([], LONG), ([Cue("no times at all " * 9)], LONG)],
)
def test_too_little_on_either_side_decides_nothing(told: list[Cue], spoken: list[str]) -> None:
    """Silence, a caption or two, and text without times are left as they are."""
    assert checked(told, Listening(spoken)).verdict == "unchecked"


def test_a_language_that_is_not_heard_is_told() -> None:
    """The caller decides what an engine that cannot listen means."""

    class EnglishOnly(Listening):
        def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
            raise EngineMissing("English only", code="model_missing")

    with pytest.raises(EngineMissing):
        checked(cues(LONG), EnglishOnly(LONG), "zh")


def test_chinese_is_compared_by_characters() -> None:
    """There are no spaces to find words at."""
    talk = list("今天我想说一说怎么养好一罐老面团每天早上喂水和面粉然后等它慢慢地醒过来" * 6)
    told = [Cue("".join(talk[n : n + 9]), n * WORD_S, (n + 9) * WORD_S) for n in range(0, len(talk), 9)]
    assert checked(told, Listening(talk, language="zh"), "zh").verdict == "agree"


def test_shifted_cues_keep_everything_else() -> None:
    """Cues without times stay, none begins before the recording."""
    told = [Cue("a", 1.0, 2.0, "Mara"), Cue("b"), Cue("c", 10.0, None)]
    assert shift_cues(told, -3.0) == (
        replace(told[0], start_s=0.0, end_s=0.0),
        told[1],
        replace(told[2], start_s=7.0),
    )
