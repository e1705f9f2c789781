"""Seconds of edited words: each subtitle line begins where its first word that stayed now stands. Pure.

Source: Ratcliff and Metzener, "Pattern Matching: The Gestalt Approach", 1988 (`difflib`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from difflib import SequenceMatcher

from fenshen.library.language import HAN
from fenshen.library.passages import Times

_TOKEN = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


def moved_times(before: str, after: str, times: Times) -> Times:
    """`times` of `before` moved to where the same words stand in `after`; rising, the first one kept.

    A line whose words are all gone has no second any more, so a citation there opens at the line before.
    """
    if not times:
        return ()
    old, new = _tokens(before), _tokens(after)
    matcher = SequenceMatcher(None, [word for _, word in old], [word for _, word in new], autojunk=False)
    place = {a + i: b + i for a, b, size in matcher.get_matching_blocks() for i in range(size)}
    starts = [start for start, _ in old]
    moved: list[tuple[int, float]] = []
    for number, (offset, second) in enumerate(times):
        first = bisect_left(starts, offset)
        end = bisect_left(starts, times[number + 1][0]) if number + 1 < len(times) else len(old)
        kept = next((place[at] for at in range(first, end) if at in place), None)
        at = 0 if number == 0 else None if kept is None else new[kept][0]
        if at is not None and (not moved or at > moved[-1][0]):
            moved.append((at, second))
    return tuple(moved)


def _tokens(text: str) -> list[tuple[int, str]]:
    return [(match.start(), match[0]) for match in _TOKEN.finditer(text)]
