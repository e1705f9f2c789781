"""The parts around the weights: mel energies, vocabulary, segments, script. No weights are needed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fenshen.models.engines.script import simplified
from fenshen.models.engines.whisper_mel import FRAMES, log_mel
from fenshen.models.engines.whisper_segments import cut_segments
from fenshen.models.engines.whisper_tokens import WhisperTokens
from fenshen.models.hearing import HEARING_RATE, Word
from fenshen.models.speech_spans import Span, Window


def loudest_band(hertz: float) -> int:
    """The mel band in which a second of a pure tone is loudest."""
    sound = np.sin(2 * np.pi * hertz * np.arange(HEARING_RATE) / HEARING_RATE).astype(np.float32)
    return int(log_mel(sound, 80)[:, 50].argmax())


def test_mel_energies_have_the_shape_and_range_that_whisper_expects() -> None:
    """80 bands of 3000 frames; what follows the sound is silence; 2 units are 80 dB."""
    mel = log_mel(np.random.default_rng(1).normal(0, 0.1, HEARING_RATE * 2).astype(np.float32), 80)
    assert mel.shape == (80, FRAMES) and mel.dtype == np.float32
    assert mel.max() - mel.min() == pytest.approx(2.0, abs=1e-4)
    assert np.ptp(mel[:, 300:]) == 0.0


@pytest.mark.parametrize(("hertz", "centre"), [(440, 11), (1000, 26), (4000, 62)])
def test_a_tone_is_in_the_band_of_its_pitch(hertz: float, centre: int) -> None:
    """Linear up to 1 kHz, logarithmic above."""
    assert abs(loudest_band(hertz) - centre) <= 1


@pytest.mark.parametrize("samples", [0, 1, 150, 400, HEARING_RATE * 31])
def test_any_length_has_energies(samples: int) -> None:
    """Nothing, less than a frame and more than a window are all 30 s."""
    assert np.isfinite(log_mel(np.ones(samples, np.float32), 80)).all()


@pytest.fixture
def tokens(tmp_path: Path) -> WhisperTokens:
    """A vocabulary of single bytes and a few pieces, in the alphabet of `tokenizer.json`."""
    letters = {chr(code): code for code in range(0x21, 0x7F)}
    pieces = {"Ġfl": 200, "our": 201, "Ġis": 202, "Ġ": 203, "è": 204, "Į": 205, "¶": 206, "ä½ł": 207}
    special = {"<|endoftext|>": 300, "<|startoftranscript|>": 301, "<|zh|>": 302, "<|transcribe|>": 303}
    special |= {"<|startofprev|>": 304, "<|notimestamps|>": 305}
    described = {
        "model": {"vocab": {**letters, **pieces, "<|endoftext|>": 300}},
        "added_tokens": [{"content": name, "id": number} for name, number in special.items()],
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(described), encoding="utf-8")
    return WhisperTokens(tmp_path)


def test_words_begin_at_spaces_and_keep_their_signs(tokens: WhisperTokens) -> None:
    """Pieces of a word are one word, and a full stop belongs to the word before it."""
    heard = [200, 201, ord("."), 202]
    assert tokens.text([*heard, 300]) == " flour. is"
    assert tokens.words(heard, "en") == [(" flour.", 3), (" is", 1)]


def test_a_character_of_several_tokens_is_one_word(tokens: WhisperTokens) -> None:
    """Chinese is cut at characters, however many tokens a character takes; half of one is lost, not an error."""
    assert tokens.words([204, 205, 206, 207], "zh") == [
        ("茶", 3),
        ("你", 1),
    ]
    assert tokens.words([207, 204], "zh") == [("你", 2)]
    assert tokens.words([], "zh") == []


def test_the_prompt_names_the_language_only_where_there_are_several(tokens: WhisperTokens) -> None:
    """An English-only model knows no language tokens."""
    assert tokens.prompt(None) == [301]
    assert tokens.prompt("zh") == [301, 302, 303]
    assert tokens.after("is 你")[0] == 304
    assert tokens.text(tokens.after("is 你")) == "is 你"
    assert tokens.knows("zh") and not tokens.knows("tlh")


def test_segments_end_at_sentences_and_pauses() -> None:
    """Times are those of the recording, also across a pause that the window left out."""
    window = Window((Span(0, 4 * HEARING_RATE), Span(60 * HEARING_RATE, 64 * HEARING_RATE)))
    words = [Word(0.0, 0.5, " It"), Word(0.5, 1.0, " rises."), Word(1.0, 1.5, " So"), Word(4.5, 5.0, " wait")]
    segments = list(cut_segments(words, window, "en"))
    assert [(s.text, s.start_s, s.end_s) for s in segments] == [
        ("It rises.", 0.0, 1.0),
        ("So", 1.0, 1.5),
        ("wait", 60.5, 61.0),
    ]


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("臺灣的頭髮", "台湾的头发"),
        ("共１２８元,对吗?", "共128元，对吗？"),
        ("我们 今天 说", "我们今天说"),
        ("一共1,138. 48元", "一共1,138.48元"),
        ("用 Python 写", "用 Python 写"),
    ],
)
def test_mandarin_is_written_in_one_way(heard: str, written: str) -> None:
    """Simplified characters, ASCII digits, full-width signs after characters."""
    assert simplified(heard) == written
