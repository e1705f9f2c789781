"""What every hearing engine promises: on the fake always, on Whisper when its weights are present.

Real speech comes from the real voice, so the two are checked against each other.
"""

from __future__ import annotations

import numpy as np
import pytest

from contract.word_errors import word_errors
from fenshen.core.pcm import Pcm
from fenshen.core.settings import Settings
from fenshen.models.hearing import HearingEngine
from fenshen.models.registry import hearing_model, load
from models_present import home, present

NEEDED = ("whisper-tiny.en", "whisper-base", "kokoro-82m", "kokoro-voices", "english-lexicon")
needs_weights = pytest.mark.skipif(not present(*NEEDED), reason="whisper and kokoro are not pulled")
SENTENCES = (
    "The starter needs flour and water every single morning.",
    "Please don't wait for the train, because it never comes on time.",
    "Today we are going to talk about patience, money and the price of good bread.",
)


def spoken(text: str, voice: str, engine: str = "real") -> Pcm:
    """`text` in one piece."""
    pieces = list(load("speech", Settings(home=home(), engine=engine)).speak(text, voice))  # type: ignore[arg-type]
    return Pcm(np.concatenate([piece.samples for piece in pieces]), pieces[0].rate)


def heard_in(language: str, settings: Settings) -> HearingEngine:
    """The recogniser for a language."""
    return load("hearing", settings, hearing_model(language, settings))


@pytest.fixture(
    params=["fake", pytest.param("real", marks=[pytest.mark.engine, needs_weights])], scope="module"
)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def engine(kind: str) -> HearingEngine:
    return heard_in("en", Settings(home=home(), engine=kind))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sound(kind: str) -> Pcm:
    return spoken(SENTENCES[0] + " " + SENTENCES[1], "af_heart" if kind == "real" else "fake-low", kind)


def test_segments_and_words_are_in_order_inside_the_sound(engine: HearingEngine, sound: Pcm) -> None:
    """Times rise, words lie in their segment, nothing is after the end."""
    segments = list(engine.transcribe(sound, "en"))
    words = [word for segment in segments for word in segment.words]
    assert segments and len(words) >= 10 and all(segment.language == "en" for segment in segments)
    starts = [word.start_s for word in words]
    assert starts == sorted(starts) and all(word.start_s <= word.end_s for word in words)
    assert segments[-1].end_s <= sound.duration_s + 0.5


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.zeros(32_000, np.float32)])
def test_silence_says_nothing(engine: HearingEngine, samples: np.ndarray) -> None:
    """No sound at all and two seconds of zeros give no segment."""
    assert list(engine.transcribe(Pcm(samples, 16_000), "en")) == []


@pytest.mark.engine
@needs_weights
def test_the_voice_is_understood_by_the_recogniser() -> None:
    """Kokoro through Whisper tiny.en: at most one word in twenty is wrong."""
    hearing = heard_in("en", Settings(home=home()))
    rates = []
    for sentence in SENTENCES:
        heard = " ".join(segment.text for segment in hearing.transcribe(spoken(sentence, "af_heart")))
        rates.append(word_errors(sentence, heard))
    assert float(np.mean(rates)) <= 0.05


@pytest.mark.engine
@needs_weights
def test_mandarin_is_spoken_and_heard() -> None:
    """One Mandarin sentence comes back with most of its characters, in simplified script."""
    sentence = "我很喜欢喝乌龙茶，特别是下雨的时候。"
    hearing = heard_in("zh", Settings(home=home()))
    heard = "".join(segment.text for segment in hearing.transcribe(spoken(sentence, "zm_yunxi"), "zh"))
    assert word_errors(sentence, heard) <= 0.3
