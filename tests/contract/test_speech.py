"""What every speech engine promises: on the fake always, on Kokoro when its weights are present."""

from __future__ import annotations

import numpy as np
import pytest

from fenshen.core.errors import BadInput
from fenshen.core.settings import Settings
from fenshen.models.registry import load
from fenshen.models.speech import SpeechEngine
from models_present import home, present

needs_kokoro = pytest.mark.skipif(
    not present("kokoro-82m", "kokoro-voices", "english-lexicon"), reason="kokoro is not pulled"
)


@pytest.fixture(
    params=["fake", pytest.param("real", marks=[pytest.mark.engine, needs_kokoro])], scope="module"
)
def engine(request: pytest.FixtureRequest) -> SpeechEngine:
    return load("speech", Settings(home=home(), engine=request.param))


def test_each_sentence_is_a_piece_of_sound(engine: SpeechEngine) -> None:
    """Two sentences, two finite, audible pieces that do not clip badly."""
    pieces = list(engine.speak("Good morning. The bread is ready!", engine.voices[0]))
    assert len(pieces) == 2
    for piece in pieces:
        assert piece.samples.dtype == np.float32 and piece.samples.ndim == 1
        assert piece.duration_s > 0.3 and 0.01 < np.abs(piece.samples).max() < 1.5


def test_an_engine_says_what_it_can_and_what_its_licence_allows(engine: SpeechEngine) -> None:
    """The rate of every piece, languages as codes, and whether its speech may be sold."""
    (piece,) = engine.speak("Good morning.", engine.voices[0])
    assert piece.rate == engine.rate
    assert engine.languages and all(len(code) == 2 and code.islower() for code in engine.languages)
    assert (engine.can_clone, engine.licence, engine.commercial) == (False, "Apache-2.0", True)


def test_faster_speech_is_shorter(engine: SpeechEngine) -> None:
    """Speed 1.6 takes clearly less time than speed 1."""
    text = "The bread needs forty minutes in a hot oven."
    normal = sum(piece.duration_s for piece in engine.speak(text, engine.voices[0]))
    fast = sum(piece.duration_s for piece in engine.speak(text, engine.voices[0], speed=1.6))
    assert fast < normal * 0.85


@pytest.mark.parametrize(
    ("text", "voice", "code"),
    [("Hello.", "nobody", "unknown_voice"), ("... !", None, "nothing_to_say"), ("", None, "nothing_to_say")],
)
def test_what_cannot_be_said_is_refused(
    engine: SpeechEngine, text: str, voice: str | None, code: str
) -> None:
    """A voice that does not exist, and texts without a word."""
    with pytest.raises(BadInput) as caught:
        list(engine.speak(text, voice or engine.voices[0]))
    assert caught.value.code == code
