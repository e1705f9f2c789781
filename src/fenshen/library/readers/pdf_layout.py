"""Lines on pages to paragraphs in reading order. Pure; knows nothing about PDF.

    pages → running heads, page and line numbers off → columns → lines in order → paragraphs, hyphens joined

Columns are found by cutting a page along its widest empty strips (recursive XY cut).
Source: Nagy, Seth, Viswanathan: A prototype document image analysis system for technical journals, 1992.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from fenshen.library.language import HAN

_CUTS_MAX = 24
_COLUMN_LINES_MIN = 3
_PARAGRAPH_CHARS_MAX = 20_000
#: Running heads and feet stand in the outer tenth of the page and come back on this many pages.
_EDGE_SHARE, _RUNNING_SHARE, _RUNNING_PAGES_MIN = 0.1, 0.3, 3
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|第)?\s*+(?:[-–—]\s*+)?(?:\d{1,4}|[ivxlc]{1,7})\s*+(?:[-–—]\s*+)?(?:页|頁|(?:of|/|von)\s*\d{1,4})?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…:。！？：][\"'”’）」』)]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
_WIDE = re.compile(rf"[{HAN}\u3000-\u30ff\uff00-\uffef]")
_LEADING_NUMBER = re.compile(r"(\d{1,3})(?:\s+|$)")
#: So many lines in a row that count on by one are numbered for reference, as transcripts and drafts are.
_NUMBERED_LINES_MIN = 8


@dataclass(frozen=True)
class Line:
    """A line of text and its place in points, the page's bottom left being 0, 0."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return max(self.top - self.bottom, 0.1)


@dataclass(frozen=True)
class Page:
    """A page's height in points and its lines in any order."""

    height: float
    lines: tuple[Line, ...]


def paragraphs(pages: Sequence[Page]) -> list[str]:
    """The paragraphs of all pages; one that runs over a page break is whole."""
    running = _running_texts(pages)
    found: list[str] = []
    for page in pages:
        edge = set(_edge_texts(page))
        kept = [line for line in page.lines if line not in edge or not _is_running(line, running)]
        kept = _without_line_numbers(kept)
        blocks = [_join(block) for column in _columns(kept) for block in _blocks(column)]
        if blocks and found and _runs_on(found[-1], blocks[0]):
            found[-1] = "".join(_glued(found[-1], blocks.pop(0)))
        found += blocks
    return found


def _edge_texts(page: Page) -> Iterator[Line]:
    edge = page.height * _EDGE_SHARE
    return (line for line in page.lines if line.bottom > page.height - edge or line.top < edge)


def _running_texts(pages: Sequence[Page]) -> set[str]:
    """Texts at the edges that most pages, or every second one, share, numbers aside."""
    seen = Counter(
        text for page in pages for text in {_NUMBER.sub("#", line.text) for line in _edge_texts(page)}
    )
    enough = max(_RUNNING_PAGES_MIN, _RUNNING_SHARE * len(pages))
    return {text for text, count in seen.items() if count >= enough}


def _is_running(line: Line, running: set[str]) -> bool:
    is_number = _PAGE_NUMBER.fullmatch(line.text.strip()) is not None
    return is_number or _NUMBER.sub("#", line.text) in running


def _without_line_numbers(lines: list[Line]) -> list[Line]:
    """The lines without the numbers 1, 2, 3 … that stand at their left, alone or before their words."""
    numbered = [(line, match) for line in lines if (match := _LEADING_NUMBER.match(line.text))]
    ordered = sorted(numbered, key=lambda one: -one[0].top)
    counted = [int(match[1]) for _, match in ordered]
    steps = sum(after == before + 1 for before, after in pairwise(counted))
    lefts = [line.left for line, _ in ordered]
    is_margin = bool(lefts) and median(lefts) <= median(line.left for line in lines)
    if len(counted) < _NUMBERED_LINES_MIN or steps < 0.9 * (len(counted) - 1) or not is_margin:
        return lines
    if len(counted) < 0.5 * len({round(line.top) for line in lines}):
        return lines
    off = {id(line): line.text[match.end() :] for line, match in ordered}
    stripped = [
        replace(
            line, text=off[id(line)], left=line.left + (len(line.text) - len(off[id(line)])) * _digit(line)
        )
        if id(line) in off
        else line
        for line in lines
    ]
    return [line for line in stripped if line.text]


