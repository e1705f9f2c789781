"""Where sentences end, in English and Chinese. Pure; knows nothing about passages."""

from __future__ import annotations

import re

from fenshen.library.language import HAN

_END = re.compile(r"(?:(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s|$))|(?:[。！？]+[”’」』）]*)|\n+")
_TITLE = re.compile(r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|e\.g|i\.e|[A-Z])\.$")
_CLAUSE = re.compile(rf"[,;:，；：、—]+\s*|(?<=[{HAN}])\s+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """`(start, end)` of each sentence, covering all of `text` but the spaces between sentences."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and _TITLE.search(text, max(start, match.end() - 6), match.end()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def clause_ends(text: str) -> list[int]:
    """Offsets right after each clause, where a sentence that is too long may be cut."""
    return [match.end() for match in _CLAUSE.finditer(text)]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
