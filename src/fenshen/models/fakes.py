"""A deterministic stand-in for every modality: no weights, no randomness, instant.

They ship with the package, so a whole installation runs with `FENSHEN_ENGINE=fake`, and they obey the
same contract tests as the real engines. Knows nothing about any real engine.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput
from fenshen.core.pcm import Pcm
from fenshen.core.settings import Settings
from fenshen.models.hearing import Segment, Spoken, Word
from fenshen.models.sentences import split_sentences
from fenshen.models.speaker import SPEAKER_RATE, SPEECH_FRAME, check_windows
from fenshen.models.text import AdapterFile, TextCapabilities, TextDelta, TextRequest, Usage

#: A "token" of the fake: a word with the space before it, or one Chinese character.
_PIECE = re.compile(r"\s*(?:[\u3400-\u9fff]|[^\s\u3400-\u9fff]+)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OPENINGS = {
    "en": ("Good question.", "I get asked this a lot.", "Let me think about that."),
    "zh": ("好问题。", "很多人问过我。", "让我想想。"),
}


class FakeTextEngine:
    """Answers with an opening picked by the seed, the question said back, and its persona's first sentence.

    Args:
        replies: Fixed answers by the exact last user message or by the question at its end.
        context_tokens: Longest prompt it accepts, in its own tokens.
        words_per_s: How fast it answers; at once by default.
    """

    def __init__(
        self,
        replies: Mapping[str, str] | None = None,
        context_tokens: int = 4096,
        words_per_s: float | None = None,
    ) -> None:
        self._replies = dict(replies or {})
        self._words_per_s = words_per_s
        self._adapters: frozenset[str] = frozenset()
        self._numbers: dict[str, int] = {}
        self.capabilities = TextCapabilities(
            "fake-text", context_tokens, adapters=True, languages=("en", "zh")
        )

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """Generate, one piece per delta."""
        prompt_tokens = sum(len(_PIECE.findall(message["content"])) for message in request.messages)
        if prompt_tokens + 1 > self.capabilities.context_tokens:
            raise BadInput(f"the prompt has {prompt_tokens} tokens, too long", code="context_full")
        if request.tokens_max < 1:
            raise BadInput(f"tokens_max is {request.tokens_max}; it must be 1 or more", code="bad_request")
        if request.adapter is not None and request.adapter not in self._adapters:
            raise BadInput(f"adapter {request.adapter!r} is not loaded", code="unknown_adapter")
        pieces = _PIECE.findall(_cut(self._answer(request), request.stop))
        for piece in pieces[: request.tokens_max]:
            if self._words_per_s is not None:
                await asyncio.sleep(1 / self._words_per_s)
            yield TextDelta(piece)
        usage = Usage(prompt_tokens, min(len(pieces), request.tokens_max))
        yield TextDelta("", "length" if len(pieces) > request.tokens_max else "stop", usage)

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Serve exactly these adapters."""
        self._adapters = frozenset(adapter.name for adapter in adapters)

    async def close(self) -> None:
        """Nothing to stop."""

    def _answer(self, request: TextRequest) -> str:
        last = next((m["content"] for m in reversed(request.messages) if m["role"] == "user"), "")
        question = last.rsplit("\n\n", 1)[-1].strip()
        for key in (last, question):
            if key in self._replies:
                return self._replies[key]
        language = "zh" if _HAN.search(question) else "en"
        openings = _OPENINGS[language]
        opening = openings[(request.seed or 0) % len(openings)]
        system = next((m["content"] for m in request.messages if m["role"] == "system"), "")
        persona = next(iter(split_sentences(system)), "")
        if request.adapter is not None:
            # Not its name: the chance letters of an id can spell what a guard stops.
            number = self._numbers.setdefault(request.adapter, len(self._numbers) + 1)
            persona = f"{persona} (adapter {number})".strip()
        asked = f"你问“{question}”。" if language == "zh" else f'You asked "{question}".'
        return " ".join(part for part in (opening, asked, persona) if part)


def _cut(text: str, stop: Sequence[str]) -> str:
    ends = [place for mark in stop if mark and (place := text.find(mark)) >= 0]
    return text[: min(ends)] if ends else text


