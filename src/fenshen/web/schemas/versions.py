"""Versions of a twin, comparisons of two, and publications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from fenshen.web.schemas import Body, Shape


class FindingOut(Shape):
    """A finding of the gate as a code with what stands in its sentence."""

    code: str
    values: dict[str, str | int]


class GateOut(Shape):
    """`findings` say the same as `reasons`, in their order; versions from elsewhere have only reasons."""

    passed: bool
    reasons: list[str]
    findings: list[FindingOut] = Field(default=[])


class VersionOut(Shape):
    """`number` is what people call it; `note` what fans were told when it went out, by language."""

    id: str
    number: int
    origin: str
    parent_number: int | None
    note: dict[str, str]
    forgetting: dict[str, Any] | None
    base: str
    created: datetime
    status: str
    published_at: datetime | None
    price_micros_per_minute: int | None
    currency: str | None
    data_sha256: str
    examples: int
    tokens: int
    minutes: float
    gate: GateOut | None
    levels: list[dict[str, Any]]
    measures: dict[str, Any]
    price_floor_micros_per_minute: int | None
    loss: list[dict[str, Any]]
    people: dict[str, Any] | None


class ComparedVersion(Shape):
    version: str
    base: str
    recipe: str
    origin: str
    parent: str | None
    created: datetime
    gate: GateOut | None


class ComparedSet(Shape):
    """`how` is `stored` (both ladders read the same held-out set) or `anew` (what neither has learned)."""

    how: str
    items: int
    answers: int


class ComparedMeasure(Shape):
    """Intervals of both and of their paired difference; `verdict` is `better`, `worse` or `unsure` for `a`."""

    name: str
    better: str
    set: str
    a: dict[str, float] | None
    b: dict[str, float] | None
    difference: dict[str, float] | None
    verdict: str


class ComparedAnswers(Shape):
    question: str
    a: str
    b: str


class SideBySideOut(Shape):
    """Two versions side by side; `verdict` is `better`, `worse`, `mixed` or `unsure` for `a`."""

    a: ComparedVersion
    b: ComparedVersion
    set: ComparedSet
    measures: list[ComparedMeasure]
    verdict: str
    questions: list[ComparedAnswers]


class PublishIn(Body):
    price: str = Field(max_length=40)
    currency: str = Field("USD", max_length=8)
    force_reason: str | None = Field(None, max_length=500)
    note: dict[str, str] | None = None


class RollbackIn(Body):
    note: dict[str, str] | None = None


class NoteDraftOut(Shape):
    """What fans could be told, by language, if this version went out now."""

    note: dict[str, str]


class RollbackOut(Shape):
    """What going back would mean; `withdrawn` items that the older version learned from may not be used now."""

    version_id: str
    number: int
    price_micros_per_minute: int | None
    currency: str | None
    withdrawn: int
    note: dict[str, str]


class PublicationOut(Shape):
    id: int
    kind: str
    version_id: str
    number: int
    previous_number: int | None
    price_micros_per_minute: int | None
    currency: str | None
    note: dict[str, str]
    forced_reason: str | None
    at: datetime
