"""What a file is, by its first bytes; the name only settles what plain text cannot say about itself.

    empty? → sound or video (magic bytes) → front matter taken off → the table of readers → why it is refused

Knows nothing about how a format is read.
"""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.library.encoding import decode_text
from fenshen.library.formats import readers
from fenshen.library.fronted import below, reader_of
from fenshen.library.near_relatives import DISGUISED, relative_of
from fenshen.library.readers.plain import NO_PROSE
from fenshen.library.reading import HEAD_BYTES, Head, ReaderSpec

#: Magic bytes → ffmpeg's demuxer. The demuxer is forced, so ffmpeg never guesses: a playlist, a concat
#: script or an image pattern under a video's name is never opened.
_MEDIA = (
    (re.compile(rb"\x00.{3}(?:ftyp|moov|mdat|wide|free|skip)", re.S), "mov"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "matroska"),
    (re.compile(rb"RIFF.{4}WAVE", re.S), "wav"),
    (re.compile(rb"RIFF.{4}AVI ", re.S), "avi"),
    (re.compile(rb"fLaC"), "flac"),
    (re.compile(rb"OggS"), "ogg"),
    (re.compile(rb"FORM.{4}AIF[FC]", re.S), "aiff"),
    (re.compile(rb"FLV\x01"), "flv"),
    (re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), "asf"),
    (re.compile(rb"\x00\x00\x01\xba"), "mpeg"),
    (re.compile(rb"\x47.{187}\x47.{187}\x47", re.S), "mpegts"),
    (re.compile(rb"ID3[\x02-\x04]"), "mp3"),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), "aac"),
    (re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]"), "mp3"),
)
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
    b"BZh",
    b"\x28\xb5\x2f\xfd",
)
_NO_TEXT = (
    b"%PDF",
    b"\x93NUMPY",
)
_SUBTITLE_NAMES = frozenset({".srt", ".vtt"})
_UNKNOWN = "this kind of file is not read; add subtitles, text, chats, sound or video"
_SHAPES = (("{", "JSON"), ("[", "JSON"), ("<", "XML"))
_NO_LIST = (
    "neither an export that is known nor a list of messages (sender, text, time) or of posts (title, words, status);"
    " save what you want to add as text, a chat as lines of `Name: words`"
)


@dataclass(frozen=True)
class Media:
    """Sound or video, and the ffmpeg demuxer that reads it."""

    demuxer: str


def sniff_file(path: Path) -> ReaderSpec | Media:
    """What the file is.

    Raises:
        BadInput: see `sniff`.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return sniff(Head(file.read(HEAD_BYTES), path.name))


def sniff(head: Head) -> ReaderSpec | Media:
    """What a file with this beginning is.

    Raises:
        BadInput: `empty`, `archive`, `playlist`, `binary`, `encoding`, `corrupt_media`, `not_subtitles` or `unknown_format`.
    """
    if not head.data:
        raise BadInput("the file is empty", code="empty")
    for relative in DISGUISED:
        if relative.fits(head):
            raise BadInput(relative.reason, code="unknown_format")
    for pattern, demuxer in _MEDIA:
        if pattern.match(head.data):
            return Media(demuxer)
    under = below(head)
    found = next((reader for reader in readers() if reader.recognises(under or head)), None)
    if under is not None:
        found = reader_of(head, found)
    if found is None:
        raise _refusal(head)
    return found


def _refusal(head: Head) -> BadInput:
    """Why no reader takes it."""
    if relative := relative_of(head):
        return BadInput(relative.reason, code="unknown_format")
    if head.data.startswith(_ARCHIVES):
        return BadInput(
            f"it is an archive ({head.name[-8:]!r} notwithstanding); unpack it and add the files inside",
            code="archive",
        )
    if head.data.startswith(_NO_TEXT):
        return BadInput(_UNKNOWN, code="unknown_format")
    try:
        decode_text(head.whole_characters)
    except BadInput as error:
        if (mimetypes.guess_type(head.name)[0] or "").startswith(("audio/", "video/")):
            return BadInput("the sound or video is damaged: it does not begin like one", code="corrupt_media")
        return error
    if head.suffix in _SUBTITLE_NAMES:
        return BadInput("it holds no subtitle times", code="not_subtitles")
    if head.text.startswith(NO_PROSE):
        return BadInput("it is a playlist, not sound or video; add the files it names", code="playlist")
    kind = next((kind for begins, kind in _SHAPES if head.text.lstrip().startswith(begins)), None)
    if kind := "a table" if head.suffix in (".csv", ".tsv") else kind:
        return BadInput(f"it is {kind}, but {_NO_LIST}", code="unknown_format")
    if head.text.strip():
        step = "if it is writing or a chat, rename it to end in .txt and add it again"
        return BadInput(f"text under {head.suffix!r} is not read; {step}", code="unknown_format")
    return BadInput(_UNKNOWN, code="unknown_format")
