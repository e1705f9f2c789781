"""SRT and WebVTT, tolerant of what real files hold. Knows nothing about which film they belong to.

Both are read by their timing lines, so wrong or missing numbers, empty cues, missing blank lines,
comma or point, and absent hours do not matter. Markup, sound descriptions, adverts and dialogue dashes
go; `<v Name>` voices and `NAME:` labels become speakers; of two languages in each cue the first stays.
Source: https://www.w3.org/TR/webvtt1/ ; SubRip has no specification.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.language import count_han, count_words, detect_language
from fenshen.library.readers.captions import TimedLines, unroll
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,200})>")
_MARKUP = re.compile(r"<[^<>\n]{0,300}>|\{\\[^{}\n]{0,300}\}")
_SOUND = re.compile(r"\[[^\[\]_\n]{1,80}\]|[♪♫]")
_ADVERT = re.compile(
    r"^(?:(?:sub(?:title)?s?|captions?) (?:by|downloaded|provided|created)|sync(?:ed)? (?:and|by)|www\.\S+$|https?://\S+$)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^([A-Z][A-Z .'\-]{1,30}):\s+(?=\S)")
_DASH = re.compile(r"^[-–—]\s*")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)]*$")
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
    written = [_clean(start, end, block) for start, end, block in _blocks(lines, is_vtt)]
    if not written:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    spoken = unroll([cue for cue in written if cue.lines])
    cues = tuple(_speakers(_one_language(spoken, language)))
    if not cues:
        raise BadInput("its subtitles hold no words", code="no_text")
    return Document(kind="video", cues=cues, language=language)


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


def _clean(start_s: float, end_s: float, body: Iterable[str]) -> TimedLines:
    body = list(body)
    voice = next((match[1] for line in body if (match := _VOICE.search(line))), None)
    lines = [" ".join(_strip(line).split()) for line in body]
    kept = [line for line in lines if count_words(line) and not _ADVERT.match(line)]
    if kept != [line for line in lines if line] and any(_ADVERT.match(line) for line in lines):
        kept = []
    speaker = html.unescape(voice).strip() if voice else None
    return TimedLines(start_s, end_s, tuple(kept), speaker)


def _strip(line: str) -> str:
    plain = _MARKUP.sub("", line).replace("\\h", " ").replace("\\N", " ")
    plain = html.unescape(plain).replace("\u00a0", " ")
    return _DASH.sub("", _SOUND.sub("", plain).strip())


def _one_language(cues: list[TimedLines], language: str | None) -> list[TimedLines]:
    """One line of each pair when nearly every cue says the same thing in Chinese and in another language."""
    pairs = [c for c in cues if len(c.lines) == 2 and len({count_han(line) > 0 for line in c.lines}) == 2]
    if not pairs or len(pairs) < 0.8 * len(cues):
        return cues
    keep_han = language == "zh" if language else count_han(pairs[0].lines[0]) > 0
    return [
        TimedLines(
            cue.start_s,
            cue.end_s,
            tuple(line for line in cue.lines if (detect_language(line) == "zh") == keep_han) or cue.lines,
            cue.speaker,
        )
        for cue in cues
    ]


def _speakers(cues: Iterable[TimedLines]) -> Iterator[Cue]:
    """Cues with their speaker; a `NAME:` label holds until its sentence ends."""
    labelled: str | None = None
    for cue in cues:
        text = _join(cue.lines)
        if match := _LABEL.match(text):
            labelled, text = match[1].strip(), text[match.end() :]
        yield Cue(text, cue.start_s, cue.end_s, cue.speaker or (labelled.title() if labelled else None))
        if _SENTENCE_END.search(text):
            labelled = None


def _join(lines: tuple[str, ...]) -> str:
    separator = "" if all(count_han(line[-1:] + line[:1]) for line in lines) else " "
    return separator.join(lines)


def _recognises(head: Head) -> bool:
    return head.text.startswith("WEBVTT") or any(map(_TIMING.match, head.text.split("\n")))


def _read(opened: Opened) -> list[Document]:
    return [read_subtitles(opened.text, opened.language)]


SPEC = ReaderSpec("subtitles", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
