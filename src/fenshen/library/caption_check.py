"""Whether captions say what is heard, by listening to a minute of the recording instead of all of it.

    captions → three places where much is said → 20 s of each heard → words compared by time → verdict

Words that both have are paired; the most frequent difference of their times is the shift of the captions.
Knows nothing about containers or what is done with the verdict.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from fenshen.core.pcm import Pcm
from fenshen.library.document import Cue
from fenshen.models.hearing import HearingEngine, Segment

Verdict = Literal["agree", "shifted", "different", "unchecked"]

SAMPLE_S = 20.0
#: Where to listen: at these shares of all words, so never where nothing is said.
PLACES = (0.15, 0.5, 0.85)
#: Captions may be this far off and are still found.
SHIFT_MAX_S = 90.0
#: A smaller shift is how captions are made, not a mistake.
SHIFT_MIN_S = 0.8
#: Fewer words on either side decide nothing.
WORDS_MIN = 12
#: Share of the heard words that the captions have at that time. Recognisers mishear one word in eight here; other
#: people's words agree by chance in about one of five.
SHARE_MIN = 0.5
#: How sure it must be that another language is spoken than the captions are in.
TRANSLATION_SURE = 0.8
_NEAR_S = 1.5
_BIN_S = 0.5
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’][^\W_\u3400-\u9fff]+)?")


@dataclass(frozen=True)
class CaptionCheck:
    """What listening found.

    Attributes:
        shift_s: how much later the words are heard than the captions say, seconds.
        share: of the heard words, those that the captions have there.
        words: how many were heard.
    """

    verdict: Verdict
    shift_s: float = 0.0
    share: float = 0.0
    words: int = 0


@dataclass(frozen=True)
class _Said:
    word: str
    at_s: float


def check_captions(
    cues: Sequence[Cue],
    sound_at: Callable[[float, float], Pcm],
    hearing: HearingEngine,
    language: str | None,
) -> CaptionCheck:
    """Whether the captions are those of the recording.

    Args:
        sound_at: the sound from a second on, for so many seconds.
        language: of the captions.

    Raises:
        EngineMissing: the engine does not hear this language.
        BadInput: the sound cannot be decoded.
    """
    told = caption_words(cues)
    if len(told) < WORDS_MIN:
        return CaptionCheck("unchecked")
    starts = sample_starts(told)
    sounds = [sound_at(start_s, SAMPLE_S) for start_s in starts]
    heard = [
        heard_words(hearing.transcribe(sound, language), start_s)
        for start_s, sound in zip(starts, sounds, strict=True)
    ]
    found = compare(heard, told)
    if found.verdict == "unchecked" and language is not None:
        # Little is understood: perhaps the captions are a translation.
        spoken = hearing.detect_language(sounds)
        if spoken.confidence >= TRANSLATION_SURE and spoken.language != language:
            return replace(found, verdict="different")
    return found


def compare(samples: Sequence[Sequence[_Said]], told: Sequence[_Said]) -> CaptionCheck:
    """The verdict on what was heard in each sample against all that the captions say."""
    heard = [said for sample in samples for said in sample]
    if len(heard) < WORDS_MIN or len(told) < WORDS_MIN:
        return CaptionCheck("unchecked", words=len(heard))
    shift = _shift(heard, told)
    share = _share(heard, told, shift)
    whole = [sample for sample in samples if len(sample) >= WORDS_MIN]
    # One place that fits by chance, or captions that drift, are not the captions of this recording.
    fits = share >= SHARE_MIN and all(_share(sample, told, shift) >= SHARE_MIN * 0.7 for sample in whole)
    if not fits:
        return CaptionCheck("different", shift, share, len(heard))
    return CaptionCheck("agree" if abs(shift) < SHIFT_MIN_S else "shifted", shift, share, len(heard))


def shift_cues(cues: Iterable[Cue], shift_s: float) -> tuple[Cue, ...]:
    """The cues that much later; none before the beginning."""
    return tuple(
        cue
        if cue.start_s is None
        else replace(
            cue,
            start_s=max(0.0, cue.start_s + shift_s),
            end_s=None if cue.end_s is None else max(0.0, cue.end_s + shift_s),
        )
        for cue in cues
    )


def caption_words(cues: Iterable[Cue]) -> list[_Said]:
    """The words of timed cues; the time within a cue goes by letters."""
    said = []
    for cue in cues:
        if cue.start_s is None or cue.end_s is None:
            continue
        text = _plain(cue.text)
        pace = (cue.end_s - cue.start_s) / max(1, len(text))
        said += [_Said(m[0], cue.start_s + m.start() * pace) for m in _WORD.finditer(text)]
    return said


def heard_words(segments: Iterable[Segment], start_s: float) -> list[_Said]:
    """The words of segments of a sample that begins at `start_s`."""
    said = []
    for segment in segments:
        if segment.words:
            for word in segment.words:
                said += [_Said(m, start_s + word.start_s) for m in _WORD.findall(_plain(word.text))]
        else:
            said += caption_words([Cue(segment.text, start_s + segment.start_s, start_s + segment.end_s)])
    return said


def sample_starts(told: Sequence[_Said]) -> list[float]:
    """The second at which each sample begins."""
    places = (told[int(share * (len(told) - 1))].at_s for share in PLACES)
    return sorted({max(0.0, round(at - 1.0, 1)) for at in places})


def _shift(heard: Sequence[_Said], told: Sequence[_Said]) -> float:
    """The difference of times at which most pairs of equal words agree; rare words say more."""
    by_word: dict[str, list[float]] = {}
    for said in told:
        by_word.setdefault(said.word, []).append(said.at_s)
    weights: dict[int, float] = defaultdict(float)
    differences = []
    for said in heard:
        times = [at for at in by_word.get(said.word, ()) if abs(said.at_s - at) <= SHIFT_MAX_S]
        for at in times:
            differences.append(said.at_s - at)
            weights[round((said.at_s - at) / _BIN_S)] += 1.0 / len(times)
    if not differences:
        return 0.0
    # Of equally good shifts the smaller one.
    best = max(list(weights), key=lambda place: (sum(weights[place + n] for n in (-1, 0, 1)), -abs(place)))
    return median(d for d in differences if abs(d - best * _BIN_S) <= 2 * _BIN_S)


def _share(heard: Sequence[_Said], told: Sequence[_Said], shift: float) -> float:
    """Of the heard words, those the captions have within a second and a half of the shifted time."""
    by_word: dict[str, list[float]] = {}
    for said in told:
        by_word.setdefault(said.word, []).append(said.at_s)
    found = sum(
        any(abs(said.at_s - at - shift) <= _NEAR_S for at in by_word.get(said.word, ())) for said in heard
    )
    return found / len(heard) if heard else 0.0


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")
