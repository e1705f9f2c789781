"""What a file is, by its first bytes; the name only settles what plain text cannot say about itself.

Knows nothing about how a format is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from fenshen.core.errors import BadInput
from fenshen.library.encoding import decode_text

HEAD_BYTES = 1 << 16

TextFormat = Literal["subtitles", "whatsapp", "telegram", "markdown", "text"]

_TIMING = re.compile(r"^\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d", re.M)
_CHAT = re.compile(
    r"^\u200e?(?:\[\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? [^\]\n]{4,16}\] |\d{1,2}[./]\d{1,2}[./]\d{2,4}, \d{1,2}:\d{2}[^\n-]{0,8} - )"
)
_TEXT_NAMES = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text", "": "text"}
_SUBTITLE_NAMES = frozenset({".srt", ".vtt"})

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
_OTHERS = (
    (
        (
            b"PK\x03\x04",
            b"PK\x05\x06",
            b"\x1f\x8b",
            b"7z\xbc\xaf",
            b"Rar!",
            b"\xfd7zXZ",
            b"BZh",
            b"\x28\xb5\x2f\xfd",
        ),
        "archive",
    ),
    (
        (
            b"%PDF",
            b"\x89PNG",
            b"\xff\xd8\xff",
            b"GIF8",
            b"SQLite format 3",
            b"\x7fELF",
            b"\x93NUMPY",
            b"{\\rtf",
        ),
        "unknown_format",
    ),
)
_REASONS = {
    "archive": "it is an archive ({name!r} notwithstanding); unpack it and add the files inside",
    "unknown_format": "this kind of file is not read; add subtitles, text, chats, sound or video",
}  # fmt: skip


@dataclass(frozen=True)
class Media:
    """Sound or video, and the ffmpeg demuxer that reads it."""

    demuxer: str


def sniff(head: bytes, name: str) -> TextFormat | Media:
    """What a file beginning with `head` (up to 64 KiB) and called `name` is.

    Raises:
        BadInput: `empty`, `archive`, `playlist`, `binary`, `encoding`, `not_subtitles` or `unknown_format`.
    """
    if not head:
        raise BadInput("the file is empty", code="empty")
    for magics, code in _OTHERS:
        if head.startswith(magics):
            raise BadInput(_REASONS[code].format(name=name[-8:]), code=code)
    for pattern, demuxer in _MEDIA:
        if pattern.match(head):
            return Media(demuxer)
    return _sniff_text(decode_text(_whole_characters(head)).lstrip("\ufeff"), _suffix(name))


def _sniff_text(text: str, suffix: str) -> TextFormat:
    if text.startswith("WEBVTT") or _TIMING.search(text):
        return "subtitles"
    if suffix in _SUBTITLE_NAMES:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    if text.startswith(("#EXTM3U", "ffconcat ", "[playlist]")):
        raise BadInput("it is a playlist, not sound or video; add the files it names", code="playlist")
    start = text.lstrip()[:4000]
    if start.startswith("{") and re.search(r'"(?:messages|personal_information|chats)"\s*:', start):
        return "telegram"
    if _CHAT.match(start):
        return "whatsapp"
    kind = _TEXT_NAMES.get(suffix)
    if kind is None:
        raise BadInput(_REASONS["unknown_format"], code="unknown_format")
    return "markdown" if kind == "markdown" or text.startswith("---\n") else "text"


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}" if "." in name.strip(".") else ""


def _whole_characters(head: bytes) -> bytes:
    """`head` cut at its last line break, so that no character is split by the 64 KiB limit."""
    cut = head.rfind(b"\n") if len(head) >= HEAD_BYTES else -1
    return head[: cut + 1] if cut > 0 and not head.startswith((b"\xff\xfe", b"\xfe\xff")) else head
