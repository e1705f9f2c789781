"""What many of a creator's items begin or end with, nearly word for word: found by counting, not by a list.

    first and last words of every item → runs of four in a row → runs in many items → sentences made of them

Greetings, disclaimers, requests to subscribe and sign-offs are said in most items at the same place. What is
said anywhere else is the creator's manner and stays. Pure; knows nothing about the database.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from fenshen.library.cleaning.sketches import Hashes, join_hashes, mix, placed_words
from fenshen.library.sentences import sentence_spans

#: How far from its beginning or end an item's words count as such; at most a quarter of it, at least twelve.
EDGE_WORDS = 120
EDGE_WORDS_MIN = 12
#: Characters in which a word is sure to be: how much of a long text is looked at for its edges.
WORD_CHARS = 20
#: Words (Chinese characters) in a row that make a run.
RUN_WORDS = 4
RUN_CHARACTERS = 6
#: Two runs are at the same place when at most about twice as many words apart.
PLACE_WORDS = 12
#: A run recurs when this share of the items has it, but at least four and at most thirty of them.
RECURS_SHARE = 0.08
RECURS_MIN = 4
RECURS_MAX = 30
#: A sentence is recurring when this share of its words is; with six such words, three of five are enough.
COVERED = 0.75
COVERED_LONG = 0.6
LONG_WORDS = 6
#: Longer "sentences" are captions without full stops; in them the run itself is what recurs.
SENTENCE_WORDS_MAX = 60
LOOSE_RUN_WORDS = 8

Span = tuple[int, int]


@dataclass(frozen=True)
class Edge:
    """The first or the last words of an item: one hash each, and (which passage, where in it)."""

    hashes: Hashes
    places: tuple[tuple[int, Span], ...]


def edges(texts: Sequence[str]) -> tuple[Edge, Edge]:
    """The first and the last words of an item with these passages; they never overlap."""
    order = range(len(texts))
    front = _gather(texts, order, 4 * EDGE_WORDS)
    count = len(front.places)
    if count >= 4 * EDGE_WORDS:
        return _part(front, 0, EDGE_WORDS), _gather_last(texts)
    size = min(max(EDGE_WORDS_MIN, count // 4), count // 2)
    return _part(front, 0, size), _part(front, count - size, count)


def recurring(found: Iterable[Hashes]) -> Hashes:
    """What recurs, rising: hashes that are in many of the items.

    Args:
        found: of every item the hashes of what it has at its edges, each once.
    """
    each = list(found)
    if not each:
        return np.zeros(0, np.uint64)
    hashes, counts = np.unique(np.concatenate(each), return_counts=True)
    least = min(max(RECURS_MIN, math.ceil(RECURS_SHARE * len(each))), RECURS_MAX)
    return hashes[counts >= least]


def placed_runs(head: Hashes, tail: Hashes) -> Hashes:
    """Hashes of the runs at an item's edges together with where they are, each once, rising.

    Args:
        head: hashes of its first words.
        tail: of its last words.
    """
    return np.unique(
        np.concatenate([_placed(runs(head), is_tail=False), _placed(runs(tail), is_tail=True)], axis=None)
    )


def runs(words: Hashes) -> Hashes:
    """The runs in a row of words, by where they begin; none when it is too short for one."""
    length = _run_length(words)
    return join_hashes(words, length) if len(words) >= length else words[:0]


def _placed(found: Hashes, *, is_tail: bool) -> Hashes:
    """Each run with its place, in both of the overlapping windows it lies in: `(2, runs)`."""
    at = np.arange(len(found), dtype=np.uint64) // np.uint64(PLACE_WORDS)
    at = at[::-1] if is_tail else at
    windows = np.stack([at, at + np.uint64(1)]) * np.uint64(2) + np.uint64(is_tail)
    return mix(found + (windows + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))


def recurring_spans(texts: Sequence[str], known: Hashes) -> dict[int, list[Span]]:
    """Where an item says what recurs: passage number → spans of whole sentences, in order.

    Args:
        texts: its passages, those of the creator that are nothing but perhaps recurring.
        known: the `placed_runs` that recur, rising.
    """
    found: dict[int, list[Span]] = {}
    for edge, is_tail in zip(edges(texts), (False, True), strict=True) if len(known) else ():
        covered = _covered(edge.hashes, known, is_tail)
        for number in sorted({edge.places[at][0] for at in np.flatnonzero(covered)}):
            words = [(span, bool(covered[at])) for at, (of, span) in enumerate(edge.places) if of == number]
            found.setdefault(number, []).extend(_sentences(texts[number], words))
    return {number: sorted(set(spans)) for number, spans in found.items() if spans}


def _sentences(text: str, words: list[tuple[Span, bool]]) -> Iterator[Span]:
    for start, end in sentence_spans(text):
        inside = [one for one in words if start <= one[0][0] < end]
        hit = sum(is_covered for _, is_covered in inside)
        whole = bool(inside) and placed_words(text[start:end])[0]
        if len(inside) > SENTENCE_WORDS_MAX:
            yield from _loose_runs(inside)
        elif whole and hit >= len(whole) * (COVERED_LONG if hit >= LONG_WORDS else COVERED):
            yield start, end


def _loose_runs(words: list[tuple[Span, bool]]) -> Iterator[Span]:
    for is_covered, group in groupby(words, key=lambda one: one[1]):
        spans = [span for span, _ in group]
        if is_covered and len(spans) >= LOOSE_RUN_WORDS:
            yield spans[0][0], spans[-1][1]


def _covered(words: Hashes, known: Hashes, is_tail: bool) -> npt.NDArray[np.bool_]:
    """Which words are in a run that recurs at this place."""
    covered = np.zeros(len(words), bool)
    length = _run_length(words)
    for at in np.flatnonzero(np.isin(_placed(runs(words), is_tail=is_tail), known).any(axis=0)):
        covered[at : at + length] = True
    return covered


def _run_length(words: Hashes) -> int:
    unspaced = np.count_nonzero(words & np.uint64(1))
    return RUN_CHARACTERS if 2 * unspaced > len(words) else RUN_WORDS


def _gather(texts: Sequence[str], order: Iterable[int], enough: int) -> Edge:
    """At least `enough` words from the beginning of `texts`, or all there are."""
    hashes: list[Hashes] = [np.zeros(0, np.uint64)]
    places: list[tuple[int, Span]] = []
    for number in order:
        if len(places) >= enough:
            break
        spans, made = placed_words(texts[number][: enough * WORD_CHARS])
        hashes.append(made)
        places += [(number, span) for span in spans]
    return Edge(np.concatenate(hashes), tuple(places))


def _gather_last(texts: Sequence[str]) -> Edge:
    """The last `EDGE_WORDS` words of `texts`, which hold many more."""
    hashes: list[Hashes] = []
    places: list[tuple[int, Span]] = []
    for number in range(len(texts) - 1, -1, -1):
        if len(places) >= EDGE_WORDS:
            break
        skipped = max(0, len(texts[number]) - EDGE_WORDS * WORD_CHARS)
        spans, made = placed_words(texts[number][skipped:])
        hashes.insert(0, made)
        places = [*((number, (start + skipped, end + skipped)) for start, end in spans), *places]
    last = Edge(np.concatenate(hashes), tuple(places))
    return _part(last, len(places) - EDGE_WORDS, len(places))


def _part(edge: Edge, start: int, end: int) -> Edge:
    return Edge(edge.hashes[start:end], edge.places[start:end])
