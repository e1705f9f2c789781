"""Whisper on CTranslate2 (int8), from a local folder only.

    sound → where somebody speaks → windows of nearly 30 s → encoded and decoded in batches
          → words with times → segments → what nobody said left out

Each window is decoded greedily; only windows that come out badly are tried again. Knows nothing about
files or speakers.

Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import EngineMissing
from fenshen.core.pcm import Pcm, resample
from fenshen.core.settings import Settings
from fenshen.models.engines import silero
from fenshen.models.engines.script import simplified
from fenshen.models.engines.whisper_mel import FRAMES_PER_S, log_mel
from fenshen.models.engines.whisper_tokens import UNSPACED, WhisperTokens
from fenshen.models.hearing import HEARING_RATE, Segment, Spoken, Word
from fenshen.models.hearing_doubts import (
    COMPRESSION_MAX,
    LOGPROB_MIN,
    NO_SPEECH_MAX,
    believable,
    compression_ratio,
    without_echoes,
    without_loops,
)
from fenshen.models.pull import require
from fenshen.models.speech_spans import Window, pack, speech_spans, voiced_share

BATCH = 8
#: How a window is tried again, in order: a wider search, then chance.
_AGAIN: tuple[dict[str, float], ...] = (
    {"beam_size": 5},
    {"beam_size": 1, "sampling_topk": 0, "sampling_temperature": 0.4, "num_hypotheses": 3},
    {"beam_size": 1, "sampling_topk": 0, "sampling_temperature": 0.8, "num_hypotheses": 3},
)
#: A prompt in simplified characters settles Whisper's script and its signs.
#: Measured on 23 Mandarin clips: character errors 52 % without it, 24 % with it, in half the time.
_PROMPTS = {"zh": "以下是普通话的句子。"}
_TOKENS_MAX = 448
#: Nobody says more tokens in a second; bounds what a loop can cost.
_TOKENS_PER_S = 14
_S_PER_TIME = 0.02
#: A pause that ends a segment, and the length at which the next clause ends it.
_PAUSE_S, _SEGMENT_S = 0.8, 12.0
_SENTENCE_END = (".", "!", "?", "。", "！", "？", "…")
_LANGUAGE_WINDOWS = 3


@dataclass(frozen=True)
class _Decoded:
    tokens: list[int]
    text: str
    logprob: float
    no_speech: float

    @property
    def is_bad(self) -> bool:
        if self.no_speech > NO_SPEECH_MAX and self.logprob < LOGPROB_MIN:
            return False  # silence, not a bad attempt
        return self.logprob < LOGPROB_MIN or compression_ratio(self.text) > COMPRESSION_MAX


class WhisperEngine:
    """One loaded recogniser. Thread-safe.

    Args:
        name: Catalog name; one that ends in `.en` hears English only.
        folder: Holds model.bin, config.json, tokenizer.json, vocabulary.txt and the voice detector.
        threads: CPU threads.
    """

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        self.name = name
        self._tokens = WhisperTokens(folder)
        self._detector = silero.SileroDetector(folder / silero.FILE)
        self._model = ctranslate2.models.Whisper(
            str(folder), device="auto", compute_type="int8", intra_threads=threads, inter_threads=1
        )

    def detect_language(self, samples: Sequence[Pcm]) -> Spoken:
        """The language of most of what is said in the samples, each heard for up to 30 s."""
        if not self._model.is_multilingual:
            return Spoken("en", 1.0)
        voiced: list[NDArray[np.float32]] = []
        for sample in samples:
            sound = _prepared(sample)
            spans = speech_spans(self._detector.probabilities(sound), len(sound))
            voiced += [window.sound(sound) for window in pack(spans)[:1]]
        return self._spoken(self._encode(voiced)) if voiced else Spoken("en", 0.0)

    def transcribe(self, sound: Pcm, language: str | None = None) -> Iterator[Segment]:
        """Segments with word times; stretches without speech are skipped."""
        if not self._model.is_multilingual and language not in (None, "en"):
            raise EngineMissing(
                f"{self.name} hears English only, not {language!r}; run `fenshen models pull whisper-base`",
                code="model_missing",
                model=self.name,
            )
        samples = _prepared(sound)
        return without_echoes(self._segments(samples, language))

    def _segments(self, samples: NDArray[np.float32], language: str | None) -> Iterator[Segment]:
        if not np.abs(samples).max(initial=0.0) > 0.0:
            return
        probabilities = self._detector.probabilities(samples)
        windows = pack(speech_spans(probabilities, len(samples)))
        known = language if language and self._tokens.knows(language) else None
        if not self._model.is_multilingual:
            known = "en"
        for start in range(0, len(windows), BATCH):
            batch = windows[start : start + BATCH]
            encoded = self._encode([window.sound(samples) for window in batch])
            if known is None:
                known = self._spoken(encoded).language
            decoded = self._decode(encoded, batch, known)
            for window, result, words in zip(
                batch, decoded, self._words(encoded, batch, decoded, known), strict=True
            ):
                for segment in _cut(without_loops(words), window, known):
                    voiced = float(
                        np.mean([voiced_share(probabilities, w.start_s, w.end_s) for w in segment.words])
                    )
                    if believable(
                        segment, logprob=result.logprob, no_speech=result.no_speech, voiced=voiced
                    ):
                        yield segment

    def _encode(self, sounds: Sequence[NDArray[np.float32]]) -> ctranslate2.StorageView:
        mels = np.stack([log_mel(sound, self._model.n_mels) for sound in sounds])
        return self._model.encode(ctranslate2.StorageView.from_array(mels), to_cpu=True)

    def _spoken(self, encoded: ctranslate2.StorageView) -> Spoken:
        """The likeliest language over up to three windows spread over those encoded."""
        count = encoded.shape[0]
        chosen = sorted({0, count // 2, count - 1})[:_LANGUAGE_WINDOWS]
        totals: dict[str, float] = {}
        for found in self._model.detect_language(_rows(encoded, chosen)):
            for token, probability in found:
                totals[token[2:-2]] = totals.get(token[2:-2], 0.0) + probability / len(chosen)
        best = max(totals, key=lambda code: totals[code])
        return Spoken(best, totals[best])

    def _decode(
        self, encoded: ctranslate2.StorageView, windows: Sequence[Window], language: str
    ) -> list[_Decoded]:
        results = self._generate(encoded, windows, language, {"beam_size": 1})
        for options in _AGAIN:
            bad = [row for row, result in enumerate(results) if result.is_bad]
            if not bad:
                break
            tried = self._generate(_rows(encoded, bad), [windows[row] for row in bad], language, options)
            for row, result in zip(bad, tried, strict=True):
                if not result.is_bad or result.logprob > results[row].logprob:
                    results[row] = result
        return results

    def _generate(
        self,
        encoded: ctranslate2.StorageView,
        windows: Sequence[Window],
        language: str,
        options: dict[str, float],
    ) -> list[_Decoded]:
        before = self._tokens.after(_PROMPTS[language]) if language in _PROMPTS else []
        prompt = [*before, *self._start(language), self._tokens.untimed]
        seconds = max(window.length for window in windows) / HEARING_RATE
        found = self._model.generate(
            encoded,
            [prompt] * len(windows),
            max_length=min(_TOKENS_MAX, len(prompt) + 16 + round(seconds * _TOKENS_PER_S)),
            return_scores=True,
            return_no_speech_prob=True,
            **options,
        )
        return [self._decoded(result) for result in found]

    def _decoded(self, result: ctranslate2.models.WhisperGenerationResult) -> _Decoded:
        tokens = [token for token in result.sequences_ids[0] if token < self._tokens.end]
        length = len(result.sequences_ids[0])
        # The score is a mean without the end token, which was chosen as well.
        logprob = result.scores[0] * length / (length + 1)
        return _Decoded(tokens, self._tokens.text(tokens), logprob, result.no_speech_prob)

    def _start(self, language: str) -> list[int]:
        return self._tokens.prompt(language if self._model.is_multilingual else None)

    def _words(
        self,
        encoded: ctranslate2.StorageView,
        windows: Sequence[Window],
        decoded: Sequence[_Decoded],
        language: str,
    ) -> list[list[Word]]:
        """The words of each window with seconds inside the window."""
        spoken = [row for row, result in enumerate(decoded) if result.tokens]
        words: list[list[Word]] = [[] for _ in decoded]
        if not spoken:
            return words
        aligned = self._model.align(
            encoded if len(spoken) == len(decoded) else _rows(encoded, spoken),
            self._start(language),
            [decoded[row].tokens for row in spoken],
            [max(2, windows[row].length * FRAMES_PER_S // HEARING_RATE) for row in spoken],
        )
        for row, result in zip(spoken, aligned, strict=True):
            words[row] = self._timed(decoded[row].tokens, result.alignments, language)
        return words

    def _timed(
        self, tokens: Sequence[int], alignments: Sequence[tuple[int, int]], language: str
    ) -> list[Word]:
        pairs = np.asarray(alignments).reshape(-1, 2)
        first = np.flatnonzero(np.diff(pairs[:, 0], prepend=-1))
        times = pairs[first, 1] * _S_PER_TIME  # when each token begins; the last is the end token
        words, place = [], 0
        for text, count in self._tokens.words(tokens, language):
            start, end = (float(times[min(n, len(times) - 1)]) for n in (place, place + count))
            words.append(Word(start, end, text))
            place += count
        return words


def load(settings: Settings, model: str) -> WhisperEngine:
    """The recogniser for a catalog name.

    Raises:
        EngineMissing: the weights are not installed.
    """
    return WhisperEngine(model, require(model, settings.home / "models"), settings.threads)


def _prepared(sound: Pcm) -> NDArray[np.float32]:
    return np.nan_to_num(resample(sound, HEARING_RATE).samples)


def _rows(encoded: ctranslate2.StorageView, rows: Sequence[int]) -> ctranslate2.StorageView:
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(np.array(encoded)[list(rows)]))


def _cut(words: Sequence[Word], window: Window, language: str) -> Iterator[Segment]:
    """Words with seconds of the window as segments with seconds of the recording, cut at sentences and pauses."""
    group: list[Word] = []
    for word in words:
        start = window.second_at(word.start_s)
        placed = Word(start, max(start, window.second_at(word.end_s, ends=True)), word.text)
        if group and placed.start_s - group[-1].end_s > _PAUSE_S:
            yield _segment(group, language)
            group = []
        group.append(placed)
        ends = placed.text.rstrip().endswith(_SENTENCE_END)
        if ends or (placed.end_s - group[0].start_s > _SEGMENT_S and placed.text.rstrip().endswith((",", "，"))):
            yield _segment(group, language)
            group = []
    if group:
        yield _segment(group, language)


def _segment(words: Sequence[Word], language: str) -> Segment:
    text = "".join(word.text for word in words).strip()
    told = [word.text if language in UNSPACED else word.text.strip() for word in words]
    if language == "zh":
        text, told = simplified(text), [simplified(word) for word in told]
    timed = tuple(Word(w.start_s, w.end_s, t.strip()) for w, t in zip(words, told, strict=True) if t.strip())
    return Segment(words[0].start_s, words[-1].end_s, text, language, timed)
