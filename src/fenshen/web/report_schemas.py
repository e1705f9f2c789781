"""The JSON shape of a library's report; every sentence is a code with its numbers, worded in English beside it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from fenshen.web.schemas import NoteOut

Letter = Literal["A", "B", "C", "D", "F"]


class GradeOut(BaseModel):
    letter: Letter
    reasons: list[NoteOut]


class GradesOut(BaseModel):
    text: GradeOut
    voice: GradeOut
    rights: GradeOut
    overall: GradeOut


class LanguageWordsOut(BaseModel):
    words: int
    own_words: int
    learnable: float
    waiting: float
    items: int


class MonthOut(BaseModel):
    items: int
    words: int
    hours: float


class TopicOut(BaseModel):
    words: list[str]
    language: str
    share: float
    items: int


class ReportOut(BaseModel):
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
