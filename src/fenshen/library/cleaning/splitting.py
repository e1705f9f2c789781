"""A stored passage cut so that only some of its sentences carry a mark. Pure; knows nothing about the database.

Pieces have ids of their own: whoever keeps an id may rely on its text.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fenshen.core.ids import digest_text
from fenshen.library.document import Mark
from fenshen.library.passages import Passage

Span = tuple[int, int]


def mark_spans(passages: Sequence[Passage], spans: Mapping[int, Sequence[Span]], mark: Mark) -> list[Passage]:
    """An item's passages with the given spans marked, cut where a mark begins or ends, and counted anew.

    Args:
        passages: all of the item's, in order.
        spans: place in `passages` → spans of its text, in order, not overlapping.
    """
    pieces: list[Passage] = []
    for number, passage in enumerate(passages):
        if spans.get(number) and mark not in passage.marks:
            pieces += _cut(passage, spans[number], mark)
        else:
            pieces.append(passage)
    return [_counted(piece, ordinal) for ordinal, piece in enumerate(pieces)]


def _counted(passage: Passage, ordinal: int) -> Passage:
    if passage.ordinal == ordinal:
        return passage
    anchor = f"p={ordinal + 1}" if passage.start_s is None else passage.anchor
    return replace(passage, ordinal=ordinal, anchor=anchor)


def _cut(passage: Passage, spans: Sequence[Span], mark: Mark) -> list[Passage]:
    return [_piece(passage, part, mark) for part in _parts(passage.text, spans)]


def _parts(text: str, spans: Sequence[Span]) -> list[tuple[int, int, bool]]:
    """`(start, end, marked)` of every piece that holds more than spaces; neighbours alike are one."""
    edges = sorted({0, len(text), *(at for span in spans for at in span)})
    parts: list[tuple[int, int, bool]] = []
    for start, end in itertools.pairwise(edges):
        inside = text[start:end]
        start += len(inside) - len(inside.lstrip())
        end = start + len(inside.strip())
        marked = any(left <= start < right for left, right in spans)
        if start >= end:
            continue
        if parts and parts[-1][2] == marked:
            parts[-1] = (parts[-1][0], end, marked)
        else:
            parts.append((start, end, marked))
    return parts


def _piece(passage: Passage, part: tuple[int, int, bool], mark: Mark) -> Passage:
    start, end, marked = part
    marks = tuple(sorted({*passage.marks, mark})) if marked else passage.marks
    first = max(0, bisect_right(passage.times, start, key=lambda time: time[0]) - 1)
    last = bisect_right(passage.times, end - 1, key=lambda time: time[0])
    times = tuple((max(0, offset - start), second) for offset, second in passage.times[first:last])
    end_s = passage.times[last][1] if last < len(passage.times) else passage.end_s
    start_s = times[0][1] if times else passage.start_s
    anchor = passage.anchor if start_s is None else f"t={int(start_s)}"
    return replace(
        passage,
        id=f"psg_{digest_text(passage.id, str(start), str(end), str(marked))[:26]}",
        text=passage.text[start:end],
        times=times,
        start_s=start_s,
        end_s=end_s,
        anchor=anchor,
        marks=marks,
    )
