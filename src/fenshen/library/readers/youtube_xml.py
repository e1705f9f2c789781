"""YouTube's captions in XML (srv1, srv2, srv3, ttml aside): lines with a start and a length. Knows nothing about videos.

Source: https://www.youtube.com/api/timedtext, formats `srv1` (seconds, `text`), `srv2` and `srv3` (milliseconds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.lenient_xml import parse_leniently
from fenshen.library.markup import XmlElement, descendants
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import Head, Opened, ReaderSpec

_ROOT = re.compile(
    r"(?:\s{0,99}<[?!][^<>]{0,400}>){0,9}\s{0,99}<(?:timedtext|transcript)[\s>]", re.IGNORECASE
)
_LINE = re.compile(r"<(?:text|p)\s[^<>]{0,200}?\b(?:start|t)\s?=")


def read_youtube_xml(text: str, language: str | None = None) -> Document:
    """The document of a decoded file.

    Raises:
        BadInput: `not_subtitles` if no line has a time, `no_text`, `unsafe_xml`, `bad_xml`.
    """
    root, dropped = parse_leniently(text, flat=("p", "text"))
    cues, lost = [], []
    for element in descendants(root, "text", "p"):
        start_s = _second(element, "start", "t")
        if start_s is None:
            lost.append(Dropped("bad_time", 1, f"line {element.sourceline}"))
            continue
        lines = spoken_lines("".join(_words(element)).split("\n"))
        cues.append(TimedLines(start_s, start_s + (_second(element, "dur", "d") or 0.0), lines))
    if not cues:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    document = captions_document(sorted(cues, key=lambda cue: cue.start_s), language)
    return replace(document, dropped=summed((*dropped, *lost)))


def _words(element: XmlElement) -> Iterator[str]:
    return (part for part in element.itertext() if isinstance(part, str))


def _second(element: XmlElement, in_seconds: str, in_ms: str) -> float | None:
    for name, unit_s in ((in_seconds, 1.0), (in_ms, 0.001)):
        if (text := element.get(name)) and re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", text.strip()):
            return float(text) * unit_s
    return None


def _recognises(head: Head) -> bool:
    return bool(_ROOT.match(head.text)) and bool(_LINE.search(head.text))


def _read(opened: Opened) -> list[Document]:
    return [read_youtube_xml(opened.text, opened.language)]


SPEC = ReaderSpec("subtitles", _recognises, _read, is_timed=True)
