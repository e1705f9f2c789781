"""LRC lyrics in the order in which they are sung. Knows nothing about the song's sound.

A line may carry several times, times of single words (`<mm:ss.xx>`) and two languages at one time, of
which one is kept; `[offset:+250]` means a quarter of a second earlier. A line lasts until the next time;
one without any is left out and counted.
Source: https://en.wikipedia.org/wiki/LRC_(file_format)
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

_CLOCK = r"(?:(\d{1,2}):(?=\d{1,2}:\d{1,2}[.,]))?(\d{1,3}):(\d{1,2})(?:[.:,](\d{1,3}))?"
_TIME = re.compile(rf"\s*\[{_CLOCK}\]")
_WORD_TIME = re.compile(rf"<{_CLOCK}>|\[{_CLOCK}\]")
_TAG = re.compile(r"\s*\[([A-Za-z#]{2,12}):([^\]\n]{0,400})\]\s*$")
#: Logs have a channel or a name behind the time, which no lyrics have.
_SAID_BY = re.compile(r"\s{0,8}(?:\[(?!\d)[^\]\n]{1,60}\]|<(?!\d)[^<>\n]{1,60}>)")
_CREDIT = re.compile(
    r"^(?:作?词|作?曲|編?曲|编?曲|制作人?|監製|监制|混音|录音|錄音|演唱|lyrics?|music|composer|producer|written|arranged)"
    r"(?:\s+by)?\s*[:：]",
    re.IGNORECASE,
)
_LAST_LINE_S = 5.0


def read_lrc(text: str, language: str | None = None) -> Document:
    """The document of a decoded LRC file.

    Args:
        language: what the file's name says, to choose between two languages at one time.

    Raises:
        BadInput: `not_subtitles` if there is no timed line, `no_text` if nothing is sung.
    """
    lines = text.split("\n")
    tags = {match[1].lower(): match[2].strip() for line in lines if (match := _TAG.match(line))}
    sung = _by_time(lines, _offset_s(tags.get("offset", "")))
    if not sung:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    document = captions_document(_until_next(sung), language, may_roll=False)
    untimed = [
        at for at, line in enumerate(lines, 1) if line.strip() and not (_TIME.match(line) or _TAG.match(line))
    ]
    dropped = summed([Dropped("bad_line", len(untimed), f"line {untimed[0]}" if untimed else "")])
    return replace(document, kind="audio", title=tags.get("ti") or None, dropped=dropped)


def _by_time(lines: Sequence[str], offset_s: float) -> dict[float, tuple[str, ...]]:
    """Seconds → what is sung then, nothing where the line is empty."""
    found: dict[float, list[str]] = defaultdict(list)
    for line in lines:
        times, at = [], 0
        while match := _TIME.match(line, at):
            times.append(_seconds(match.groups()))
            at = match.end()
        said = _WORD_TIME.sub("", line[at:])
        for time in times:
            found[max(0.0, round(time - offset_s, 3))] += [] if _CREDIT.match(said.strip()) else [said]
    return {time: spoken_lines(found[time]) for time in sorted(found)}


def _until_next(sung: dict[float, tuple[str, ...]]) -> Iterator[TimedLines]:
    starts = list(sung)
    for start, end in zip(starts, [*starts[1:], starts[-1] + _LAST_LINE_S], strict=True):
        yield TimedLines(start, end, sung[start])


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def _offset_s(text: str) -> float:
    return int(text) / 1000 if re.fullmatch(r"[+-]?\d{1,6}", text) else 0.0


def _recognises(head: Head) -> bool:
    lines = [line for line in head.text.splitlines() if line.strip() and not _TAG.match(line)]
    timed = sum(1 for line in lines if (match := _TIME.match(line)) and not _SAID_BY.match(line, match.end()))
    return timed >= (1 if head.suffix == ".lrc" else 2) and timed * 2 >= len(lines)


def _read(opened: Opened) -> list[Document]:
    return [read_lrc(opened.text, opened.language)]


SPEC = ReaderSpec("lrc", _recognises, _read, line_chars_max=LINE_CHARS_MAX, is_timed=True)
