"""Transcripts and what a creator changes in them. Seconds are floats of the recording."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from fenshen.library.owner_guess import Answer
from fenshen.web.schemas import Body, Shape


class StudioPassage(Shape):
    id: str
    ordinal: int
    start_s: float | None
    end_s: float | None
    anchor: str
    speaker: str | None
    is_creator: bool
    text: str
    marks: list[str]
    edited: bool


class StudioItem(Shape):
    id: str
    title: str
    path: str
    kind: str
    format: str
    language: str
    published: date | None
    duration_s: float | None
    private: bool
    excluded: bool
    tags: list[str]
    duplicate_of: str | None
    media_url: str | None
    passages: list[StudioPassage]


class TranscriptHit(Shape):
    passage_id: str
    item_id: str
    item_title: str
    start_s: float | None
    anchor: str
    speaker: str | None
    is_creator: bool
    text: str


class TextIn(Body):
    text: str = Field(max_length=20_000)


class SpeakerIn(Body):
    passage_ids: list[str] = Field(min_length=1, max_length=2000)
    speaker: str | None = Field(None, max_length=200)
    is_creator: bool


class ItemsIn(Body):
    item_ids: list[str] = Field(min_length=1, max_length=2000)


class ExcludeIn(ItemsIn):
    excluded: bool


class TagsIn(ItemsIn):
    add: list[str] = Field(default_factory=list, max_length=50)
    remove: list[str] = Field(default_factory=list, max_length=50)


class UndoIn(Body):
    change_id: str | None = Field(None, max_length=64)


class ChangeOut(Shape):
    id: str
    at: datetime
    kind: Literal["text", "speaker", "exclude", "tags", "title"]
    note: str
    rows: int
    undone: bool


class SpeakerOut(Shape):
    name: str
    passages: int
    characters: int
    is_creator: bool


class ExportOut(Shape):
    """A conversation in which nobody is the creator yet, with who speaks in it."""

    item_id: str
    title: str
    path: str
    format: str
    items: int
    speakers: list[SpeakerOut]


class OwnerIn(Body):
    """One of the speakers by name, `nobody` of them, or `all` of it: then it is no conversation."""

    name: str = Field("", max_length=200)
    answer: Answer = "speaker"


class LibrarySettingsIn(Body):
    keeps_fillers: bool = Field(description="Whether `um` and 嗯 stay in what is imported from now on.")


class LibrarySettingsOut(Shape):
    keeps_fillers: bool
