"""The dataset browser."""

from __future__ import annotations

from datetime import datetime

from fenshen.web.schemas import Shape


class MessageOut(Shape):
    role: str
    content: str


class ExampleOut(Shape):
    """`number` counts in the version shown, `id` names what is learned in every version.

    `unlearned` is `[start, end]` of characters of the answer that are read and not learned.
    """

    id: str
    number: int
    kind: str
    messages: list[MessageOut]
    answer: str
    unlearned: list[list[int]]
    item_id: str | None
    item_title: str | None
    start_s: float | None
    anchor: str | None
    url: str | None
    rejected_at: datetime | None


class ExamplesOut(Shape):
    """One page; `kinds` counts the examples of each kind, `rejected` all that the next training leaves out."""

    version_id: str | None
    total: int
    kinds: dict[str, int]
    rejected: int
    examples: list[ExampleOut]
