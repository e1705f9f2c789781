"""The JSON shapes of the studio. Amounts are integer micros, seconds are integers, times are RFC 3339 UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from fenshen.web.schemas import Body, NoteOut


class CountsOut(BaseModel):
    items: int
    passages: int
    words: int
    hours: float
    private: int
    by_kind: dict[str, int]
    by_language: dict[str, int]


class LibraryItem(BaseModel):
    """`why_not` is why it is not learned from; `flags` why it may be somebody else's work;
    `dropped` what of its file was left out."""

    id: str
    path: str
    title: str
    kind: str
    language: str
    published: date | None
    private: bool
    duration_s: float | None
    words: int
    passages: int
    has_media: bool
    format: str
    excluded: bool
    tags: list[str]
    duplicate_of: str | None
    uses: list[str]
    flags: list[NoteOut]
    why_not: NoteOut | None
    dropped: list[NoteOut] = []


class LibraryOut(BaseModel):
    counts: CountsOut
    items: list[LibraryItem]


class FindingOut(BaseModel):
    """A finding of the gate as a code with what stands in its sentence."""

    code: str
    values: dict[str, str | int]


class GateOut(BaseModel):
    """`findings` say the same as `reasons`, in their order; versions from elsewhere have only reasons."""

    passed: bool
    reasons: list[str]
    findings: list[FindingOut] = []


class VersionOut(BaseModel):
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
    report_url: str | None


class ComparedVersion(BaseModel):
    version: str
    base: str
    recipe: str
    origin: str
    parent: str | None
    created: datetime
    gate: GateOut | None


class ComparedSet(BaseModel):
    """`how` is `stored` (both ladders read the same held-out set) or `anew` (what neither has learned)."""

    how: str
    items: int
    answers: int


class ComparedMeasure(BaseModel):
    """Intervals of both and of their paired difference; `verdict` is `better`, `worse` or `unsure` for `a`."""

    name: str
    better: str
    set: str
    a: dict[str, float] | None
    b: dict[str, float] | None
    difference: dict[str, float] | None
    verdict: str


class ComparedAnswers(BaseModel):
    question: str
    a: str
    b: str


class SideBySideOut(BaseModel):
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


class NoteDraftOut(BaseModel):
    """What fans could be told, by language, if this version went out now."""

    note: dict[str, str]


class RollbackOut(BaseModel):
    """What going back would mean; `withdrawn` items that the older version learned from may not be used now."""

    version_id: str
    number: int
    price_micros_per_minute: int | None
    currency: str | None
    withdrawn: int
    note: dict[str, str]


class PublicationOut(BaseModel):
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


class DayOut(BaseModel):
    day: date
    seconds: int
    gross_micros: int
    share_micros: int
    calls: int


class EarningsCall(BaseModel):
    call_id: str
    started: datetime
    seconds: int
    gross_micros: int
    share_micros: int


class EarningsOut(BaseModel):
    currency: str
    seconds: int
    gross_micros: int
    share_micros: int
    others_micros: int = Field(description="What other creators of the same calls earned.")
    fee_micros: int
    fans: int
    days: list[DayOut]
    calls: list[EarningsCall]


class ConsentOut(BaseModel):
    id: str
    person: str
    scopes: list[str]
    starts: datetime
    until: datetime
    status: str
