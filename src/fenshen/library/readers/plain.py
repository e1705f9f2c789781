"""Plain text: paragraphs by blank lines or by line, hard-wrapped lines joined, except where somebody begins to speak.

Knows nothing of markup.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from fenshen.core.errors import BadInput
from fenshen.library.clean import clean_title
from fenshen.library.dialogue.judging import speech_starts
from fenshen.library.dialogue.quoting import byline
from fenshen.library.document import Cue, Document
from fenshen.library.language import HAN
from fenshen.library.names import parse_date
from fenshen.library.reading import LINE_CHARS_MAX, PLAIN_NAMES, Head, Opened, ReaderSpec

_WRAP_COLUMN_MIN, _WRAP_COLUMN_MAX = 40, 100
_SENTENCE_END = re.compile(r"[.!?…。！？:：;；][\"'”’）」』)]*$")
#: How playlists and scripts begin, which are text but say nothing.
NO_PROSE = ("#EXTM3U", "ffconcat ", "[playlist]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_plain(text: str) -> Document:
    """The document of a decoded text file; a short first block without a full stop is title and byline.

    Raises:
        BadInput: `no_text` if nothing is left to read.
    """
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    blocks = [block.split("\n") for block in re.split(r"\n\s*\n", "\n".join(lines).strip()) if block.strip()]
    spoken = speech_starts([line for block in blocks for line in block])
    blocks = _at_speech(blocks, spoken)
    title, published = None, None
    authors: tuple[str, ...] = ()
    if len(blocks) > 1 and _is_heading(blocks[0]) and 0 not in spoken:
        authors = tuple(filter(None, map(byline, blocks[0])))
        title, published = clean_title(blocks[0][0]), _first_date(blocks.pop(0))
    cues = tuple(Cue(paragraph) for block in blocks for paragraph in _paragraphs(block))
    if not cues:
        raise BadInput("it holds no text", code="no_text")
    return Document(kind="post", cues=cues, title=title, published=published, authors=authors)


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of text set as typed."""
    blocks = re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip())
    return [paragraph for block in blocks if block.strip() for paragraph in _paragraphs(block.split("\n"))]


def _at_speech(blocks: list[list[str]], spoken: Collection[int]) -> list[list[str]]:
    """The blocks, cut where a line begins somebody's words; `spoken` counts the lines of all blocks."""
    if not spoken:
        return blocks
    found: list[list[str]] = []
    number = 0
    for block in blocks:
        for at, line in enumerate(block):
            if at == 0 or number in spoken:
                found.append([])
            found[-1].append(line)
            number += 1
    return found


def _is_heading(lines: list[str]) -> bool:
    return len(lines) <= 3 and all(
        len(line) <= 80 and not _SENTENCE_END.search(line.strip()) for line in lines
    )


def _first_date(lines: list[str]) -> date | None:
    match = _DATE.search(" ".join(lines))
    return parse_date(match[0]) if match else None


def _paragraphs(lines: list[str]) -> list[str]:
    """The block as one paragraph if its lines look wrapped at a column, else one paragraph a line."""
    stripped = [
        "\t".join(" ".join(part.split()) for part in line.strip().split("\t", 2))
        for line in lines
        if line.strip()
    ]
    longest = max((len(line) for line in stripped), default=0)
    ragged = sum(1 for line in stripped[:-1] if not _SENTENCE_END.search(line))
    if (
        len(stripped) > 1
        and _WRAP_COLUMN_MIN <= longest <= _WRAP_COLUMN_MAX
        and ragged * 2 >= len(stripped) - 1
    ):
        joined = " ".join(stripped)
        return [re.sub(f"(?<=[{HAN}，。、]) (?=[{HAN}])", "", joined)]
    return stripped


def _recognises(head: Head) -> bool:
    return bool(head.text) and head.suffix in PLAIN_NAMES and not head.text.startswith(NO_PROSE)


def _read(opened: Opened) -> list[Document]:
    return [read_plain(opened.text)]


SPEC = ReaderSpec("text", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