class FakeEmbeddingEngine:
    """Hashed words and character pairs: texts that share words are near, in any script."""

    name = "fake-embedding"
    dimensions = 64

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 64)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in _grams(text):
                digest = hashlib.blake2b(gram.encode(), digest_size=4).digest()
                vectors[row, digest[0] % self.dimensions] += 1.0 if digest[1] % 2 else -1.0
            if not vectors[row].any():
                vectors[row, 0] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _grams(text: str) -> Iterator[str]:
    for word in re.findall(r"\w+", text.lower()):
        if len(word) > 1 and _HAN.search(word):
            yield from (word[place : place + 2] for place in range(len(word) - 1))
        else:
            yield word


class FakeHearingEngine:
    """Hears half-second words, `word1 word2 …`, as long as the sound lasts and is not silent."""

    name = "fake-hearing"

    def detect_language(self, samples: Sequence[Pcm]) -> Spoken:
        """English, wherever there is sound."""
        return Spoken("en", float(any(np.abs(sample.samples).max(initial=0.0) > 1e-4 for sample in samples)))

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """One segment for each four seconds."""
        if not np.abs(sound.samples).max(initial=0.0) > 1e-4:
            return
        count = max(1, int(sound.duration_s * 2))
        words = [Word(n / 2, min((n + 1) / 2, sound.duration_s), f"word{n + 1}") for n in range(count)]
        for start in range(0, count, 8):
            part = tuple(words[start : start + 8])
            text = " ".join(word.text for word in part)
            yield Segment(part[0].start_s, part[-1].end_s, text, language or "en", part)


class FakeSpeechEngine:
    """Speaks every sentence as a quiet tone, 60 ms per character, higher for the second voice."""

    voices = ("fake-low", "fake-high")
    rate = 24_000
    languages = ("en", "zh")
    can_clone = False
    licence = "Apache-2.0"
    commercial = True

    def speak(self, text: str, voice: str, *, speed: float = 1.0) -> Iterator[Pcm]:
        """One `Pcm` at 24 kHz per sentence."""
        if voice not in self.voices:
            raise BadInput(f"no voice {voice!r}; known: {', '.join(self.voices)}", code="unknown_voice")
        sentences = split_sentences(text)
        if not any(character.isalnum() for character in text):
            raise BadInput("the text has nothing to say", code="nothing_to_say")
        for sentence in sentences:
            times = np.arange(int(self.rate * 0.06 * len(sentence) / speed), dtype=np.float32) / self.rate
            pitch_hz = 220.0 if voice == "fake-low" else 330.0
            yield Pcm((0.1 * np.sin(2 * np.pi * pitch_hz * times)).astype(np.float32), self.rate)


class FakeSpeakerEncoder:
    """Tells voices apart by pitch: a vector is the loudness of 64 bands of 20 Hz; silence is its own voice."""

    name = "fake-speaker"
    dimensions = 64
    window_s = 1.6

    def speech(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """Certain wherever 32 ms are louder than -60 dB."""
        frames = np.pad(sound, (0, -len(sound) % SPEECH_FRAME)).reshape(-1, SPEECH_FRAME)
        return np.asarray(np.square(frames).mean(axis=1) > 1e-6, dtype=np.float32)

    def embed(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, 64)."""
        check_windows(windows)
        if not len(windows):
            return np.zeros((0, self.dimensions), dtype=np.float32)
        power = np.abs(np.fft.rfft(np.nan_to_num(windows), axis=1)) ** 2
        hertz = np.fft.rfftfreq(windows.shape[1], 1 / SPEAKER_RATE)
        bands = [
            power[:, (hertz >= at * 20) & (hertz < (at + 1) * 20)].sum(axis=1)
            for at in range(self.dimensions)
        ]
        vectors = np.sqrt(np.array(bands)).T + 1e-6
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def load_text(settings: Settings, model: str) -> FakeTextEngine:
    """The fake in place of any base."""
    return FakeTextEngine(words_per_s=settings.fake_words_per_s)


def load_embedding(settings: Settings, model: str) -> FakeEmbeddingEngine:
    """The fake in place of any embedding model."""
    return FakeEmbeddingEngine()


def load_hearing(settings: Settings, model: str) -> FakeHearingEngine:
    """The fake in place of any recogniser."""
    return FakeHearingEngine()


def load_speech(settings: Settings, model: str) -> FakeSpeechEngine:
    """The fake in place of any voice."""
    return FakeSpeechEngine()


def load_speaker(settings: Settings, model: str) -> FakeSpeakerEncoder:
    """The fake in place of any speaker encoder."""
    return FakeSpeakerEncoder()
