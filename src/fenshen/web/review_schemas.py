"""The JSON shapes of what a creator reviews: voices that were found, and personal data in the clear."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from fenshen.library.privacy.finding import PersonalKind
from fenshen.web.schemas import Body


class VoiceOut(BaseModel):
    """A person heard; `start_s` to `end_s` of the item is a stretch to play. `is_guess`: perhaps the creator."""

    id: str
    seconds: float
    items: int
    item_id: str
    item_title: str
    start_s: float
    end_s: float
    decision: Literal["creator", "other", "unknown"]
    is_guess: bool
    media_url: str | None


class PersonalOut(BaseModel):
    """A value that was found, as it is written, and what texts show instead while it is masked."""

    id: str
    kind: PersonalKind
    value: str
    shown: str
    decision: Literal["mask", "keep"]
    count: int
    items: int
    context: str


class PersonalPage(BaseModel):
    """`kinds` counts different values by kind, whatever is asked for."""

    kinds: dict[str, int]
    kept: int
    values: list[PersonalOut]


class DecisionIn(Body):
    decision: Literal["mask", "keep"]
