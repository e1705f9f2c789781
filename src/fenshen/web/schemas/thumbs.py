"""A fan's thumbs, and the consent to learn from them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fenshen.web.schemas import Body, Shape

Thumb = Literal["up", "down"]


class ThumbIn(Body):
    """`null` takes the thumb back."""

    thumb: Thumb | None


class ThumbOut(Shape):
    turn_id: str
    thumb: Thumb | None


class LearningIn(Body):
    allowed: bool


class LearningOut(Shape):
    allowed: bool
    since: datetime | None
