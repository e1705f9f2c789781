"""Marks on a document's cues: advertisements, stock phrases, what recurs, and other people's words.

    cues → runs of one speaker → sentences → marks → cues cut where a mark begins or ends

Nothing is deleted. A cue that is cut in time gives its second half the second at which those characters would
be said at an even pace. Fast where there is nothing to mark, which is nearly everywhere. Pure; knows nothing
about passages or the database.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from fenshen.library.cleaning.listings import listing_lines
from fenshen.library.cleaning.quotations import quoted
from fenshen.library.cleaning.recurring import recurring_spans
from fenshen.library.cleaning.sentences import Span, units
from fenshen.library.cleaning.shingles import Hashes
from fenshen.library.cleaning.sponsors import sponsored
from fenshen.library.cleaning.stock_phrases import stock
from fenshen.library.document import Cue, Document, Mark
from fenshen.library.passages import join_cues

Marked = tuple[Span, Mark]


@dataclass(frozen=True)
class _Run:
    """Neighbouring cues of one speaker: their text as passages will have it, and where each begins in it."""

    cues: tuple[Cue, ...]
    text: str
    offsets: tuple[int, ...]


def mark_cues(document: Document, known: Hashes) -> Document:
    """`document` with marks on what is not the creator's own to learn; the same one if there is nothing.

    In chats only other people's words are marked: what friends say to each other is nobody's formula.

    Args:
        known: what recurs in the creator's items, from `known_runs`; empty for a first item.
    """
    runs = list(_runs(document))
    if document.kind == "chat":
        found = [_quoted(run) for run in runs]
    else:
        recurring = recurring_spans([run.text for run in runs], known)
        found = [
            [
                *_formulas(run, is_turn=document.turns),
                *_quoted(run),
                *_all(recurring.get(at, ()), "boilerplate"),
            ]
            for at, run in enumerate(runs)
        ]
    if not any(found):
        return document
    cues = (cue for run, spans in zip(runs, found, strict=True) for cue in _cut(run, spans))
    return replace(document, cues=tuple(cues))


def _runs(document: Document) -> Iterator[_Run]:
    """Neighbours that become passages together; a turn stays alone."""

    def alike(pair: tuple[int, Cue]) -> tuple[object, ...]:
        place, cue = pair
        return (place,) if document.turns else (cue.speaker, cue.marks)

    for _, group in groupby(enumerate(document.cues), key=alike):
        cues = [cue for _, cue in group]
        text, offsets = join_cues(cues)
        yield _Run(tuple(cues), text, tuple(offsets))


def _formulas(run: _Run, *, is_turn: bool) -> list[Marked]:
    """What is read out for pay, said on every channel, or stands around a text."""
    is_timed = run.cues[0].start_s is not None
    spans = units(run.text, run.offsets, is_timed=is_timed)
    sentences = [run.text[start:end] for start, end in spans]
    sold = sponsored(sentences)
    said = stock(sentences) - sold
    listed = [] if is_timed or is_turn else listing_lines(run.text)
    return [
        *_all((spans[at] for at in sorted(sold)), "sponsor"),
        *_all((spans[at] for at in sorted(said)), "boilerplate"),
        *_all(listed, "boilerplate"),
    ]


def _quoted(run: _Run) -> list[Marked]:
    return _all(quoted(run.text), "quoted")


def _all(spans: Iterable[Span], mark: Mark) -> list[Marked]:
    return [(span, mark) for span in spans]


def _cut(run: _Run, marked: Sequence[Marked]) -> Iterator[Cue]:
    """The run's cues, those on the border of a mark in pieces."""
    merged = {
        mark: _merged(run.text, [s for s, of in marked if of == mark]) for mark in {m for _, m in marked}
    }
    borders = sorted({at for spans in merged.values() for span in spans for at in span})
    for cue, start in zip(run.cues, run.offsets, strict=True):
        end = start + len(cue.text)
        inner = borders[bisect_right(borders, start) : bisect_left(borders, end)]
        for left, right in pairwise([start, *inner, end]):
            marks = {mark for mark, spans in merged.items() if _is_inside(left, spans)}
            text = cue.text[left - start : right - start].strip()
            if text or (left, right) == (start, end):
                yield _piece(cue, text, (left - start, right - start), cue.marks | marks)


def _merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap or have only spaces between them as one, rising."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _is_inside(place: int, spans: Sequence[Span]) -> bool:
    at = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return at >= 0 and place < spans[at][1]


def _piece(cue: Cue, text: str, span: Span, marks: frozenset[Mark]) -> Cue:
    if span == (0, len(cue.text)):
        return replace(cue, marks=marks) if marks != cue.marks else cue
    start_s, end_s = (_second(cue, at) for at in span)
    return replace(cue, text=text, marks=marks, start_s=start_s, end_s=end_s)


def _second(cue: Cue, offset: int) -> float | None:
    """When the character at `offset` is said."""
    if cue.start_s is None or offset == 0:
        return cue.start_s
    if cue.end_s is None or offset == len(cue.text):
        return cue.end_s
    return round(cue.start_s + (cue.end_s - cue.start_s) * offset / len(cue.text), 3)
