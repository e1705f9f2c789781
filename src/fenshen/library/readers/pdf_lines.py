"""The lines of text in a PDF with their places. Run as a program in a confined child process, alone.

    PDF on standard input → one JSON object of facts, then one JSON array a page, on standard output

A page is `[share of words without known letters, [[height, lines], …]]`, one height and lines for each direction of
writing; a line is `[left, bottom, right, top, text]` in points. PDFium draws nothing and runs nothing here: scripts,
attachments, links and forms are not looked at. Imports nothing of this package.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

PAGES_MAX = 5_000
WORDS_MAX = 20_000
CHARS_MAX = 20_000_000
#: Words of one line are closer than this, in heights; columns and table cells are farther apart.
_GAP_MAX = 1.5
#: PDFium marks the hyphen of a word broken over two lines by one of these and goes on.
_WORD = re.compile(r"[^\s\0\ufffe\x02]+[\ufffe\x02]?|[\ufffe\x02]")
_WIDE = re.compile("[\u2e80-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]")
#: Directions of writing, by quarter turns clockwise.
ACROSS, DOWN, OVER, UP = range(4)
#: Letters of one run are closer than this, in their size.
_JUMP = 2.5
#: The same word is looked for in squares of this side around it, in points.
_CELL = 8.0
_AROUND = tuple((x, y) for x in (0, -1, 1) for y in (0, -1, 1))


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
            unmapped, groups = page_lines(page)
            page.close()
        except pdfium.PdfiumError:
            unmapped, groups = 0.0, []
        left -= sum(len(line[4]) for _, lines in groups for line in lines)
        if left < 0:
            break
        sys.stdout.write(json.dumps([unmapped, groups]) + "\n")
    return 0


def page_lines(page: Any) -> tuple[float, list[list[Any]]]:
    """Share of its words whose font does not say which letters they are, and `[height, lines]` for each direction
    of writing, the commonest first.

    Places are turned so that every direction reads from left to right and from top to bottom, columns of Chinese
    and Japanese from right to left included. What is drawn twice at one place is there once.
    """
    width, height = _unturned_size(page)
    text = page.get_textpage()
    words = list(_words(text))
    text.close()
    directions = Counter(word.direction for word in words for _ in word.text)
    main = max(directions, key=lambda direction: directions[direction], default=ACROSS)
    unmapped = sum(word.is_unmapped for word in words) / max(1, len(words))
    groups: dict[int, list[list[Any]]] = {main: []} if words else {}
    drawn: dict[tuple[str, int, int], tuple[float, ...]] = {}
    for word in words:
        direction = main if word.is_single and word.direction == ACROSS and main == DOWN else word.direction
        box = _turned(word.box, direction, width, height)
        if _is_drawn(word.text, box, drawn):
            continue
        _add(groups.setdefault(direction, []), box, word.text)
    tall = {direction: width if direction in (UP, DOWN) else height for direction in groups}
    return unmapped, [[tall[direction], lines] for direction, lines in groups.items()]


def _is_drawn(
    text: str, box: tuple[float, ...], drawn: dict[tuple[str, int, int], tuple[float, ...]]
) -> bool:
    """Whether the same word lies there already; if not, it does from now on."""
    column, row = int(box[0] / _CELL), int(box[1] / _CELL)
    for place in _AROUND:
        other = drawn.get((text, column + place[0], row + place[1]))
        if other is not None and _is_same_place(box, other):
            return True
    drawn[text, column, row] = box
    return False


def _add(lines: list[list[Any]], box: tuple[float, ...], shown: str) -> None:
    """Put a word at the end of the last line, or begin a new one."""
    left, bottom, right, top = box
    if lines and _continues(lines[-1], left, bottom, top):
        last = lines[-1]
        is_wide = _WIDE.match(shown[0]) and _WIDE.match(last[4][-1])
        joined = f"{last[4]}{'' if is_wide else ' '}{shown}"
        last[1:] = [min(last[1], bottom), max(last[2], right), max(last[3], top), joined]
    else:
        lines.append([left, bottom, right, top, shown])


class _Word(NamedTuple):
    """A run without spaces, its box on the page, and how it is written."""

    text: str
    box: tuple[float, float, float, float]
    direction: int
    is_unmapped: bool
    is_single: bool


def _words(text: Any) -> Iterator[_Word]:
    """Words in the order of the page's content."""
    count = text.count_chars()
    said = text.get_text_range() if count else ""
    if len(said) != count:
        said = "".join(_char(text, at) for at in range(count))
    found = 0
    for word in _WORD.finditer(said):
        places = range(word.start(), word.end())
        for run in _runs(text, places) if _WIDE.search(word[0]) else [places]:
            found += 1
            if found > WORDS_MAX:
                return
            yield _word(text, said, run)


