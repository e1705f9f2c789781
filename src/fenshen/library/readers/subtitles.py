"""SRT and WebVTT, tolerant of what real files hold. Knows nothing about which film they belong to.

Both are read by their timing lines, so wrong or missing numbers, empty cues, missing blank lines,
comma or point, and absent hours do not matter. Markup, sound descriptions and adverts go; each `<v Name>` of a cue
is a cue of its own; of two languages in each cue the first stays.
Source: https://www.w3.org/TR/webvtt1/ ; SubRip has no specification.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_HOUR_S = 3600


def read_subtitles(text: str, language: str | None = None) -> Document:
    """The document of a decoded SRT or WebVTT file.

    Args:
        language: what the file's name says, to choose between two languages in each cue.

    Raises:
        BadInput: `not_subtitles` if there is no timing line, `no_text` if nothing is said.
    """
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_vtt = lines[0].startswith("WEBVTT")
    written = [one for start, end, block in _blocks(lines, is_vtt) for one in _clean(start, end, block)]
    if not written:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    return captions_document(written, language)


def _blocks(lines: list[str], is_vtt: bool) -> Iterator[tuple[float, float, list[str]]]:
    """Start, end and raw lines of each cue."""
    timings = [
        (at, match) for at, line in enumerate(lines) if "-->" in line and (match := _TIMING.match(line))
    ]
    for number, (at, match) in enumerate(timings):
        stop = timings[number + 1][0] if number + 1 < len(timings) else len(lines)
        body = lines[at + 1 : stop]
        if is_vtt:
            body = body[: body.index("")] if "" in body else body
        elif number + 1 < len(timings):
            body = _without_index(body)
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        yield start, max(start, end), body


def _without_index(body: list[str]) -> list[str]:
    """SRT lines without the number of the next cue."""
    if body and body[-1].strip().isdigit() and (len(body) == 1 or not body[-2].strip()):
        return body[:-1]
    return body


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * _HOUR_S + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + float(f"0.{fraction}")


def _clean(start_s: float, end_s: float, body: list[str]) -> Iterator[TimedLines]:
    """A cue as what each voice in it says; a cue without words stays one."""
    voices = _VOICE.split("\n".join(body))
    spoken = [(None, voices[0]), *zip(voices[1::2], voices[2::2], strict=True)]
    found = [
        TimedLines(start_s, end_s, lines, html.unescape(name).strip() if name else None)
        for name, text in spoken
        if (lines := spoken_lines(text.split("\n")))
    ]
    yield from found or [TimedLines(start_s, end_s, ())]


def _recognises(head: Head) -> bool:
    return head.text.startswith("WEBVTT") or any(map(_TIMING.match, head.text.split("\n")))


def _read(opened: Opened) -> list[Document]:
    return [read_subtitles(opened.text, opened.language)]


SPEC = ReaderSpec("subtitles", _recognises, _read, line_chars_max=LINE_CHARS_MAX, is_timed=True)
