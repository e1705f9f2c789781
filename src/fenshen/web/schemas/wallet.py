"""A fan's money. Amounts are integer micros."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from fenshen.web.schemas import Body, Shape


class WalletOut(Shape):
    currency: str
    available_micros: int
    held_micros: int
    provider: str
    topup_presets: list[str]


class TopUpIn(Body):
    amount: str = Field(max_length=40)
    currency: str = Field(max_length=8)


class TopUpOut(Shape):
    id: str
    status: str
    amount_micros: int
    currency: str
    checkout_url: str | None
    at: datetime


class QuotaLine(Shape):
    sequence: int
    seconds: int
    micros: int
    at: datetime


class CallLine(Shape):
    call_id: str
    kind: Literal["call", "answer"] = Field(description="A person's call, or the answer to an API request.")
    twin: str
    name: str
    name_zh: str
    started: datetime
    ended: datetime | None
    status: str
    seconds: int
    price_micros_per_minute: int
    charged_micros: int
    quotas: list[QuotaLine]


class StatementOut(Shape):
    currency: str
    available_micros: int
    held_micros: int
    topups: list[TopUpOut]
    calls: list[CallLine]