def _word(text: Any, said: str, places: range) -> _Word:
    raw = _raw()
    shown = said[places.start : places.stop].replace("\ufffe", "\u00ad").replace("\x02", "\u00ad")
    first = _box(text, places.start)
    last = _box(text, places.stop - 1) if len(shown) > 1 else first
    if (
        len(shown) % 2 == 0
        and shown[::2] == shown[1::2]
        and _is_same_place(first, _box(text, places.start + 1))
    ):
        shown = shown[::2]
    box = (min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3]))
    quarter = round(raw.FPDFText_GetCharAngle(text.raw, places.start) / (math.pi / 2)) % 4
    is_down = quarter == 0 and _steps_down(first, last) and len(shown) > 1
    is_unmapped = raw.FPDFText_HasUnicodeMapError(text.raw, places.start) == 1
    return _Word(shown, box, DOWN if is_down else quarter, is_unmapped, len(shown) == 1)


def _runs(text: Any, places: range) -> Iterator[range]:
    """Stretches of Chinese or Japanese that go on in one direction; a jump begins another one."""
    begin, before = places.start, _box(text, places.start)
    for at in places[1:]:
        box = _box(text, at)
        size = max(before[2] - before[0], before[3] - before[1], 1.0)
        if abs(box[0] - before[0]) > _JUMP * size or abs(box[1] - before[1]) > _JUMP * size:
            yield range(begin, at)
            begin = at
        before = box
    yield range(begin, places.stop)


def _steps_down(first: tuple[float, ...], last: tuple[float, ...]) -> bool:
    return first[3] - last[3] > abs(first[0] - last[0]) and first[3] - last[3] > 0.5 * (first[3] - first[1])


def _box(text: Any, at: int) -> tuple[float, float, float, float]:
    raw, box = _raw(), _rect()
    raw.FPDFText_GetLooseCharBox(text.raw, at, box)
    return box.left, box.bottom, box.right, box.top


@cache
def _raw() -> Any:
    """PDFium's own functions."""
    import pypdfium2.raw as raw

    return raw


@cache
def _rect() -> Any:
    """The one rectangle that PDFium writes boxes into."""
    return _raw().FS_RECTF()


def _unturned_size(page: Any) -> tuple[float, float]:
    """Width and height in the page's own space, in which boxes are."""
    width, height = page.get_size()
    return (height, width) if page.get_rotation() in (90, 270) else (width, height)


def _turned(
    box: tuple[float, ...], direction: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """The box where writing in that direction goes across."""
    left, bottom, right, top = box
    if direction == DOWN:
        return height - top, left, height - bottom, right
    if direction == UP:
        return bottom, width - right, top, width - left
    if direction == OVER:
        return width - right, height - top, width - left, height - bottom
    return left, bottom, right, top


def _is_same_place(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes lie on each other, apart by less than a third of their height."""
    near = 0.34 * max(1.0, min(box[3] - box[1], other[3] - other[1]))
    return all(abs(one - two) < near for one, two in zip(box, other, strict=True))


def _char(text: Any, at: int) -> str:
    """One character; a replacement for what is none, so that places stay in step."""
    raw = _raw()
    code = raw.FPDFText_GetUnicode(text.raw, at)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else "\ufffd"


def _continues(line: list[Any], left: float, bottom: float, top: float) -> bool:
    """Whether a word stands in the line before it, to its right."""
    overlap = min(line[3], top) - max(line[1], bottom)
    height = max(0.1, min(line[3] - line[1], top - bottom))
    return bool(overlap > 0.5 * height and -0.5 * height < left - line[2] < _GAP_MAX * height)


if __name__ == "__main__":
    sys.exit(main())
