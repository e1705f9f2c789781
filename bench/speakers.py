"""The voice filter measured on conversations made of single readers, against keeping everything.

    readers → conversations with the truth → told apart → diarisation error
                                           → each reader in turn as the creator → what would be learned

Knows nothing about where the recordings come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np

from bench.mixes import Mix, Sound, make_mix
from bench.scoring import ErrorTime, Purity, error_time, purity
from fenshen.core.clock import Clock
from fenshen.core.errors import BadInput
from fenshen.core.progress import Progress, silent
from fenshen.library.readers.ffmpeg import decode_sound
from fenshen.library.sniff import Media, sniff_file
from fenshen.library.speakers.decide import decide
from fenshen.library.speakers.diarise import diarise
from fenshen.library.speakers.enrol import enrol
from fenshen.library.speakers.windows import embed_windows
from fenshen.models.speaker import SpeakerEncoder

#: Fewer make no conversation of four, or leave nothing to enrol with.
READERS_MIN, RECORDINGS_MIN = 4, 6


@dataclass(frozen=True)
class Scores:
    """One conversation.

    Attributes:
        voices: how many spoke and how many voices were found.
        ours: for each speaker as the creator, what our decisions keep.
        everything: the same if everything were kept.
    """

    duration_s: float
    seconds: float
    voices: tuple[int, int]
    error: ErrorTime
    ours: tuple[Purity, ...]
    everything: tuple[Purity, ...]


def read_readers(folder: Path) -> dict[str, list[Sound]]:
    """The recordings in each folder below `folder`, by its name; folders without sound are left out.

    Raises:
        BadInput: `few_readers`, fewer than four with six recordings each.
    """
    readers = {}
    for place in sorted(path for path in folder.glob("*") if path.is_dir()):
        kinds = ((path, sniff_file(path)) for path in sorted(place.iterdir()) if path.is_file())
        sounds = [
            np.concatenate(list(decode_sound(path, kind.demuxer)))
            for path, kind in kinds
            if isinstance(kind, Media)
        ]
        if len(sounds) >= RECORDINGS_MIN:
            readers[place.name] = sounds
    if len(readers) < READERS_MIN:
        raise BadInput(
            f"{folder} holds {len(readers)} folders with {RECORDINGS_MIN} recordings or more; {READERS_MIN} are needed",
            code="few_readers",
        )
    return readers


def bench_speakers(
    readers: Mapping[str, Sequence[Sound]],
    encoder: SpeakerEncoder,
    clock: Clock,
    seeds: Sequence[int],
    progress: Progress = silent,
) -> dict[str, Any]:
    """Diarisation error and foreign share over one conversation per seed, of two, three and four readers in turn.

    Args:
        readers: recordings by reader, mono at 16 kHz.
    """
    scores = []
    for done, seed in enumerate(seeds):
        progress(done, len(seeds), f"conversation {done + 1}")
        mix = make_mix(readers, seed, min(2 + done % 3, len(readers)))
        scores.append(score_mix(mix, encoder, clock))
    progress(len(seeds), len(seeds), "")
    return summary(scores)


def score_mix(mix: Mix, encoder: SpeakerEncoder, clock: Clock) -> Scores:
    """How well one conversation is told apart, with each of its speakers who was enrolled as the creator."""
    started = clock.monotonic()
    windows = embed_windows(mix.sound, encoder)
    found = diarise(windows)
    seconds = clock.monotonic() - started
    true = [(utterance.start_s, utterance.end_s, utterance.reader) for utterance in mix.utterances]
    heard = [
        (turn.start_s, turn.end_s, str(voice)) for turn in found.turns for voice in turn.voices or ("?",)
    ]
    duration_s = mix.sound.duration_s
    ours, everything = [], []
    for reader, samples in sorted(mix.samples.items()):
        creator = enrol(encoder.name, [embed_windows(sample, encoder) for sample in samples]).vector
        decided = decide(windows, found, creator).turns
        kept = [
            (turn.start_s, turn.end_s) for turn in decided if turn.decision == "creator" and not turn.overlap
        ]
        ours.append(purity(true, kept, reader, duration_s))
        everything.append(purity(true, [(0.0, duration_s)], reader, duration_s))
    return Scores(
        duration_s=duration_s,
        seconds=seconds,
        voices=(len({utterance.reader for utterance in mix.utterances}), len(found.voices)),
        error=error_time(true, heard, duration_s),
        ours=tuple(ours),
        everything=tuple(everything),
    )


def summary(scores: Sequence[Scores]) -> dict[str, Any]:
    """All conversations together."""
    error = reduce(add, (score.error for score in scores))
    ours = [kept for score in scores for kept in score.ours]
    kept, everything = reduce(add, ours), reduce(add, (one for score in scores for one in score.everything))
    return {
        "what": "share of speech in the training set that is not the creator's alone",
        "ours": round(kept.foreign_share, 4),
        "peer": round(everything.foreign_share, 4),
        "ratio": round(everything.foreign_share / max(kept.foreign_share, 1e-4), 1),
        "n": len(scores),
        "minutes": round(sum(score.duration_s for score in scores) / 60, 1),
        "creators_tried": len(ours),
        "diarisation_error": round(error.rate, 4),
        "missed": round(error.missed_s / error.scored_s, 4),
        "false": round(error.false_s / error.scored_s, 4),
        "confused": round(error.confused_s / error.scored_s, 4),
        "voices_counted_right": sum(true == found for true, found in (score.voices for score in scores)),
        "foreign_share_over_1_percent": sum(one.foreign_share > 0.01 for one in ours),
        "own_speech_kept": round(kept.own_share, 4),
        "own_speech_kept_least": round(min(one.own_share for one in ours), 4),
        "real_time_factor": round(
            sum(score.seconds for score in scores) / sum(score.duration_s for score in scores), 4
        ),
    }
