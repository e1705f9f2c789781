"""What a finder says: this stretch of a text is personal data of that kind. Knows nothing about how it was found.

Finders read a text in its folded form (`fold`), which is as long as the original, so that offsets hold in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from fenshen.library.privacy.fold import Folded

PersonalKind = Literal[
    "key", "iban", "id", "card", "email", "phone", "ip", "address", "plate", "password", "name"
]

#: Every kind; of two findings that overlap, the one whose kind comes first here stays.
KINDS: tuple[PersonalKind, ...] = get_args(PersonalKind)


@dataclass(frozen=True)
class Finding:
    """A stretch of personal data.

    Attributes:
        start: where it begins, in characters.
        end: where it ends, exclusive.
        value: what it is whatever the spelling: `+86 131 0000 1234` and `13100001234` have the same.
    """

    kind: PersonalKind
    start: int
    end: int
    value: str


#: What finds one kind in a folded text.
Find = Callable[[Folded], Iterator[Finding]]


def without_overlaps(findings: Iterable[Finding]) -> list[Finding]:
    """The findings in order of place; of those that overlap, the more certain kind, then the longer."""
    ranked = sorted(findings, key=lambda one: (KINDS.index(one.kind), one.start - one.end, one.start))
    taken: list[Finding] = []
    spans = _Spans()
    for one in ranked:
        if spans.are_free(one.start, one.end):
            spans.take(one.start, one.end)
            taken.append(one)
    return sorted(taken, key=lambda one: one.start)


class _Spans:
    """Stretches that are taken, looked up by the 64-character cell they touch: no scan over all of them."""

    def __init__(self) -> None:
        self._cells: dict[int, list[tuple[int, int]]] = {}

    def are_free(self, start: int, end: int) -> bool:
        cells = range(start >> 6, ((end - 1) >> 6) + 1)
        return not any(
            start < right and left < end for cell in cells for left, right in self._cells.get(cell, ())
        )

    def take(self, start: int, end: int) -> None:
        for cell in range(start >> 6, ((end - 1) >> 6) + 1):
            self._cells.setdefault(cell, []).append((start, end))
