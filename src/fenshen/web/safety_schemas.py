"""Shapes of what creators and operators read about safety: never anybody's words."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class RefusalOut(BaseModel):
    """What limits held back; `reason` `drift` with outcome `ended` is a conversation that was stopped."""

    id: str
    at: datetime
    surface: Literal["call", "api", "terminal"]
    reason: Literal["question", "sentence", "drift"]
    topic: str
    outcome: Literal["replied", "dropped", "retried", "neutral", "ended"]
    answer_id: str


class MinorOut(BaseModel):
    """An account whose holder said that they are under eighteen."""

    user_id: str
    email: str
    declared: datetime
    surface: str
    creator: str
    lifted: datetime | None
    lifted_by: str | None
    why: str | None


class LiftIn(BaseModel):
    """Why an account is opened again."""

    why: str = Field(min_length=3, max_length=500)
