"""Blind comparisons, and what training could learn from them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from fenshen.web.schemas import Body, Shape

Side = Literal["left", "right"]


class ContestantOut(Shape):
    """`people` is measure 8: how often its answer was found more like the creator, by rival."""

    id: str
    number: int
    base: str
    created: datetime
    status: str
    people: dict[str, Any] | None


class QuestionOut(Shape):
    text: str
    source: Literal["starter", "held_out"]
    language: str


class TasteOut(Shape):
    versions: list[ContestantOut]
    questions: list[QuestionOut]
    answered: int


class TasteIn(Body):
    """`rival` is a version's id, or `null` for the plain base of `version`."""

    question: str = Field(max_length=20_000)
    source: Literal["starter", "held_out", "own"] = "own"
    version: str = Field(max_length=64)
    rival: str | None = Field(None, max_length=64)


class SealedOut(Shape):
    """Generated text with its label."""

    text: str
    label: dict[str, str]


class ComparisonOut(Shape):
    """Two answers; nothing in it says whose they are."""

    id: str
    question: str
    left: SealedOut
    right: SealedOut


class ChoiceIn(Body):
    """`edited` and `edit` come together: which answer was put into the creator's own words."""

    choice: Literal["left", "right", "both", "neither", "skip"]
    edited: Side | None = None
    edit: str | None = Field(None, max_length=100_000)


class RevealedOut(Shape):
    """Whose answers they were: a version's id, or `null` for the plain base."""

    id: str
    choice: str
    left: str | None
    right: str | None


class PreferencesOut(Shape):
    """What training could use now.

    `left_out` counts what it may not use, by reason; `missing` is how many more pairs are needed;
    `parent` is the version it would go on from; `ended` counts, by version, fans who ended their consent since.
    """

    counts: dict[str, int]
    left_out: dict[str, int]
    pairs: int
    thumbs: int
    missing: int
    parent: str | None
    ended: dict[str, int]
