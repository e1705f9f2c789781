"""How fast and how well sound is heard, against plain faster-whisper on the same recordings in the same run.

    recordings with their words → decoded once → both, in turns, with the same weights and threads → seconds, words wrong

The peer is `WhisperModel.transcribe` as it comes (five beams, no voice detector, each window after the one before), with
word times and 8-bit weights as ours. Knows nothing about who reads the figures.
"""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenshen.core.clock import Clock, SystemClock
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.pcm import Pcm
from fenshen.core.settings import Settings
from fenshen.library.readers.ffmpeg import decode_sound
from fenshen.library.sniff import Media, sniff_file
from fenshen.models.engines.script import simplified
from fenshen.models.hearing import HEARING_RATE
from fenshen.models.pull import require
from fenshen.models.registry import load_engine

_PAUSE_S = 0.5
_WORD = re.compile(r"[\u3400-\u9fff]|[a-z0-9']+")
#: Written in two ways, said in one.
_SAID = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_RESAMPLED = 2000

Listen = Callable[[NDArray[np.float32]], str]


@dataclass
class _Tally:
    """What one recogniser took and got wrong, by recording."""

    listen: Listen
    wall_s: float = 0.0
    cpu_s: float = 0.0
    errors: list[int] = field(default_factory=list)

    def hear(self, sound: NDArray[np.float32], reference: list[str], clock: Clock) -> None:
        """Hear one recording against the words that are said in it."""
        wall, cpu = clock.monotonic(), time.process_time()
        hypothesis = self.listen(sound)
        self.wall_s += clock.monotonic() - wall
        self.cpu_s += time.process_time() - cpu
        self.errors.append(word_errors(reference, plain_words(hypothesis)))

    def figures(self, seconds: float, words: int) -> dict[str, float]:
        """Per second of sound, and per word said."""
        return {
            "real_time_factor": round(self.wall_s / seconds, 4),
            "cpu_per_second": round(self.cpu_s / seconds, 4),
            "word_error_rate": round(sum(self.errors) / words, 4),
        }


def bench_hearing(
    files: Sequence[tuple[Path, str]],
    settings: Settings,
    model: str = "whisper-tiny.en",
    language: str | None = None,
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Ours, peer and how many times faster ours is (`ratio`, by the clock; `ratio_cpu` by processor time).

    `difference` is our word error rate minus the peer's with its 95 % interval (bootstrap over recordings).

    Args:
        files: recordings and what is said in each.
        language: told to both; `None` lets both find out.

    Raises:
        EngineMissing: the weights or faster-whisper (extra `dev`) are not installed.
        BadInput: a file is not sound, or there are none.
    """
    clock = clock or SystemClock()
    ours, peer = (
        _Tally(listen) for listen in (_ours(settings, model, language), _peer(settings, model, language))
    )
    seconds, words = 0.0, []
    for number, (path, text) in enumerate(files):
        sound, reference = _decoded(path), plain_words(text)
        seconds += len(sound) / HEARING_RATE
        words.append(len(reference))
        # Who goes first alternates, so that neither always meets the warmer machine.
        for tally in (ours, peer) if number % 2 else (peer, ours):
            tally.hear(sound, reference, clock)
    if not sum(words):
        raise BadInput("nothing is said in these recordings; name some with their words", code="no_text")
    return {
        "ours": ours.figures(seconds, sum(words)),
        "peer": peer.figures(seconds, sum(words)),
        "ratio": round(peer.wall_s / ours.wall_s, 3),
        "ratio_cpu": round(peer.cpu_s / ours.cpu_s, 3),
        "difference": _difference(ours.errors, peer.errors, words),
        "model": model,
        "threads": settings.threads,
        "n": len(files),
        "seconds": round(seconds, 1),
        "words": sum(words),
    }


def sample_recordings(data: Path, folder: Path, corpus: str = "librispeech") -> list[tuple[Path, str]]:
    """The utterances of each speaker joined to one recording, with what is said in it.

    Args:
        data: holds `transcripts.tsv` (path, speaker, text) and the sound files it names.
        folder: where the recordings are written.
        corpus: those whose path begins so.
    """
    with (data / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["path"].startswith(corpus)]
    recordings = []
    pause = np.zeros(round(_PAUSE_S * HEARING_RATE), np.float32)
    for speaker in sorted({row["speaker"] for row in rows}):
        own = [row for row in rows if row["speaker"] == speaker]
        parts = [part for row in own for part in (_decoded(data / row["path"]), pause)]
        path = folder / f"{corpus}-{speaker}.wav"
        path.write_bytes(Pcm(np.concatenate(parts), HEARING_RATE).to_wav())
        recordings.append((path, " ".join(row["text"] for row in own)))
    return recordings


def plain_words(text: str) -> list[str]:
    """Lower-case words without signs; each Chinese character, simplified, is one."""
    found = _WORD.findall(simplified(text).lower().replace("’", "'"))
    return [_SAID.get(word, word) for word in found]


def word_errors(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """The fewest words to put in, leave out or change to make `hypothesis` into `reference` (Levenshtein)."""
    row = list(range(len(hypothesis) + 1))
    for number, expected in enumerate(reference, 1):
        before, row = row, [number]
        for place, word in enumerate(hypothesis, 1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (expected != word)))
    return row[-1]


def _ours(settings: Settings, model: str, language: str | None) -> Listen:
    engine = load_engine("whisper", "hearing", settings, model)

    def listen(sound: NDArray[np.float32]) -> str:
        return " ".join(segment.text for segment in engine.transcribe(Pcm(sound, HEARING_RATE), language))

    return listen


def _peer(settings: Settings, model: str, language: str | None) -> Listen:
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        raise EngineMissing(
            "the peer is faster-whisper; run `pip install 'fenshen[dev]'`", code="extra_missing"
        ) from error
    folder = str(require(model, settings.home / "models"))
    whisper = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=settings.threads)

    def listen(sound: NDArray[np.float32]) -> str:
        segments, _ = whisper.transcribe(sound, language=language, word_timestamps=True)
        return " ".join(segment.text for segment in segments)

    return listen


def _decoded(path: Path) -> NDArray[np.float32]:
    kind = sniff_file(path)
    if not isinstance(kind, Media):
        raise BadInput(f"{path.name} is not sound; name recordings", code="unknown_format")
    return np.concatenate(list(decode_sound(path, kind.demuxer)))


def _difference(ours: Sequence[int], peer: Sequence[int], words: Sequence[int]) -> dict[str, Any]:
    """Our rate minus the peer's, with a 95 % interval from recordings drawn again."""
    more, spoken = np.subtract(ours, peer), np.asarray(words)
    drawn = np.random.default_rng(0).integers(0, len(spoken), (_RESAMPLED, len(spoken)))
    rates = more[drawn].sum(axis=1) / spoken[drawn].sum(axis=1)
    low, high = np.percentile(rates, (2.5, 97.5))
    return {
        "word_error_rate": round(float(more.sum() / spoken.sum()), 4),
        "interval": [round(float(low), 4), round(float(high), 4)],
    }
