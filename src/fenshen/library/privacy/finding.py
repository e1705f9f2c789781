"""What a finder says: this stretch of a text is personal data of that kind. Knows nothing about how it was found.

Finders read a text in its folded form (`fold`), which is as long as the original, so that offsets hold in both.
"""

from __future__ import annotations

import re
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


#: How far back a word still says something about a number, in characters.
REACH = 36

_COUNTED = re.compile(
    r"(?i:order|invoice|tracking|parcel|shipment|serial|part|model|batch|lot|isbn|issn|sku|ref|reference|ticket|case"
    r"|bestellnummer|rechnung|sendungsnummer|commande|pedido"
    r"|订单|單號|单号|编号|編號|快递|物流|运单|流水|发票|書號|书号|版号|型号|批号|序列号|邮编)(?i: ?(?:no|number|nr|id|code)\b)?"
    r"[^0-9\n]{0,14}$"
)


def before(text: str, start: int) -> str:
    """What stands before `start`, at most `REACH` characters of it."""
    return text[max(0, start - REACH) : start]


def is_counted(text: str, start: int) -> bool:
    """Whether the words before say that the number at `start` numbers a thing: an order, a book, a part."""
    return _COUNTED.search(before(text, start)) is not None


def is_in_link(text: str, start: int) -> bool:
    """Whether `start` lies inside a link."""
    begin = text.rfind("://", max(0, start - 200), start)
    return begin >= 0 and not any(c.isspace() for c in text[begin:start])
