"""A recording to its document: captions where they say what is heard, else what is heard.

    captions beside it or inside it → checked at three places → kept, shifted, or the sound is heard instead
    chapters, cover, title and day as the file states them

Knows nothing about files of other kinds or the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from fenshen.core.blobs import hash_file
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.library.caption_check import CaptionCheck, check_captions, shift_cues
from fenshen.library.document import Cue, Document
from fenshen.library.heard import HeardWindows
from fenshen.library.language import detect_language
from fenshen.library.readers.ffmpeg import probe
from fenshen.library.readers.media import hear, listen_at, segment_cues
from fenshen.library.readers.media_facts import MediaFacts
from fenshen.library.readers.tracks import caption_track, read_captions, read_cover
from fenshen.models.hearing import HearingEngine, Segment

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listener:
    """Who listens and where what is heard is kept until its item is stored.

    Attributes:
        engine: `None` where nothing is installed that hears.
        heard: told how many seconds of a recording are done.
        kept: finished windows of recordings; `None` keeps none.
        cues_of: makes cues of a heard segment; where voices are told apart they say who speaks.
    """

    engine: HearingEngine | None
    heard: Callable[[float], None] = lambda _seconds: None
    kept: HeardWindows | None = None
    cues_of: Callable[[Segment, float], Iterable[Cue]] = segment_cues


@dataclass(frozen=True)
class Recording:
    """A sound or video file, the demuxer that reads it and what it says it holds."""

    path: Path
    demuxer: str
    facts: MediaFacts

    @classmethod
    def opened(cls, path: Path, demuxer: str) -> Recording:
        """The recording in a file.

        Raises:
            BadInput: `corrupt_media`.
            EngineMissing: there is no ffmpeg for this machine.
        """
        return cls(path, demuxer, probe(path, demuxer))


def read_recording(
    recording: Recording, language: str | None, listener: Listener, sha256: str | None = None
) -> Document:
    """What is said in a recording without captions beside it.

    Args:
        language: ISO 639-1 code that its name states, if any.
        sha256: of the file, where it is known.

    Raises:
        BadInput: `no_sound`, `no_speech`, `corrupt_media`, `engine_missing`.
        EngineMissing: the engine does not hear this language.
    """
    track = caption_track(recording.facts, language)
    captions = read_captions(recording.path, recording.demuxer, track) if track else None
    if captions is not None:
        return captioned(recording, captions, listener, sha256)
    return _described(recording, _hear(recording, language, listener, sha256))


def captioned(
    recording: Recording, captions: Document, listener: Listener, sha256: str | None = None
) -> Document:
    """The captions of a recording if they say what is heard, set right in time; else what is heard."""
    found = listen_to(recording, captions, listener.engine)
    _log.info(
        "captions of a recording: %s (%.0f %% of %d words, %+.1f s)",
        found.verdict,
        100 * found.share,
        found.words,
        found.shift_s,
    )
    if found.verdict == "different":
        try:
            return _described(recording, _hear(recording, None, listener, sha256))
        except BadInput:
            pass  # nobody is heard: the captions are all there is
    if found.verdict == "shifted":
        captions = replace(captions, cues=shift_cues(captions.cues, found.shift_s))
    return _described(recording, captions)


def listen_to(recording: Recording, captions: Document, engine: HearingEngine | None) -> CaptionCheck:
    """What listening to a minute of the recording says about its captions."""
    if engine is None or not recording.facts.has_sound:
        return CaptionCheck("unchecked")
    language = captions.language or detect_language(" ".join(cue.text for cue in captions.cues[:100]))
    try:
        return check_captions(
            captions.cues,
            lambda start_s, length_s: listen_at(recording.path, recording.demuxer, start_s, length_s),
            engine,
            language,
        )
    except (BadInput, EngineMissing):
        return CaptionCheck("unchecked")


def _hear(recording: Recording, language: str | None, listener: Listener, sha256: str | None) -> Document:
    engine = listener.engine
    if engine is None:
        raise BadInput(
            "nothing is installed to hear it; `fenshen doctor` says what to install, or add subtitles beside it",
            code="engine_missing",
        )
    place = (recording.path, recording.demuxer, recording.facts)
    if listener.kept is None:
        return hear(*place, engine, language, listener.heard, cues_of=listener.cues_of)
    with listener.kept.of(sha256 or hash_file(recording.path), engine.name, language) as kept:
        return hear(*place, engine, language, listener.heard, kept, listener.cues_of)


def _described(recording: Recording, document: Document) -> Document:
    """The document with what the file itself says of its name, day, parts and look."""
    facts = recording.facts
    return replace(
        document,
        kind="video" if facts.has_picture else "audio",
        title=document.title or facts.title,
        published=document.published or facts.published,
        artist=document.artist or facts.artist,
        chapters=document.chapters or facts.chapters,
        cover=document.cover or read_cover(recording.path, recording.demuxer, facts),
    )
