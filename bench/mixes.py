"""Conversations laid out from single recordings, with the truth about who speaks when.

For measuring: turns of several readers with pauses, interjections, overlaps, levels of their own and faint
noise, the same for the same seed. Knows nothing about telling voices apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fenshen.core.pcm import Pcm
from fenshen.models.speaker import SPEAKER_RATE

Sound = NDArray[np.float32]

#: Share of turns that begin before the one before has ended, and that are only an interjection.
OVERLAP_SHARE, INTERJECTION_SHARE = 0.12, 0.2
#: Share of turns after which the same reader goes on.
GOES_ON_SHARE = 0.15
NOISE_DB = -55.0
_FRAME = SPEAKER_RATE // 50
#: Shorter silences belong to what is said.
_PAUSE_S = 0.5
#: Speech is what lies less than this under the loud parts of a recording.
_FLOOR_DB = 32.0


@dataclass(frozen=True)
class Utterance:
    """One reader speaks from one second to another."""

    start_s: float
    end_s: float
    reader: str


@dataclass(frozen=True)
class Mix:
    """A conversation.

    Attributes:
        utterances: what is spoken, in order of its start; stretches of two readers may overlap.
        samples: of each reader, recordings that are not in the conversation, to enrol them with.
    """

    sound: Pcm
    utterances: tuple[Utterance, ...]
    samples: Mapping[str, tuple[Pcm, ...]]


def make_mix(readers: Mapping[str, Sequence[Sound]], seed: int, count: int, enrol_s: float = 20.0) -> Mix:
    """A conversation of `count` of the readers.

    Args:
        readers: their recordings by name, 16 kHz; the first ones are spoken, the last kept to enrol.
        enrol_s: how much of each reader is kept back, seconds at least.
    """
    rng = np.random.default_rng(seed)
    names = [str(name) for name in rng.choice(sorted(readers), count, replace=False)]
    kept = {name: _kept_back(readers[name], enrol_s) for name in names}
    spoken = {name: list(readers[name][: len(readers[name]) - len(kept[name])]) for name in names}
    gains = {name: np.float32(10 ** (rng.uniform(-4, 4) / 20)) for name in names}
    utterances: list[Utterance] = []
    placed: list[tuple[int, Sound]] = []
    end, last = SPEAKER_RATE, ""
    for name, sound in _turns(rng, spoken):
        overlaps = last not in ("", name) and rng.random() < OVERLAP_SHARE
        gap_s = -rng.uniform(0.3, 1.2) if overlaps else rng.uniform(0.05, 0.9)
        start = max(0, end + int(gap_s * SPEAKER_RATE))
        utterances += [
            Utterance(start / SPEAKER_RATE + a, start / SPEAKER_RATE + b, name) for a, b in active(sound)
        ]
        placed.append((start, sound * gains[name]))
        end, last = max(end, start + len(sound)), name
    mixed = rng.normal(0.0, 10 ** (NOISE_DB / 20), end + SPEAKER_RATE).astype(np.float32)
    for start, sound in placed:
        mixed[start : start + len(sound)] += sound
    return Mix(
        Pcm(np.clip(mixed, -1.0, 1.0), SPEAKER_RATE),
        tuple(sorted(utterances, key=lambda utterance: utterance.start_s)),
        {name: tuple(Pcm(sound, SPEAKER_RATE) for sound in kept[name]) for name in names},
    )


def active(sound: Sound) -> list[tuple[float, float]]:
    """Seconds from and to which there is speech in a clean recording, by its level alone."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    levels = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)
    loud = np.flatnonzero(levels > np.percentile(levels, 95) - _FLOOR_DB) if len(levels) else np.zeros(0, int)
    if not len(loud):
        return []
    cuts = np.flatnonzero(np.diff(loud) * _FRAME > _PAUSE_S * SPEAKER_RATE)
    firsts, lasts = np.r_[loud[0], loud[cuts + 1]], np.r_[loud[cuts], loud[-1]]
    seconds = _FRAME / SPEAKER_RATE
    return [(float(a * seconds), float((b + 1) * seconds)) for a, b in zip(firsts, lasts, strict=True)]


def _turns(rng: np.random.Generator, spoken: Mapping[str, list[Sound]]) -> Iterator[tuple[str, Sound]]:
    """Who says what, in order: a recording each, or a piece of one, until the first reader has no more."""
    name = ""
    while all(spoken.values()):
        others = [other for other in spoken if other != name]
        if not name or rng.random() > GOES_ON_SHARE:
            name = str(rng.choice(others))
        sound = _trimmed(spoken[name].pop(0))
        if rng.random() < INTERJECTION_SHARE:
            length = int(rng.uniform(0.7, 2.0) * SPEAKER_RATE)
            spoken[name].insert(0, sound[length:])
            sound = _trimmed(sound[:length])
        if len(sound) > SPEAKER_RATE // 4:
            yield name, sound


def _trimmed(sound: Sound) -> Sound:
    voiced = active(sound)
    if not voiced:
        return sound[:0]
    return sound[int(voiced[0][0] * SPEAKER_RATE) : int(voiced[-1][1] * SPEAKER_RATE)]


def _kept_back(recordings: Sequence[Sound], seconds: float) -> list[Sound]:
    kept: list[Sound] = []
    for sound in reversed(recordings):
        if sum(map(len, kept)) >= seconds * SPEAKER_RATE or len(kept) >= len(recordings) - 1:
            break
        kept.append(sound)
    return kept
