"""SRT, WebVTT and their cousins with timing lines (SBV, SubViewer), tolerant of what real files hold.

    lines → timing lines → what stands between them → cues in order of time → captions → document

All are read by their timing lines (`caption_times`), so numbers, empty cues, missing blank lines and the order in the
file do not matter. A cue whose times cannot be read is left out and counted, and so is a time without words. Markup,
sound descriptions, adverts and dialogue dashes go; `<v Name>` voices and `NAME:` labels become speakers; of two
languages in each cue the first stays. Knows nothing about which film they belong to.
Source: https://www.w3.org/TR/webvtt1/ ; SubRip, SubViewer and SBV have no specification.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.readers.caption_times import Timing, is_damaged_timing, read_timing
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]{1,200})>")
_NUMBER = re.compile(r"[#(\[]?\d{1,7}[.)\]]?")
#: Webex numbers its identifiers and adds the number of the account: `1 "Jane Roe" (1234567)`.
_CUE_NUMBER = re.compile(r"^\d{1,7}[.):\-]?\s+")
_ACCOUNT = re.compile(r"(?<!\s)\s*\(\d{3,20}\)$")
_COLOURED = re.compile(
    r"<(?:font\s+color\s*=\s*[\"']?|c\.)([#\w]{1,20})[\"']?[^<>]{0,80}>((?:(?!</(?:font|c)>).){1,2000})</(?:font|c)>",
    re.IGNORECASE | re.DOTALL,
)
#: Blocks of WebVTT that nobody says.
_UNSAID = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_BLANK = re.compile(r"(?:\s|&nbsp;|\u200b|\ufeff)*")
#: Of a file that numbers its cues, at least this share of them end in the next number.
_NUMBERED_SHARE = 0.5
_NAMES = frozenset({".srt", ".vtt", ".sbv", ".sub"})
#: A file of another name is one of subtitles when so many of its lines are timing lines.
_TIMED_LINES_MIN, _TIMED_SHARE = 2, 0.15


@dataclass(frozen=True)
class _Block:
    """A timing line and the lines up to the next one.

    Attributes:
        line: the number of the timing line, from 1.
        timing: `None` where it is damaged.
        name: the identifier above it, where WebVTT gives one that is no number.
    """

    line: int
    timing: Timing | None
    body: list[str]
    name: str = ""


def read_subtitles(text: str, language: str | None = None) -> Document:
    """The document of a decoded SRT, WebVTT, SBV or SubViewer file.

    Args:
        language: what the file's name says, to choose between two languages in each cue.

    Raises:
        BadInput: `not_subtitles` if there is no timing line, `no_text` if nothing is said.
    """
    lines = re.split(r"\r\n?|\n", text.replace("\ufeff", ""))
    blocks = list(_blocks(lines, is_vtt=lines[0].startswith("WEBVTT")))
    voices = _voices(blocks)
    written = [
        replace(one, speaker=one.speaker or voice)
        for block, voice in zip(blocks, voices, strict=True)
        if block.timing and not _is_empty(block.body)
        for one in _clean(block.timing, block.body)
    ]
    if not any(block.timing for block in blocks):
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    document = captions_document(sorted(written, key=lambda cue: cue.start_s), language)
    return replace(document, dropped=_dropped(blocks))


def _blocks(lines: Sequence[str], is_vtt: bool) -> Iterator[_Block]:
    times = [(at, read_timing(line)) for at, line in enumerate(lines)]
    heads = [(at, timing) for at, timing in times if timing or is_damaged_timing(lines[at])]
    stops = [*(at for at, _ in heads[1:]), len(lines)]
    bodies = [list(lines[at + 1 : stop]) for (at, _), stop in zip(heads, stops, strict=False)]
    before = [lines[: heads[0][0]] if heads else [], *bodies[:-1]]
    numbered = sum(map(_ends_in_number, before)) > _NUMBERED_SHARE * len(before)
    for number, ((at, timing), body) in enumerate(zip(heads, bodies, strict=True)):
        above = before[number]
        name = above[-1].strip() if is_vtt and above and (len(above) == 1 or not above[-2].strip()) else ""
        if number + 1 < len(bodies):
            body = _without_name(body, numbered, is_vtt)
        if timing and timing.text:
            body = [timing.text, *body]
        yield _Block(at + 1, timing, _cue_block(body) if is_vtt else body, name)


def _voices(blocks: Sequence[_Block]) -> list[str | None]:
    """Who says each cue where only its identifier or its colour tells: names that come back, colours in turn."""
    names = [_ACCOUNT.sub("", _CUE_NUMBER.sub("", block.name)).strip(" \"'“”") for block in blocks]
    counts = Counter(name for name in names if name and any(c.isalpha() for c in name) and "-->" not in name)
    if counts and counts.most_common(1)[0][1] > 1 and len(counts) * 2 <= len(blocks) + 1:
        return [name if name in counts else None for name in names]
    colours = [_colour(block.body) for block in blocks]
    found = list(dict.fromkeys(colour for colour in colours if colour))
    if len(found) < 2 or colours.count(found[0]) + colours.count(found[1]) < 0.5 * len(blocks):
        return [None] * len(blocks)
    return [f"Speaker {found.index(colour) + 1}" if colour else None for colour in colours]


def _colour(body: Sequence[str]) -> str:
    """The one colour in which the whole of a cue is set."""
    match = _COLOURED.fullmatch("\n".join(body).strip())
    return match[1].lower() if match else ""


def _ends_in_number(body: Sequence[str]) -> bool:
    last = next((line for line in reversed(body) if line.strip()), "")
    return bool(_NUMBER.fullmatch(last.strip()))


def _without_name(body: list[str], numbered: bool, is_vtt: bool) -> list[str]:
    """The lines of a cue without the number or name of the next one."""
    while body and not body[-1].strip():
        body = body[:-1]
    if not body:
        return body
    stands_alone = len(body) == 1 or not body[-2].strip()
    if _NUMBER.fullmatch(body[-1].strip()):
        return body[:-1] if stands_alone or numbered else body
    return body[:-1] if is_vtt and stands_alone and len(body) > 1 else body


def _cue_block(body: list[str]) -> list[str]:
    """The first block of WebVTT lines, also where a blank line parts it from its time; comments are none."""
    while body and not body[0].strip():
        body = body[1:]
    if not body or _UNSAID.match(body[0]):
        return []
    return body[: next((at for at, line in enumerate(body) if not line.strip()), len(body))]


def _is_empty(body: Iterable[str]) -> bool:
    return all(_BLANK.fullmatch(line) for line in body)


def _dropped(blocks: Iterable[_Block]) -> tuple[Dropped, ...]:
    codes = (
        ("bad_time" if block.timing is None else "empty_cue" if _is_empty(block.body) else "", block.line)
        for block in blocks
    )
    return summed(Dropped(code, 1, f"line {line}") for code, line in codes if code)


def _clean(timing: Timing, body: list[str]) -> Iterator[TimedLines]:
    """A cue as what each voice in it says; a cue without words stays one."""
    voices = _VOICE.split("\n".join(body))
    spoken = [(None, voices[0]), *zip(voices[1::2], voices[2::2], strict=True)]
    found = [
        TimedLines(timing.start_s, timing.end_s, lines, html.unescape(name).strip() if name else None)
        for name, text in spoken
        if (lines := spoken_lines(text.split("\n")))
    ]
    yield from found or [TimedLines(timing.start_s, timing.end_s, ())]


def _recognises(head: Head) -> bool:
    if head.text.startswith("WEBVTT"):
        return True
    lines = [line for line in head.text.split("\n") if line.strip()]
    timings = [timing for line in lines if (timing := read_timing(line))]
    if head.suffix in _NAMES or any(timing.is_certain for timing in timings):
        return bool(timings)
    return len(timings) >= max(_TIMED_LINES_MIN, _TIMED_SHARE * len(lines))


def _read(opened: Opened) -> list[Document]:
    return [read_subtitles(opened.text, opened.language)]


SPEC = ReaderSpec("subtitles", _recognises, _read, line_chars_max=LINE_CHARS_MAX, is_timed=True)
