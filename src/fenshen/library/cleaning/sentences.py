"""The units that are marked, and a quick way to the few that can matter. Pure.

Sentences; but captions without full stops fall into their lines, and a phrase that crosses two lines is
found in both.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fenshen.library.sentences import sentence_spans

#: A longer sentence in subtitles is cut into its lines.
SENTENCE_CHARS_MAX = 200

_ENDS = frozenset('.!?。！？…"”’」』)）')

Span = tuple[int, int]


def units(text: str, offsets: Sequence[int], *, is_timed: bool) -> list[Span]:
    """Spans of sentences or, where there are none, of lines.

    Args:
        offsets: where each cue begins in `text`.
    """
    spans: list[Span] = []
    for start, end in sentence_spans(text):
        has_end = text[end - 1] in _ENDS and end - start <= SENTENCE_CHARS_MAX
        if has_end or not is_timed:
            spans.append((start, end))
            continue
        cuts = [start, *offsets[bisect_right(offsets, start) : bisect_right(offsets, end - 1)], end]
        pieces = (
            (a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip()))
            for a, b in pairwise(cuts)
        )
        spans += [(a, b) for a, b in pieces if a < b]
    return spans


def hinted(sentences: Sequence[str], hints: Sequence[str]) -> Iterator[int]:
    """Places of sentences that hold one of `hints`, which are in lower case, and of the one before each such
    line without an end."""
    whole = "\n".join(sentences).lower()
    wanted = [hint for hint in hints if hint in whole]
    if not wanted:
        return
    for at, sentence in enumerate(sentences):
        lowered = sentence.lower() if sentence[-1] in _ENDS else " ".join(sentences[at : at + 2]).lower()
        if any(hint in lowered for hint in wanted):
            yield at


def matches(pattern: re.Pattern[str], sentences: Sequence[str], at: int) -> bool:
    """Whether `pattern` is in a sentence, or across it and the next line or the one before."""
    if pattern.search(sentences[at]):
        return True
    return _crosses(pattern, sentences, at) or (at > 0 and _crosses(pattern, sentences, at - 1))


def _crosses(pattern: re.Pattern[str], sentences: Sequence[str], at: int) -> bool:
    if at + 1 >= len(sentences) or sentences[at][-1] in _ENDS:
        return False
    border = len(sentences[at])
    match = pattern.search(f"{sentences[at]} {sentences[at + 1]}")
    return match is not None and match.start() < border < match.end() - 1
