"""Sound and video heard into cues. Knows nothing about which engine listens.

Long recordings are heard in windows of about five minutes cut at the quietest moment, so memory stays
flat and no word is cut in two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput
from fenshen.core.pcm import Pcm
from fenshen.library.document import Cue, Document
from fenshen.library.heard import HeardFile, HeardWindow
from fenshen.library.readers.ffmpeg import decode_sound
from fenshen.library.readers.media_facts import MediaFacts
from fenshen.models.hearing import HEARING_RATE, HearingEngine, Segment, Word

WINDOW_S = 300
_SEARCH_S = 30
_FRAME_S = 0.25
_CUE_WORDS_MAX = 10
#: Where the language of a long recording is looked for, and how sure it must be to hold for all of it.
_LANGUAGE_PLACES = 5
_LANGUAGE_SURE = 0.6
_CLAUSE_END = (".", "!", "?", ",", ";", ":", "。", "！", "？", "，", "；")


def hear(
    path: Path,
    demuxer: str,
    facts: MediaFacts,
    hearing: HearingEngine,
    language: str | None,
    heard: Callable[[float], None] = lambda _seconds: None,
    kept: HeardFile | None = None,
    cues_of: Callable[[Segment, float], Iterable[Cue]] | None = None,
) -> Document:
    """What is said in a sound or video file.

    Args:
        language: ISO 639-1 code from the file's name, `None` to find out once for the whole file.
        heard: told how many seconds are done after each window.
        kept: windows finished before; finished ones are added.
        cues_of: makes cues of a segment heard in a window that begins at a second; `segment_cues` if not given.

    Raises:
        BadInput: `no_sound`, `no_speech`, `corrupt_media`.
        EngineMissing: the engine does not hear this language, or ffmpeg is not installed.
    """
    if not facts.has_sound:
        raise BadInput("it has no sound track; add subtitles beside it", code="no_sound")
    kept = kept or HeardFile()
    cues_of = cues_of or segment_cues
    spoken = language or _spoken(path, demuxer, facts, hearing)
    cues: list[Cue] = []
    languages: dict[str, int] = {}
    for offset_s, window in windows(decode_sound(path, demuxer)):
        done = kept.at(offset_s)
        if done is None or done.end_s != offset_s + window.duration_s:
            segments = tuple(hearing.transcribe(window, spoken))
            done = HeardWindow(offset_s, offset_s + window.duration_s, segments)
            kept.add(done)
        for segment in done.segments:
            languages[segment.language] = languages.get(segment.language, 0) + len(segment.text)
            cues.extend(cues_of(segment, offset_s))
        heard(done.end_s)
    if not cues:
        raise BadInput("nobody is heard speaking in it", code="no_speech")
    told = language or max(languages, key=lambda code: languages[code])
    return Document(kind="video" if facts.has_picture else "audio", cues=tuple(cues), language=told)


def listen_at(path: Path, demuxer: str, start_s: float, length_s: float) -> Pcm:
    """A part of the sound; empty beyond its end.

    Raises:
        BadInput: `corrupt_media`.
    """
    try:
        blocks = list(decode_sound(path, demuxer, start_s, length_s))
    except BadInput:
        if start_s == 0.0:
            raise
        blocks = []
    return Pcm(np.concatenate(blocks) if blocks else np.zeros(0, np.float32), HEARING_RATE)


def _spoken(path: Path, demuxer: str, facts: MediaFacts, hearing: HearingEngine) -> str | None:
    """The language at several points of a long recording; `None` leaves it to each window.

    A recording of one window is heard as a whole anyway, and one that changes its language is unsure.
    """
    if facts.duration_s is None or facts.duration_s <= WINDOW_S:
        return None
    places = [facts.duration_s * (n + 0.5) / _LANGUAGE_PLACES for n in range(_LANGUAGE_PLACES)]
    found = hearing.detect_language([listen_at(path, demuxer, at, 30.0) for at in places])
    return found.language if found.confidence >= _LANGUAGE_SURE else None


def windows(blocks: Iterable[NDArray[np.float32]]) -> Iterator[tuple[float, Pcm]]:
    """`(seconds from the start, sound)` of about five minutes each, cut where it is quietest."""
    held: list[NDArray[np.float32]] = []
    length, offset = 0, 0
    for block in blocks:
        held.append(block)
        length += len(block)
        while length >= WINDOW_S * HEARING_RATE:
            sound = np.concatenate(held)
            cut = quietest(sound, (WINDOW_S - _SEARCH_S) * HEARING_RATE, WINDOW_S * HEARING_RATE)
            yield offset / HEARING_RATE, Pcm(sound[:cut], HEARING_RATE)
            offset += cut
            held, length = [sound[cut:]], length - cut
    if length:
        yield offset / HEARING_RATE, Pcm(np.concatenate(held), HEARING_RATE)


def quietest(sound: NDArray[np.float32], start: int, end: int) -> int:
    """Middle sample of the quietest quarter of a second of `sound[start:end]`."""
    frame = int(_FRAME_S * HEARING_RATE)
    count = (end - start) // frame
    frames = sound[start : start + count * frame].reshape(count, frame)  # (frames, samples)
    return start + int(np.argmin(np.square(frames).mean(axis=1))) * frame + frame // 2


def segment_cues(segment: Segment, offset_s: float) -> Iterator[Cue]:
    """A heard segment as cues of a clause or at most ten words where word times are known."""
    if not segment.words:
        if segment.text.strip():
            yield Cue(segment.text.strip(), segment.start_s + offset_s, segment.end_s + offset_s)
        return
    group: list[Word] = []
    for word in segment.words:
        group.append(word)
        if len(group) >= _CUE_WORDS_MAX or word.text.strip().endswith(_CLAUSE_END):
            yield _cue(group, offset_s)
            group = []
    if group:
        yield _cue(group, offset_s)


def _cue(words: list[Word], offset_s: float) -> Cue:
    texts = [word.text for word in words]
    spaced = any(text[:1].isspace() for text in texts[1:]) or any(
        ord(text[:1] or " ") > 0x2E80 for text in texts
    )
    text = ("" if spaced else " ").join(texts).strip()
    return Cue(text, words[0].start_s + offset_s, words[-1].end_s + offset_s)
