"""Conversations and their turns."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fenshen.web.schemas import Shape


class CitationOut(Shape):
    number: int
    passage_id: str
    item_id: str
    title: str
    kind: str
    published: str | None
    start_s: int | None
    anchor: str
    quote: str
    url: str


class TurnOut(Shape):
    id: str
    role: Literal["user", "assistant"]
    speaker: str
    text: str
    status: Literal["complete", "stopped", "refused", "failed"]
    citations: list[CitationOut]
    label: dict[str, str] | None
    at: datetime
    parent_id: str | None
    alternatives: int
    thumb: Literal["up", "down"] | None


class ConversationOut(Shape):
    id: str
    twin: str
    title: str
    started: datetime
    updated: datetime
    turns: int


class ConversationDetail(Shape):
    id: str
    twin: str
    title: str
    started: datetime
    updated: datetime
    turns: list[TurnOut]
