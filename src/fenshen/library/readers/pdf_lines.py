"""The lines of text in a PDF with their places. Run as a program in a confined child process, alone.

    PDF on standard input → one JSON object of facts, then one JSON array a page, on standard output

A line is `[left, bottom, right, top, text]` in points. PDFium draws nothing and runs nothing here: scripts,
attachments, links and forms are not looked at. Imports nothing of this package.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

PAGES_MAX = 5_000
WORDS_MAX = 20_000
CHARS_MAX = 20_000_000
#: Words of one line are closer than this, in heights; columns and table cells are farther apart.
_GAP_MAX = 1.5
_WORD = re.compile(r"[^\s\0]+")


def main() -> int:
    """0 when all was written; 2 when a password is needed; 3 when it is no PDF."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(sys.stdin.buffer.read())
    except pdfium.PdfiumError as error:
        return 2 if "password" in str(error).lower() else 3
    pages = len(document)
    facts = {"pages": pages, **document.get_metadata_dict()}
    sys.stdout.write(json.dumps(facts) + "\n")
    left = CHARS_MAX
    for number in range(min(pages, PAGES_MAX)):
        try:
            page = document[number]
            lines = page_lines(page)
            size = page.get_size()
            page.close()
        except pdfium.PdfiumError:
            lines, size = [], (0.0, 0.0)
        left -= sum(len(line[4]) for line in lines)
        if left < 0:
            break
        sys.stdout.write(json.dumps([size, lines]) + "\n")
    return 0


def page_lines(page: Any) -> list[list[Any]]:
    """Words in the order of the page's content, those of one line joined."""
    import pypdfium2.raw as raw

    text, box = page.get_textpage(), raw.FS_RECTF()
    count = text.count_chars()
    said = text.get_text_range() if count else ""
    if len(said) != count:
        said = "".join(_char(text, at) for at in range(count))
    lines: list[list[Any]] = []
    for number, word in enumerate(_WORD.finditer(said)):
        if number == WORDS_MAX:
            break
        raw.FPDFText_GetLooseCharBox(text.raw, word.end() - 1, box)
        right = box.right
        raw.FPDFText_GetLooseCharBox(text.raw, word.start(), box)
        left, bottom, top = box.left, box.bottom, box.top
        shown = word[0].replace("\ufffe", "\u00ad").replace("\x02", "\u00ad")
        if lines and _continues(lines[-1], left, bottom, top):
            last = lines[-1]
            last[1:] = [min(last[1], bottom), max(last[2], right), max(last[3], top), f"{last[4]} {shown}"]
        else:
            lines.append([left, bottom, right, top, shown])
    text.close()
    return lines


def _char(text: Any, at: int) -> str:
    """One character; a replacement for what is none, so that places stay in step."""
    import pypdfium2.raw as raw

    code = raw.FPDFText_GetUnicode(text.raw, at)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"


def _continues(line: list[Any], left: float, bottom: float, top: float) -> bool:
    """Whether a word stands in the line before it, to its right."""
    overlap = min(line[3], top) - max(line[1], bottom)
    height = max(0.1, min(line[3] - line[1], top - bottom))
    return bool(overlap > 0.5 * height and -0.5 * height < left - line[2] < _GAP_MAX * height)


if __name__ == "__main__":
    sys.exit(main())