def _digit(line: Line) -> float:
    """About how wide a letter of the line is, in points."""
    return (line.right - line.left) / max(1, len(line.text))


def _columns(lines: list[Line]) -> Iterator[list[Line]]:
    """Groups of lines read from top to bottom, one group after another."""
    waiting = [(lines, 0)]
    while waiting:
        region, cuts = waiting.pop()
        if not region:
            continue
        parts = _cut(region) if cuts < _CUTS_MAX and _has_neighbours(region) else None
        if parts is None:
            yield sorted(region, key=lambda line: (-line.top, line.left))
        else:
            waiting += [(parts[1], cuts + 1), (parts[0], cuts + 1)]


def _has_neighbours(region: Iterable[Line]) -> bool:
    """Whether two lines stand side by side."""
    ordered = sorted(region, key=lambda line: -line.top)
    return any(
        above.bottom + 0.5 * above.height < below.top and above.bottom < below.top - 0.5 * below.height
        for above, below in pairwise(ordered)
    )


def _cut(region: list[Line]) -> tuple[list[Line], list[Line]] | None:
    """The region in two, the part read first before the other: columns if there are, else at the widest gap."""
    height = median(line.height for line in region)
    side = _widest_gap([(line.left, line.right) for line in region])
    if side and side[1] > 0.8 * height:
        left = [line for line in region if line.right <= side[0] + side[1] / 2]
        right = [line for line in region if line.right > side[0] + side[1] / 2]
        if min(len(left), len(right)) >= _COLUMN_LINES_MIN:
            return left, right
    gap = _widest_gap([(line.bottom, line.top) for line in region])
    if gap is None:
        return None
    above = [line for line in region if line.bottom >= gap[0] + gap[1] / 2]
    return above, [line for line in region if line.bottom < gap[0] + gap[1] / 2]


def _widest_gap(spans: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Start and width of the widest strip that no span touches."""
    best, end = None, None
    for start, stop in sorted(spans):
        if end is not None and start > end and (best is None or start - end > best[1]):
            best = (end, start - end)
        end = stop if end is None else max(end, stop)
    return best


def _blocks(column: list[Line]) -> Iterator[list[Line]]:
    """Lines of one paragraph each: cut at wider spacing, at indents and where the size of letters changes."""
    if not column:
        return
    steps = [above.top - below.top for above, below in pairwise(column) if above.top - below.top > 0.1]
    usual = median(steps) if steps else 0.0
    margin = min(line.left for line in column)
    block = [column[0]]
    for above, below in pairwise(column):
        step = above.top - below.top
        is_wide = step > 1.35 * usual or step > 2.2 * below.height
        is_indented = below.left - margin > 0.8 * below.height > above.left - margin and _SENTENCE_END.search(
            above.text
        )
        is_resized = max(above.height, below.height) > 1.25 * min(above.height, below.height)
        if is_wide or is_indented or (is_resized and step > 0.5 * below.height):
            yield block
            block = []
        block.append(below)
    yield block


def _join(block: Iterable[Line]) -> str:
    parts: list[str] = []
    for line in block:
        if parts:
            parts[-1:] = _glued(parts[-1], line.text)
        else:
            parts.append(line.text)
    return "".join(parts).replace("\u00ad", "")


def _runs_on(before: str, after: str) -> bool:
    """Whether a paragraph goes on where another page begins; endless ones are let end."""
    is_wide = bool(_WIDE.match(after) and _WIDE.match(before[-1:]))
    is_open = not _SENTENCE_END.search(before[-8:]) and len(before) < _PARAGRAPH_CHARS_MAX
    return is_open and (after[:1].islower() or is_wide)


def _glued(before: str, after: str) -> tuple[str, str]:
    """Two lines to be put together: hyphenated words whole, Chinese without a space."""
    if _HYPHEN.search(before[-2:]) and after[:1].islower():
        return before[:-1], after
    return before + ("" if _WIDE.match(before[-1:]) and _WIDE.match(after[:1]) else " "), after
