"""Accounts under the operator's eye."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from fenshen.web.schemas import Body, Shape


class MinorOut(Shape):
    """An account whose holder said that they are under eighteen."""

    user_id: str
    email: str
    declared: datetime
    surface: str
    creator: str
    lifted: datetime | None
    lifted_by: str | None
    why: str | None


class LiftIn(Body):
    """Why an account is opened again."""

    why: str = Field(min_length=3, max_length=500)
