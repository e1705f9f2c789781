"""Whisper on CTranslate2 (int8), from a local folder only.

    sound → where somebody speaks → windows of nearly 30 s → encoded and decoded in batches
          → words with times → segments → what nobody said left out

Each window is decoded greedily; a doubtful one is searched again, a bad one tried with some chance. Knows nothing about
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
from fenshen.models.engines.whisper_mel import FRAMES_PER_S, log_mel
from fenshen.models.engines.whisper_segments import cut_segments
from fenshen.models.engines.whisper_tokens import WhisperTokens
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
#: A greedy window below this is searched again with five beams. Measured on 817 s of difficult English, with
#: whisper-tiny.en: greedy alone 12.7 % of words wrong, five beams everywhere 10.9 % in 1.34 times the processor
#: time, five beams below -0.25 11.2 % in 1.26 times; -0.4 loses most of the gain (12.4 %).
SURE_LOGPROB = -0.25
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
_LANGUAGE_WINDOWS = 3


@dataclass(frozen=True)
class _Decoded:
    tokens: list[int]
    text: str
    logprob: float
    no_speech: float

    @property
    def is_sure(self) -> bool:
        """Whether the first, cheapest attempt is good enough."""
        return self.logprob >= SURE_LOGPROB and not self.is_bad

    @property
    def is_bad(self) -> bool:
        """Whether chance may find better."""
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
                for segment in cut_segments(without_loops(words), window, known):
                    voiced = float(
                        np.mean([voiced_share(probabilities, w.start_s, w.end_s) for w in segment.words])
                    )
                    if believable(segment, logprob=result.logprob, no_speech=result.no_speech, voiced=voiced):
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
            again = [
                row
                for row, result in enumerate(results)
                if (result.is_bad if options is not _AGAIN[0] else not result.is_sure)
            ]
            if not again:
                break
            tried = self._generate(_rows(encoded, again), [windows[row] for row in again], language, options)
            for row, result in zip(again, tried, strict=True):
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
