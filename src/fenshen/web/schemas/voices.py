"""Voices found in a library."""

from __future__ import annotations

from typing import Literal

from fenshen.web.schemas import Shape


class VoiceOut(Shape):
    """A person heard; `start_s` to `end_s` of the item is a stretch to play. `is_guess`: perhaps the creator."""

    id: str
    seconds: float
    items: int
    item_id: str
    item_title: str
    start_s: float
    end_s: float
    decision: Literal["creator", "other", "unknown"]
    is_guess: bool
    media_url: str | None
