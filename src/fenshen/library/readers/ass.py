"""ASS and SSA subtitles: what is said, without what is drawn. Knows nothing about how it would look.

Comments, drawings (`\\p1`) and styles for signs, notes and, beside speech, songs are dropped, override tags removed, events
sorted by time and said once when several layers show the same words. The `Name` column is the speaker.
Two languages come as two styles at the same times or as two lines of one event; one is kept.
Source: http://www.tcax.org/docs/ass-specs.htm
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.notations import turn_mark
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.language import count_han
from fenshen.library.readers.captions import TimedLines, captions_document, join_lines, spoken_lines
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

_COLUMNS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_CLOCK = re.compile(r"(\d{1,3}):(\d{1,2}):(\d{1,2})(?:[.:,](\d{1,3}))?$")
_OVERRIDE = re.compile(r"\{[^{}]*\}")
_DRAWING = re.compile(r"\\p(\d{1,2})(?=[\\}\s])")
_BREAK = re.compile(r"\\[Nn]")
_SIGN = re.compile(
    r"(?:^|[^a-z])(?:signs?|titles?|notes?|typeset|ts|staff|credits?|logo|watermark|screen)(?:$|[^a-z])"
    r"|屏幕|屏字|标题|標題|注释|注釋|註釋|水印|字幕组|字幕組",
    re.IGNORECASE,
)
#: Songs that others sing: opening, ending and insert songs, their letters, syllables and translations.
_SONG = re.compile(
    r"(?:^|[^a-z])(?:(?-i:OP|ED)\d*|insert|opening|ending|songs?|lyrics?|karaoke|kara|k?fx|romaji|kanji|furigana)(?:$|[^a-z])"
    r"|歌词|歌詞|片头曲|片頭曲|片尾曲|插曲",
    re.IGNORECASE,
)
_UNTITLED = re.compile(r"default|untitled|<.*>", re.IGNORECASE)
#: Two styles are translations of each other when they share this much of their times.
_PARALLEL_SHARE = 0.8


@dataclass(frozen=True)
class _Event:
    """One `Dialogue` line: its times, style and lines."""

    start_s: float
    end_s: float
    style: str
    speaker: str | None
    lines: tuple[str, ...]


def read_ass(text: str, language: str | None = None) -> Document:
    """The document of a decoded ASS or SSA file.

    Args:
        language: what the file's name says, to choose between two languages.

    Raises:
        BadInput: `not_subtitles` if there is no timed event, `no_text` if nothing is said.
    """
    lines = text.split("\n")
    lost: list[int] = []
    events = sorted(_events(lines, lost), key=lambda event: event.start_s)
    if not events:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    spoken = [event for event in events if event.lines and not _SIGN.search(event.style)]
    spoken = [event for event in spoken if not _SONG.search(event.style)] or spoken
    cues = [
        TimedLines(event.start_s, event.end_s, event.lines, event.speaker)
        for event in _said_once(_one_style(spoken, language))
    ]
    document = captions_document(cues, language)
    dropped = summed([Dropped("bad_time", len(lost), f"line {lost[0]}" if lost else "")])
    return Document(document.kind, document.cues, title=_title(lines), language=language, dropped=dropped)


def _events(lines: Sequence[str], lost: list[int]) -> Iterator[_Event]:
    """The events with times; the numbers of the lines of others are added to `lost`."""
    columns: tuple[str, ...] = _COLUMNS
    for number, line in enumerate(lines, 1):
        field, _, rest = line.partition(":")
        if field == "Format" and "text" in rest.lower():
            columns = tuple(name.strip().lower() for name in rest.split(","))
        elif field == "Dialogue":
            values = dict(zip(columns, rest.split(",", len(columns) - 1), strict=False))
            start, end = (_seconds(values.get(name, "").strip()) for name in ("start", "end"))
            if start is None or end is None:
                lost.append(number)
                continue
            speaker = (values.get("name") or values.get("actor") or "").strip() or None
            yield _Event(
                start, max(start, end), values.get("style", ""), speaker, _lines(values.get("text", ""))
            )


def _seconds(text: str) -> float | None:
    match = _CLOCK.match(text)
    if not match:
        return None
    hours, minutes, seconds, fraction = match.groups()
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def _lines(text: str) -> tuple[str, ...]:
    """What an event says: one line, or two when they are in two languages."""
    shown = (" ".join(part.split()) for part in _BREAK.split(_undrawn(text).replace("\\h", " ")))
    lines = spoken_lines(shown)
    if len({count_han(line) > 0 for line in lines}) == 2 or any(turn_mark(line)[0] for line in lines[1:]):
        return lines
    return (join_lines(lines),) if lines else ()


def _undrawn(text: str) -> str:
    """`text` without override tags and without the vector drawings they switch on."""
    kept, at, drawing = [], 0, False
    for override in _OVERRIDE.finditer(text):
        if not drawing:
            kept.append(text[at : override.start()])
        for scale in _DRAWING.finditer(override[0]):
            drawing = scale[1].strip("0") != ""
        at = override.end()
    if not drawing:
        kept.append(text[at:])
    return "".join(kept)


def _one_style(events: list[_Event], language: str | None) -> list[_Event]:
    """The events of one language when the styles come in parallel."""
    styles_at: dict[tuple[float, float], set[str]] = defaultdict(set)
    for event in events:
        styles_at[event.start_s, event.end_s].add(event.style)
    if sum(len(styles) > 1 for styles in styles_at.values()) < max(1, _PARALLEL_SHARE * len(styles_at)):
        return events
    first = events[0].style
    chinese = _chinese_styles(events)
    if len({event.style in chinese for event in events}) == 1:
        kept = {first}
    else:
        keep_han = language == "zh" if language else first in chinese
        kept = {event.style for event in events if (event.style in chinese) == keep_han}
    return [
        event for event in events if event.style in kept or not styles_at[event.start_s, event.end_s] & kept
    ]


def _chinese_styles(events: Sequence[_Event]) -> set[str]:
    """Styles most of whose events hold Chinese characters."""
    balance: dict[str, int] = defaultdict(int)
    for event in events:
        balance[event.style] += 1 if count_han("".join(event.lines)) else -1
    return {style for style, surplus in balance.items() if surplus > 0}


def _said_once(events: Sequence[_Event]) -> Iterator[_Event]:
    """Events without the layers that repeat the words of another at the same time."""
    seen: set[tuple[float, float, tuple[str, ...]]] = set()
    for event in events:
        key = (event.start_s, event.end_s, event.lines)
        if key not in seen:
            seen.add(key)
            yield event


def _title(lines: Sequence[str]) -> str | None:
    found = next((line[6:].strip() for line in lines[:200] if line.startswith("Title:")), "")
    return found if found and not _UNTITLED.match(found) else None


def _recognises(head: Head) -> bool:
    text = head.text
    return text.lstrip().startswith("[Script Info]") or (
        "[Events]" in text and any(line.startswith("Dialogue:") for line in text.splitlines())
    )


def _read(opened: Opened) -> list[Document]:
    return [read_ass(opened.text, opened.language)]


SPEC = ReaderSpec("ass", _recognises, _read, line_chars_max=LINE_CHARS_MAX, is_timed=True)
