"""The training page. Times are RFC 3339 UTC, hours are "HH:MM" of the schedule's own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from fenshen.web.schemas import Body, NoteOut, Shape


class VersionRef(Shape):
    """A version by the number people say; `trained` says whether its training came to an end."""

    id: str
    number: int
    base: str
    status: str
    created: datetime
    passed: bool | None


class NewsItem(Shape):
    id: str
    title: str
    words: int


class WithdrawnOut(Shape):
    """An item that was learned from and may no longer be used; `why` is in English."""

    id: str
    title: str
    reason: str
    why: str


class NewsOut(Shape):
    """What a version does not know; at most 50 items are named."""

    since: VersionRef
    added: int
    edited: int
    withdrawn: int
    unwritten: int
    words: int
    hours: float
    added_items: list[NewsItem]
    edited_items: list[NewsItem]
    withdrawn_items: list[WithdrawnOut]


class BaseOut(Shape):
    name: str
    size_bytes: int
    languages: list[str] | None
    installed: bool


class ScheduleIn(Body):
    """After so many new items, or every week at an hour of the creator's clock, between these hours only."""

    items_min: int | None = Field(None, ge=1, le=100_000)
    weekday: int | None = Field(None, ge=0, le=6)
    at: str | None = Field(None, max_length=5)
    zone: str = Field("UTC", max_length=64)
    opens: str | None = Field(None, max_length=5)
    closes: str | None = Field(None, max_length=5)
    publishes: bool = False
    minutes: float = Field(4.0, gt=0, le=10_000)


class ScheduleOut(ScheduleIn):
    """`next_at` is the next weekly hour; `error` is why the last training by it failed."""

    next_at: datetime | None
    failures: int
    retry_at: datetime | None
    error: dict[str, str] | None


class TrainingPageOut(Shape):
    """`parent` is what an update would go out from; `allowed` whether consent to learn holds."""

    allowed: bool
    live: VersionRef | None
    newest: VersionRef | None
    parent: VersionRef | None
    news: NewsOut | None
    bases: list[BaseOut]
    base: str
    recipes: list[str]
    schedule: ScheduleOut | None


class OrderIn(Body):
    """`update` goes on with the adapter of `parent`; `full` begins anew on `base`."""

    kind: Literal["full", "update", "rebase"]
    base: str | None = Field(None, max_length=400)
    recipe: str = Field("cpu-demo", max_length=64)
    minutes: float = Field(4.0, gt=0, le=10_000)


class EvaluationIn(Body):
    """With `against_id` the version is compared with that one, else measured on the ladder."""

    version_id: str = Field(max_length=64)
    against_id: str | None = Field(None, max_length=64)


class TrainingOut(Shape):
    """`share` and `seconds_left` are those of the stage."""

    id: str
    status: str
    stage: str
    stages: list[str]
    kind: str
    base: str | None
    minutes: float | None
    scheduled: bool
    version: VersionRef | None
    against: VersionRef | None
    share: float
    seconds_left: float | None
    note: NoteOut | None
    error: dict[str, str] | None
    created: datetime
    updated: datetime


class TrainingDetail(TrainingOut):
    """With the points of its loss curve, thinned to a few hundred."""

    loss: list[dict[str, Any]]
