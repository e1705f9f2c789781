"""What every speaker encoder promises: on the fake always, on GE2E when its weights are present.

Tones tell the fake's voices apart; the readers of LibriSpeech, where they lie, tell the real one's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fenshen.core.errors import BadInput
from fenshen.core.settings import Settings
from fenshen.library.readers.ffmpeg import decode_sound
from fenshen.models.registry import load
from fenshen.models.speaker import SPEAKER_RATE, SpeakerEncoder
from models_present import home, present

READERS = Path(__file__).parents[3] / "shared" / "data" / "speech" / "librispeech"
needs_ge2e = pytest.mark.skipif(not present("speaker-encoder"), reason="speaker-encoder is not pulled")


@pytest.fixture(params=["fake", pytest.param("real", marks=[pytest.mark.engine, needs_ge2e])], scope="module")
def encoder(request: pytest.FixtureRequest) -> SpeakerEncoder:
    return load("speaker", Settings(home=home(), engine=request.param))


def tone(hertz: float, seconds: float = 1.6) -> np.ndarray:
    times = np.arange(int(seconds * SPEAKER_RATE)) / SPEAKER_RATE
    return (0.1 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def windows(sound: np.ndarray) -> np.ndarray:
    """Every whole 1.6 s of a sound."""
    length = int(1.6 * SPEAKER_RATE)
    return sound[: len(sound) // length * length].reshape(-1, length)


def test_vectors_are_unit_rows_in_order(encoder: SpeakerEncoder) -> None:
    """One float32 row of length one per window, the same whether alone or among others."""
    rows = np.array([tone(hertz) for hertz in (180, 240, 410)])
    vectors = encoder.embed(rows)
    assert vectors.shape == (3, encoder.dimensions) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)
    alone = np.vstack([encoder.embed(row[None]) for row in rows])
    assert np.allclose(vectors, alone, atol=1e-4)


@pytest.mark.parametrize(
    "window",
    [np.zeros(25_600, np.float32), np.full(25_600, np.nan, np.float32), np.full(25_600, 1e9, np.float32)],
)
def test_a_window_without_a_voice_still_gets_a_unit_vector(
    encoder: SpeakerEncoder, window: np.ndarray
) -> None:
    """Silence, broken samples and samples far too loud."""
    vector = encoder.embed(window[None])[0]
    assert np.isfinite(vector).all() and np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_no_windows_give_no_vectors(encoder: SpeakerEncoder) -> None:
    """An empty batch is not an error."""
    assert encoder.embed(np.zeros((0, 25_600), np.float32)).shape == (0, encoder.dimensions)


@pytest.mark.parametrize("shape", [(1, 100), (25_600,)])
def test_windows_that_tell_nothing_are_refused(encoder: SpeakerEncoder, shape: tuple[int, ...]) -> None:
    """Shorter than a fifth of a second, or not a row per window."""
    with pytest.raises(BadInput) as refused:
        encoder.embed(np.zeros(shape, np.float32))
    assert refused.value.code == "short_window"


def test_silence_is_not_speech(encoder: SpeakerEncoder) -> None:
    """One probability per 32 ms, none of them high; nothing for no sound."""
    assert encoder.speech(np.zeros(0, np.float32)).shape == (0,)
    probabilities = encoder.speech(np.zeros(5_000, np.float32))
    assert probabilities.shape == (10,) and float(probabilities.max()) < 0.3


def test_threads_do_not_mix_results(encoder: SpeakerEncoder) -> None:
    """Four threads at once get what one gets."""
    rows = np.array([tone(hertz) for hertz in (150, 250, 350)])
    expected = encoder.embed(rows)
    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(lambda _: encoder.embed(rows), range(8)):
            assert np.allclose(got, expected, atol=1e-4)


def test_one_voice_is_nearer_to_itself_than_to_another(encoder: SpeakerEncoder) -> None:
    """Windows of two voices: the least alike of one voice are more alike than the most alike of two."""
    if encoder.name == "fake-speaker":
        first, second = windows(tone(220, 8)), windows(tone(330, 8))
    elif READERS.is_dir():
        first, second = (_read(name) for name in ("2609/2609-156975-0000", "3080/3080-5032-0001"))
    else:
        pytest.skip("the shared sample files are not on this machine")
    one, other = encoder.embed(first), encoder.embed(second)
    assert float((one @ other.T).max()) < float((one @ one.T).min())


def _read(name: str) -> np.ndarray:
    sound = np.concatenate(list(decode_sound(READERS / f"{name}.flac", "flac")))
    return windows(sound[int(0.5 * SPEAKER_RATE) :])
