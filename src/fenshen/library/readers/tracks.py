"""What a container holds besides sound: captions and a cover. Knows nothing about whether captions are true.

Captions are written out by ffmpeg as text in the form of their track and read by the reader of that form.
Tracks of signs, songs, comments and forced lines are not what is said, so they are left alone.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.formats import readers
from fenshen.library.readers.ffmpeg import read_track
from fenshen.library.readers.media_facts import MediaFacts, Track
from fenshen.library.reading import TEXT_BYTES_MAX, Head, Opened

COVER_BYTES_MAX = 8 << 20
COVER_PIXELS_MAX = 8192
#: Codec of a text track → the forms to ask for, best first, as `(muxer, suffix)`.
_FORMS = {
    "ass": (("ass", ".ass"), ("srt", ".srt")),
    "ssa": (("ass", ".ass"), ("srt", ".srt")),
    "webvtt": (("webvtt", ".vtt"),),
    **dict.fromkeys(("mov_text", "subrip", "srt", "text", "ttml"), (("srt", ".srt"),)),
}
_NOT_SPEECH = re.compile(r"\b(forced|signs?|songs?|karaoke|comment\w*|lyrics)\b", re.IGNORECASE)


def caption_track(facts: MediaFacts, language: str | None) -> Track | None:
    """The text track that says what is spoken: in `language` if one is, else the default, else the first."""
    usable = [
        track
        for track in facts.tracks
        if track.kind == "Subtitle"
        and track.codec in _FORMS
        and "forced" not in track.flags
        and not _NOT_SPEECH.search(track.title)
    ]
    spoken = language or next((t.language for t in facts.tracks if t.kind == "Audio" and t.language), None)
    ranked = sorted(
        usable, key=lambda t: (t.language != spoken if spoken else False, "default" not in t.flags)
    )
    return ranked[0] if ranked else None


def read_captions(path: Path, demuxer: str, track: Track) -> Document | None:
    """The captions of a track, `None` where they hold no words or cannot be read."""
    for muxer, suffix in _FORMS[track.codec]:
        try:
            data = read_track(path, demuxer, ("-map", f"0:{track.number}", "-f", muxer), TEXT_BYTES_MAX)
            head = Head(data, f"track{suffix}")
            reader = next((spec for spec in readers() if data and spec.recognises(head)), None)
            documents = reader.read(Opened(head.name, data, track.language)) if reader else []
        except BadInput:
            continue
        timed = [document for document in documents if _is_timed(document)]
        if timed:
            return timed[0]
    return None


def read_cover(path: Path, demuxer: str, facts: MediaFacts) -> bytes | None:
    """The attached JPEG or PNG as it lies in the file, never decoded; `None` if there is none or it is too large."""
    if facts.cover is None:
        return None
    as_it_is = ("-map", f"0:{facts.cover.number}", "-c", "copy", "-frames:v", "1", "-f", "rawvideo")
    try:
        data = read_track(path, demuxer, as_it_is, COVER_BYTES_MAX)
    except BadInput:
        return None
    size = picture_size(data)
    return data if size is not None and max(size) <= COVER_PIXELS_MAX else None


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG or JPEG states, `None` for anything else.

    Source: W3C PNG, 11.2.2 IHDR; ITU-T T.81, B.2.2 frame header.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    place = 2 if data.startswith(b"\xff\xd8") else len(data)
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int(struct.unpack(">H", data[place + 2 : place + 4])[0])
    return None


def _is_timed(document: Document) -> bool:
    cues: Sequence[object] = [cue for cue in document.cues if cue.start_s is not None]
    return bool(cues)
