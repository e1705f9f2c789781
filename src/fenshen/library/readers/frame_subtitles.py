"""Subtitles of one line a cue: MicroDVD (frames), MPL2 (tenths of a second), TMPlayer (a start only).

    `{25}{75}words|more`   `[10][30]/words|more`   `00:00:01:words`   → cues → captions → document

MicroDVD counts frames: the first line may say how many a second, else 23.976 as players take it. A line of another
shape is left out and counted. Knows nothing about films.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

FRAMES_PER_S = 24_000 / 1001
_FRAMES = re.compile(r"\{(\d{1,9})\}\{(\d{0,9})\}(.*)")
_TENTHS = re.compile(r"\[(\d{1,9})\]\[(\d{0,9})\](.*)")
_STARTS = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?::|=|,\d=)(?![\d:])(.*)")
_RATE = re.compile(r"\d{2,3}(?:[.,]\d{1,6})?")
_TAG = re.compile(r"\{[A-Za-z]:[^{}]{0,60}\}")
_LAST_S = 5.0
_SHARE_MIN = 0.8


@dataclass(frozen=True)
class _Line:
    """A cue: where its line is, its times in seconds, `None` for an end that is not stated."""

    number: int
    start_s: float
    end_s: float | None
    words: str


def read_frame_subtitles(text: str, language: str | None = None) -> Document:
    """The document of a decoded file of one of these formats.

    Raises:
        BadInput: `not_subtitles` if no line has a time, `no_text` if nothing is said.
    """
    written = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    lines = sorted(_lines(written), key=lambda line: line.start_s)
    if not lines:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    starts = [line.start_s for line in lines[1:]] + [lines[-1].start_s + _LAST_S]
    cues = [
        TimedLines(line.start_s, max(line.start_s, line.end_s or following), _said(line.words))
        for line, following in zip(lines, starts, strict=True)
    ]
    document = captions_document(cues, language)
    other = [number for number, line in written if not _is_timed(line)]
    return replace(
        document, dropped=summed([Dropped("bad_line", len(other), f"line {other[0]}" if other else "")])
    )


def _lines(written: list[tuple[int, str]]) -> Iterator[_Line]:
    rate = FRAMES_PER_S
    for number, line in written:
        if match := _FRAMES.match(line):
            if int(match[1]) <= 1 and _RATE.fullmatch(match[3].strip()):
                rate = float(match[3].replace(",", ".")) or rate
                continue
            yield _Line(number, int(match[1]) / rate, int(match[2]) / rate if match[2] else None, match[3])
        elif match := _TENTHS.match(line):
            yield _Line(number, int(match[1]) / 10, int(match[2]) / 10 if match[2] else None, match[3])
        elif match := _STARTS.match(line):
            start = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3])
            yield _Line(number, float(start), None, match[4])


def _said(words: str) -> tuple[str, ...]:
    return spoken_lines(part.lstrip("/") for part in _TAG.sub("", words).split("|"))


def _is_timed(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_FRAMES, _TENTHS, _STARTS))


def _recognises(head: Head) -> bool:
    lines = [line.strip() for line in head.text.split("\n") if line.strip()]
    found = max(
        (sum(map(bool, map(pattern.match, lines))) for pattern in (_FRAMES, _TENTHS, _STARTS)), default=0
    )
    return found >= (1 if head.suffix in (".sub", ".mpl") else 2) and found >= _SHARE_MIN * len(lines)


def _read(opened: Opened) -> list[Document]:
    return [read_frame_subtitles(opened.text, opened.language)]


SPEC = ReaderSpec("subtitles", _recognises, _read, line_chars_max=LINE_CHARS_MAX, is_timed=True)
