"""Kokoro v1.0: the ONNX graph run directly, with our own phonemes. English and Mandarin.

    text → sentences → phonemes → numbers + the style row for that length → 24 kHz sound

Knows nothing about whose voice it is or who allowed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from fenshen.core.errors import BadInput
from fenshen.core.pcm import Pcm
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.engines.english import EnglishPhonemes, load_english
from fenshen.models.engines.kokoro_symbols import EDGE, encode, split_phonemes
from fenshen.models.engines.mandarin import mandarin_phonemes
from fenshen.models.pull import require
from fenshen.models.sentences import split_sentences

CARD = CATALOG["kokoro-82m"]
RATE = 24_000
STYLE_SHAPE = (510, 1, 256)
#: First letter of a voice: American, British, Mandarin. The others need phonemes we do not have.
_SPOKEN = ("a", "b", "z")
_HAN = re.compile(r"[\u3400-\u9fff]")


class KokoroEngine:
    """One loaded graph and its voices. Thread-safe.

    Args:
        graph: The ONNX file.
        voices: Folder of style packs, float32 of shape (510, 1, 256).
        english: Phonemes for words in Latin letters.
        threads: CPU threads.
    """

    rate = RATE
    languages = CARD.languages
    can_clone = False
    licence = CARD.licence
    commercial = CARD.commercial

    def __init__(self, graph: Path, voices: Path, english: EnglishPhonemes, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            str(graph), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._folder = voices
        self._english = english
        self._styles: dict[str, NDArray[np.float32]] = {}
        self.voices = tuple(
            sorted(path.stem for path in voices.glob("*.bin") if path.stem.startswith(_SPOKEN))
        )

    def speak(self, text: str, voice: str, *, speed: float = 1.0) -> Iterator[Pcm]:
        """The speech sentence by sentence at 24 kHz; a very long sentence comes in pieces."""
        if not 0.5 <= speed <= 2.0:
            raise BadInput(f"speed {speed!r} must be from 0.5 to 2", code="bad_speed")
        style = self._style(voice)
        spoken = [(sentence, self.phonemes(sentence)) for sentence in split_sentences(text)]
        spoken = [pair for pair in spoken if any(symbol.isalpha() for symbol in pair[1])]
        if not spoken:
            raise BadInput("the text has nothing to say", code="nothing_to_say")
        for _, phonemes in spoken:
            for piece in split_phonemes(phonemes):
                yield self._sound(encode(piece), style, speed)

    def phonemes(self, text: str) -> str:
        """What `speak` will say, in the model's phoneme alphabet."""
        return mandarin_phonemes(text, self._english) if _HAN.search(text) else self._english(text)

    def _sound(self, symbols: list[int], style: NDArray[np.float32], speed: float) -> Pcm:
        inputs = {
            "tokens": np.array([[EDGE, *symbols, EDGE]], dtype=np.int64),  # (1, length + 2)
            "style": style[max(len(symbols) - 1, 0)],  # (1, 256)
            "speed": np.array([speed], dtype=np.float32),
        }
        return Pcm(np.asarray(self._session.run(None, inputs)[0], dtype=np.float32).reshape(-1), RATE)

    def _style(self, voice: str) -> NDArray[np.float32]:
        if voice not in self.voices:
            raise BadInput(f"no voice {voice!r}; known: {', '.join(self.voices)}", code="unknown_voice")
        if voice not in self._styles:
            pack = np.fromfile(self._folder / f"{voice}.bin", dtype="<f4")
            self._styles[voice] = pack.astype(np.float32).reshape(STYLE_SHAPE)
        return self._styles[voice]


def load(settings: Settings, model: str) -> KokoroEngine:
    """The engine with its graph, voices and lexicon.

    Raises:
        EngineMissing: one of the three is not installed.
    """
    home = settings.home / "models"
    graph = require(model, home) / CATALOG[model].weights.name
    english = load_english(require("english-lexicon", home))
    return KokoroEngine(graph, require("kokoro-voices", home), english, settings.threads)
