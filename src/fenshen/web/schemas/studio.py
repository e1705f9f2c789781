"""The studio's library, its report, earnings, consents and refusals. Amounts are integer micros."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from fenshen.web.schemas import NoteOut, Shape

Letter = Literal["A", "B", "C", "D", "F"]


class CountsOut(Shape):
    items: int
    passages: int
    words: int
    hours: float
    private: int
    by_kind: dict[str, int]
    by_language: dict[str, int]


class LibraryItem(Shape):
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
    dropped: list[NoteOut] = Field(default=[])


class LibraryOut(Shape):
    counts: CountsOut
    items: list[LibraryItem]


class GradeOut(Shape):
    letter: Letter
    reasons: list[NoteOut]


class GradesOut(Shape):
    text: GradeOut
    voice: GradeOut
    rights: GradeOut
    overall: GradeOut


class LanguageWordsOut(Shape):
    words: int
    own_words: int
    learnable: float
    waiting: float
    items: int


class MonthOut(Shape):
    items: int
    words: int
    hours: float


class TopicOut(Shape):
    words: list[str]
    language: str
    share: float
    items: int


class ReportOut(Shape):
    items: int
    passages: int
    words: int
    hours: float
    private_items: int
    excluded_items: int
    kinds: dict[str, int]
    languages: dict[str, int]
    formats: dict[str, int]
    by_language: dict[str, LanguageWordsOut]
    months: dict[str, MonthOut]
    undated_items: int
    speakers: int
    own_words: int
    own_share: float
    marked: dict[str, int]
    duplicate_items: int
    duplicate_words: int
    duplicate_share: float
    speech_s: float
    clean_speech_s: float
    waiting_speech_s: float
    noise: dict[str, float]
    usable: dict[str, int]
    usable_words: int
    countable_words: int
    unspoken_items: int
    flagged_items: int
    lapsed_items: int
    owners: dict[str, int]
    licences: dict[str, int]
    masked: dict[str, int]
    masked_per_1000_words: float
    undecided_exports: int
    undecided_voices: int
    dropped: dict[str, int]
    skipped: dict[str, int]
    topics: list[TopicOut]
    grades: GradesOut
    steps: list[NoteOut]


class DayOut(Shape):
    day: date
    seconds: int
    gross_micros: int
    share_micros: int
    calls: int


class EarningsCall(Shape):
    call_id: str
    started: datetime
    seconds: int
    gross_micros: int
    share_micros: int


class EarningsOut(Shape):
    currency: str
    seconds: int
    gross_micros: int
    share_micros: int
    others_micros: int = Field(description="What other creators of the same calls earned.")
    fee_micros: int
    fans: int
    days: list[DayOut]
    calls: list[EarningsCall]


class ConsentOut(Shape):
    id: str
    person: str
    scopes: list[str]
    starts: datetime
    until: datetime
    status: str


class RefusalOut(Shape):
    """What limits held back; `reason` `drift` with outcome `ended` is a conversation that was stopped."""

    id: str
    at: datetime
    surface: Literal["call", "api", "terminal"]
    reason: Literal["question", "sentence", "drift"]
    topic: str
    outcome: Literal["replied", "dropped", "retried", "neutral", "ended"]
    answer_id: str
