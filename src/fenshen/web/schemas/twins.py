"""Published twins, search in their libraries, and the items a citation opens."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from fenshen.web.schemas import Shape, Texts


class TwinCard(Shape):
    slug: str
    name: str
    name_zh: str
    tagline: Texts
    about: Texts
    languages: list[str]
    price_micros_per_minute: int
    currency: str
    version_id: str
    published_at: datetime


class TwinDetail(TwinCard):
    """`version` is the number of the version that answers."""

    version: int
    greeting: Texts
    starters: dict[str, list[str]]
    notice: Texts


class TwinChangeOut(Shape):
    """The twin became version `number`; `note` is what its creator says of that, by language."""

    id: int
    kind: Literal["publish", "rollback"]
    number: int
    note: Texts
    at: datetime


class SearchHit(Shape):
    rank: int
    passage_id: str
    item_id: str
    title: str
    kind: str
    published: date | None
    start_s: int | None
    anchor: str
    text: str
    url: str


class SearchResult(Shape):
    query: str
    hits: list[SearchHit]


class LineOut(Shape):
    """A line of the creator; `is_gap` where others speak, however long. Only where they do is the creator named."""

    id: str
    start_s: float | None
    end_s: float | None
    anchor: str
    speaker: str | None
    text: str
    is_gap: bool


class ItemOut(Shape):
    id: str
    twin: str
    title: str
    kind: str
    published: date | None
    language: str
    duration_s: float | None
    media_url: str | None
    passages: list[LineOut]
