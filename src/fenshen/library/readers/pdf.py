"""PDF files: their text in reading order. Knows nothing about how a page looks.

PDFium reads the file in a child process without this process's environment and with bounded memory,
processor time and output, because it is large C++ code and the file is a stranger's. Scripts, attachments
and forms are never looked at. Text nobody can see is text like any other: nothing read here is obeyed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.dropped import Dropped, summed
from fenshen.library.names import make_date
from fenshen.library.plausible import Likeness, likeness
from fenshen.library.readers import pdf_lines
from fenshen.library.readers.pdf_layout import Line, Page, paragraphs
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.stated_titles import stated_title

FILE_BYTES_MAX = 256 << 20
MEMORY_MAX_KIB = 1 << 20
CPU_SECONDS_MAX = 20
OUTPUT_BLOCKS_MAX = (128 << 20) // 512
TIMEOUT_S = 60.0

_MAGIC = b"%PDF-"
_PASSWORD, _NO_PDF = 2, 3
_DAY = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
#: Above this share of words in fonts without Unicode, doubtful letters are taken for glyph numbers.
_UNMAPPED_MAX = 0.3
#: Scanned pages carry at most a stamp of text.
_SCAN_CHARS_A_PAGE = 8
#: A shell sets the limits and becomes Python: nothing runs between fork and exec.
_CONFINED = (
    f"ulimit -v {MEMORY_MAX_KIB} 2>/dev/null; ulimit -t {CPU_SECONDS_MAX}; ulimit -f {OUTPUT_BLOCKS_MAX};"
    ' ulimit -c 0; ulimit -n 64; exec "$@"'
)


def read_pdf(data: bytes) -> Document:
    """The document in a PDF file; pages whose letters make no words are left out, and that is said.

    Raises:
        BadInput: `encrypted` if it needs a password, `no_text` if its pages are pictures or empty,
            `no_words` if its fonts do not say which letters they hold, `bad_document` if it is damaged or
            takes too long.
    """
    facts, pages = _pages(data)
    wordless = _wordless(pages)
    kept = [groups for number, (_, groups) in enumerate(pages) if number not in wordless]
    texts = paragraphs([page for groups in kept for page in groups])
    if wordless and sum(map(len, texts)) < _SCAN_CHARS_A_PAGE * len(pages):
        raise BadInput(
            "its fonts do not say which letters they hold, so no program can read its words; export it anew from"
            " what made it, or run text recognition (OCR) on it",
            code="no_words",
        )
    if sum(map(len, texts)) < _SCAN_CHARS_A_PAGE * max(1, len(pages)):
        raise BadInput(
            "its pages hold no text, only pictures such as scans; run text recognition on it first",
            code="no_text",
        )
    title = stated_title(str(facts.get("Title") or ""))
    place = f"page {min(wordless) + 1}, of {len(pages)}" if wordless else ""
    return Document(
        "post",
        tuple(Cue(text) for text in texts if text != title),
        title=title,
        title_stated=title is not None,
        published=_day(facts),
        dropped=summed([Dropped("wordless_page", len(wordless), place)]),
    )


def _wordless(pages: Sequence[tuple[float, Sequence[Page]]]) -> set[int]:
    """Pages whose letters make no words; short ones too where their fonts say nothing and most pages are so."""
    likes = [likeness(" ".join(line.text for page in groups for line in page.lines)) for _, groups in pages]
    found = {
        number
        for number, like in enumerate(likes)
        if like is Likeness.RUBBISH or (like is Likeness.DOUBTFUL and pages[number][0] > _UNMAPPED_MAX)
    }
    judged = sum(like is not Likeness.UNSURE for like in likes)
    if found and len(found) * 2 >= judged:
        found |= {
            number
            for number, like in enumerate(likes)
            if like is Likeness.UNSURE and pages[number][0] > _UNMAPPED_MAX
        }
    return found


def _pages(data: bytes) -> tuple[dict[str, object], list[tuple[float, list[Page]]]]:
    """What the child process says is in the file: of each page the share of unknown letters, and its lines."""
    command = ["/bin/sh", "-c", _CONFINED, "sh", sys.executable, "-I", str(Path(pdf_lines.__file__))]
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command,
                input=data,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=TIMEOUT_S,
                env={"PATH": os.defpath},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BadInput(
                "reading the PDF takes too long; it may be damaged", code="bad_document"
            ) from error
        if done.returncode == _PASSWORD:
            raise BadInput("the PDF needs a password; save it without one", code="encrypted")
        if done.returncode:
            raise BadInput("the PDF is damaged, or built to stall who reads it", code="bad_document")
        output.seek(0)
        try:
            facts, *pages = (json.loads(line) for line in output)
            return facts, [(unmapped, [_page(*group) for group in groups]) for unmapped, groups in pages]
        except (ValueError, TypeError) as error:
            raise BadInput("the PDF is damaged", code="bad_document") from error


def _page(height: float, lines: Sequence[Sequence[object]]) -> Page:
    return Page(height, tuple(Line(*line) for line in lines))  # type: ignore[arg-type]


def _day(facts: dict[str, object]) -> date | None:
    match = _DAY.match(str(facts.get("CreationDate") or ""))
    return make_date(*(int(part) for part in match.groups())) if match else None


def _recognises(head: Head) -> bool:
    return _MAGIC in head.data[:1024] and not head.data.startswith((b"GIF8", b"<", b"PK"))


def _read(opened: Opened) -> list[Document]:
    return [read_pdf(opened.data)]


SPEC = ReaderSpec("pdf", _recognises, _read, bytes_max=FILE_BYTES_MAX)
