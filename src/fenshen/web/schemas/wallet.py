"""A fan's money. Amounts are integer micros."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import Field

from fenshen.billing.payment_links import TopUp
from fenshen.web.schemas import Body, Shape


class WalletOut(Shape):
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


class TopUpOut(Shape):
    id: str
    status: str
    amount_micros: int
    currency: str
    checkout_url: str | None
    at: datetime

    @classmethod
    def of_topup(cls, topup: TopUp) -> Self:
        """A top-up as its fan sees it."""
        return cls.of(topup, amount_micros=topup.amount, checkout_url=topup.url, at=topup.created)


class RefundIn(Body):
    amount: str = Field(max_length=40)
    why: str = Field(max_length=400, description="Kept in the audit log.")


class RefundOut(Shape):
    id: str
    topup_id: str
    status: str
    amount_micros: int
    currency: str
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
