"""SAMI (.smi): captions as a page with points of time, in one language or several. Knows nothing about how it looks.

    `<SYNC Start=ms>` → what each language shows from then on → captions → document

A caption lasts until the next point of time of its language; `&nbsp;` clears the screen. Languages are classes of
paragraphs; the one that the file's name asks for is kept, else the first.
Source: Microsoft, Understanding SAMI 1.0
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.readers.captions import TimedLines, captions_document, spoken_lines
from fenshen.library.reading import Head, Opened, ReaderSpec

_SYNC = re.compile(
    r"<sync\b[^<>]{0,200}?\bstart\s*+=\s*+(?:[\"']\s*+)?(-?[\w.]{1,12})[^<>]{0,100}>", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"<p\b([^<>]{0,200})>", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_STYLE = re.compile(r"\.([\w-]{1,40})\s*\{[^{}]{0,400}?\blang\s*:\s*([A-Za-z]{2})", re.IGNORECASE)
_TITLE = re.compile(r"<title>([^<>]{1,300})</title>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--|-->")
_BLANK = re.compile(r"(?:\s|&nbsp;?)*+")
_LAST_S = 5.0
_BREAK = re.compile(r"(?<!\s)\s*<br[^<>]{0,40}>\s*", re.IGNORECASE)


def read_sami(text: str, language: str | None = None) -> Document:
    """The document of a decoded SAMI file.

    Raises:
        BadInput: `not_subtitles` if there is no point of time, `no_text` if nothing is said.
    """
    points = list(_SYNC.finditer(text))
    ends = [point.start() for point in points[1:]] + [len(text)]
    shown: dict[str, list[tuple[float, str]]] = defaultdict(list)
    lost: list[str] = []
    for point, end in zip(points, ends, strict=True):
        if not point[1].removeprefix("-").isdecimal():
            lost.append(f"line {text.count(chr(10), 0, point.start()) + 1}")
            continue
        for name, words in _paragraphs(text[point.end() : end]):
            shown[name].append((max(0.0, int(point[1]) / 1000), words))
    if not shown:
        raise BadInput("it holds no subtitle times", code="not_subtitles")
    codes = {match[1].lower(): match[2].lower() for match in _STYLE.finditer(text)}
    kept = next((name for name in shown if codes.get(name) == language), next(iter(shown)))
    document = captions_document(
        _until_next(sorted(shown[kept], key=lambda one: one[0])), language or codes.get(kept)
    )
    title = _TITLE.search(text)
    dropped = summed([Dropped("bad_time", len(lost), lost[0] if lost else "")])
    return replace(document, title=title[1].strip() if title else None, dropped=dropped)


def _paragraphs(body: str) -> list[tuple[str, str]]:
    """The class and the words of each paragraph of a point of time."""
    begins = list(_PARAGRAPH.finditer(body))
    if not begins:
        return [("", body)]
    stops = [begin.start() for begin in begins[1:]] + [len(body)]
    named = (
        (_CLASS.search(begin[1]), body[begin.end() : stop]) for begin, stop in zip(begins, stops, strict=True)
    )
    return [(found[1].lower() if found else "", words) for found, words in named]


def _until_next(shown: list[tuple[float, str]]) -> list[TimedLines]:
    cues = []
    stops = [start for start, _ in shown[1:]] + [shown[-1][0] + _LAST_S]
    for (start, words), stop in zip(shown, stops, strict=True):
        if not _BLANK.fullmatch(words):
            lines = _BREAK.split(re.sub(r"</?(?:body|sami|p|sync)\b[^<>]{0,200}>", "", words, flags=re.I))
            cues.append(
                TimedLines(start, max(start, stop), spoken_lines(" ".join(line.split()) for line in lines))
            )
    return cues


def _recognises(head: Head) -> bool:
    text = head.text[:2_000].lower()
    return "<sami" in text or bool(head.suffix in (".smi", ".sami") and _SYNC.search(head.text))


def _read(opened: Opened) -> list[Document]:
    return [read_sami(_COMMENT.sub("", opened.text), opened.language)]


SPEC = ReaderSpec("subtitles", _recognises, _read, is_timed=True)
