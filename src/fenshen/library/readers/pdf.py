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
from fenshen.library.names import make_date
from fenshen.library.readers import pdf_lines
from fenshen.library.readers.pdf_layout import Line, Page, paragraphs
from fenshen.library.reading import Head, Opened, ReaderSpec

FILE_BYTES_MAX = 256 << 20
MEMORY_MAX_KIB = 1 << 20
CPU_SECONDS_MAX = 20
OUTPUT_BLOCKS_MAX = (128 << 20) // 512
TIMEOUT_S = 60.0

_MAGIC = b"%PDF-"
_PASSWORD, _NO_PDF = 2, 3
_DAY = re.compile(r"D:(\d{4})(\d{2})(\d{2})")
_UNTITLED = re.compile(
    r"untitled|^microsoft (?:word|powerpoint) - |\.(?:docx?|pptx?|indd|tex|dvi|qxd)$|^\W*$", re.IGNORECASE
)
#: Scanned pages carry at most a stamp of text.
_SCAN_CHARS_A_PAGE = 8
#: A shell sets the limits and becomes Python: nothing runs between fork and exec.
_CONFINED = (
    f"ulimit -v {MEMORY_MAX_KIB} 2>/dev/null; ulimit -t {CPU_SECONDS_MAX}; ulimit -f {OUTPUT_BLOCKS_MAX};"
    ' ulimit -c 0; ulimit -n 64; exec "$@"'
)


def read_pdf(data: bytes) -> Document:
    """The document in a PDF file.

    Raises:
        BadInput: `encrypted` if it needs a password, `no_text` if its pages are pictures or empty,
            `bad_document` if it is damaged or takes too long.
    """
    facts, pages = _pages(data)
    texts = paragraphs(pages)
    if sum(map(len, texts)) < _SCAN_CHARS_A_PAGE * max(1, len(pages)):
        raise BadInput(
            "its pages hold no text, only pictures such as scans; run text recognition on it first",
            code="no_text",
        )
    title = " ".join(str(facts.get("Title") or "").split())
    title = "" if _UNTITLED.search(title) else title
    cues = tuple(Cue(text) for text in texts if text != title)
    return Document("post", cues, title=title or None, title_stated=bool(title), published=_day(facts))


def _pages(data: bytes) -> tuple[dict[str, object], list[Page]]:
    """What the child process says is in the file."""
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
            return facts, [_page(*page) for page in pages]
        except (ValueError, TypeError) as error:
            raise BadInput("the PDF is damaged", code="bad_document") from error


def _page(size: Sequence[float], lines: Sequence[Sequence[object]]) -> Page:
    return Page(size[1], tuple(Line(*line) for line in lines))  # type: ignore[arg-type]


def _day(facts: dict[str, object]) -> date | None:
    match = _DAY.match(str(facts.get("CreationDate") or ""))
    return make_date(*(int(part) for part in match.groups())) if match else None


def _recognises(head: Head) -> bool:
    return _MAGIC in head.data[:1024] and not head.data.startswith((b"GIF8", b"<", b"PK"))


def _read(opened: Opened) -> list[Document]:
    return [read_pdf(opened.data)]


SPEC = ReaderSpec("pdf", _recognises, _read, bytes_max=FILE_BYTES_MAX)
