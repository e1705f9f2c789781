"""The JSON shapes of the studio's library: intakes, transcripts, edits. Seconds are floats of the recording."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from fenshen.library.owner_guess import Answer
from fenshen.web.schemas import Body, NoteOut

PATH_CHARS_MAX = 1024


class FileOut(BaseModel):
    """`why` it was skipped, or what of it was left out."""

    path: str
    status: Literal["reading", "taken", "unchanged", "covered", "skipped"]
    share: float
    why: NoteOut | None


class IntakeReportOut(BaseModel):
    added: int
    replaced: int
    unchanged: int
    passages: int
    skipped: int
    seconds: float
    incomplete: int = 0


class ProblemOut(BaseModel):
    code: str
    message: str


class IntakeOut(BaseModel):
    """`share` is 0…1; `seconds_left` is null before enough is done to tell."""

    id: str
    status: Literal["collecting", "waiting", "running", "paused", "done", "failed", "cancelled"]
    roots: list[str]
    share: float
    seconds_left: float | None
    note: str
    created: datetime
    updated: datetime
    report: IntakeReportOut | None
    error: ProblemOut | None


class IntakeDetail(IntakeOut):
    files: list[FileOut]


class ReceivedOut(BaseModel):
    path: str
    received: int


class UrlIn(Body):
    url: str = Field(min_length=1, max_length=2048)


class StudioPassage(BaseModel):
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


class StudioItem(BaseModel):
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


class TranscriptHit(BaseModel):
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


class ChangeOut(BaseModel):
    id: str
    at: datetime
    kind: Literal["text", "speaker", "exclude", "tags", "title"]
    note: str
    rows: int
    undone: bool


class SpeakerOut(BaseModel):
    name: str
    passages: int
    characters: int
    is_creator: bool


class ExportOut(BaseModel):
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
