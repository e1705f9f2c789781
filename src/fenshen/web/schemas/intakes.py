"""Files on their way into a library."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from fenshen.web.schemas import Body, NoteOut, Shape

PATH_CHARS_MAX = 1024


class FileOut(Shape):
    """`why` it was skipped, or what of it was left out."""

    path: str
    status: Literal["reading", "taken", "unchanged", "covered", "skipped"]
    share: float
    why: NoteOut | None


class IntakeReportOut(Shape):
    added: int
    replaced: int
    unchanged: int
    passages: int
    skipped: int
    seconds: float
    incomplete: int = 0


class ProblemOut(Shape):
    code: str
    message: str


class IntakeOut(Shape):
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


class ReceivedOut(Shape):
    path: str
    received: int


class UrlIn(Body):
    url: str = Field(min_length=1, max_length=2048)
