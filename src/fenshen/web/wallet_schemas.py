"""Wire shapes of a fan's money. Amounts are integer micros."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from fenshen.web.schemas import Body


class WalletOut(BaseModel):
    currency: str
    available_micros: int
    held_micros: int
    provider: str | None = Field(description="The way to pay that is used by default.")
    providers: list[str] = Field(description="Every way to pay that is offered.")
    topup_presets: list[str]


class TopUpIn(Body):
    amount: str = Field(max_length=40)
    currency: str = Field(max_length=8)
    provider: str | None = Field(
        None, max_length=40, description="One of the wallet's; by default its first."
    )


class TopUpOut(BaseModel):
    id: str
    status: str
    amount_micros: int
    currency: str
    checkout_url: str | None
    at: datetime


class RefundIn(Body):
    amount: str = Field(max_length=40)
    why: str = Field(max_length=400, description="Kept in the audit log.")


class RefundOut(BaseModel):
    id: str
    topup_id: str
    status: str
    amount_micros: int
    currency: str
    at: datetime


class QuotaLine(BaseModel):
    sequence: int
    seconds: int
    micros: int
    at: datetime


class CallLine(BaseModel):
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


class StatementOut(BaseModel):
    currency: str
    available_micros: int
    held_micros: int
    topups: list[TopUpOut]
    calls: list[CallLine]
