"""Text with some stretches replaced, and the times of its characters moved along. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fenshen.library.passages import Times


def replaced(
    text: str, times: Sequence[Sequence[float]], pattern: re.Pattern[str], shown: Iterator[str]
) -> tuple[str, Times]:
    """`text` with what `pattern` matches replaced by the next of `shown`, and its times at their new offsets.

    A time inside a replaced stretch moves to its beginning: never later than what is said.
    """
    parts: list[str] = []
    moved = [(int(offset), float(second)) for offset, second in times]
    done = grown = 0
    for match in pattern.finditer(text):
        new = next(shown)
        parts += [text[done : match.start()], new]
        done = match.end()
        begin, change = match.start() + grown, len(new) - len(match[0])
        grown += change
        moved = [(_moved(offset, begin, len(match[0]), change), second) for offset, second in moved]
    return "".join([*parts, text[done:]]), tuple(moved)


def spelled(spellings: Sequence[str]) -> re.Pattern[str]:
    """Finds any of `spellings` as it stands in a passage, where spaces and line breaks may have changed."""
    longest_first = sorted(set(spellings), key=len, reverse=True)
    parts = (r"\s+".join(re.escape(word) for word in spelling.split()) for spelling in longest_first)
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(parts)})(?![0-9A-Za-z])")


def _moved(offset: int, begin: int, length: int, change: int) -> int:
    """Where `offset` is after `length` characters at `begin` became `length + change`."""
    if offset <= begin:
        return offset
    return begin if offset < begin + length else offset + change
