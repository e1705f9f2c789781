"""Personal data found in a library, in the clear."""

from __future__ import annotations

from typing import Literal

from fenshen.library.privacy.finding import PersonalKind
from fenshen.web.schemas import Body, Shape


class PersonalOut(Shape):
    """A value that was found, as it is written, and what texts show instead while it is masked."""

    id: str
    kind: PersonalKind
    value: str
    shown: str
    decision: Literal["mask", "keep"]
    count: int
    items: int
    context: str


class PersonalPage(Shape):
    """`kinds` counts different values by kind, whatever is asked for."""

    kinds: dict[str, int]
    kept: int
    values: list[PersonalOut]


class DecisionIn(Body):
    decision: Literal["mask", "keep"]
