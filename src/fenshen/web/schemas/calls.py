"""Metered calls. Amounts are integer micros, seconds are integers."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from fenshen.web.schemas import Body, Language, Shape, Texts

#: A bound for anything a fan types; the real checks are the domain's.
TEXT_CHARS_MAX = 20_000


class CallOpen(Body):
    twin: str = Field(max_length=64)
    conversation_id: str | None = Field(None, max_length=64)
    language: Language = "en"


class CallOut(Shape):
    id: str
    twin: str
    conversation_id: str
    status: Literal["open", "paused", "ended"]
    reason: str | None
    price_micros_per_minute: int
    currency: str
    seconds_charged: int
    charged_micros: int
    acked_s: int
    cost_micros: int
    available_micros: int
    held_micros: int
    sequence: int
    quota_s: int
    heartbeat_s: int
    started: datetime
    ended: datetime | None
    notice: Texts


class TurnIn(Body):
    text: str = Field(max_length=TEXT_CHARS_MAX)
    turn_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{8,60}$")


class TurnAccepted(Shape):
    turn_id: str
    answer_id: str


class Received(Body):
    acked: int = Field(
        0, ge=0, le=10**9, strict=True, description="Whole seconds of the call received so far."
    )
    acked_ms: int | None = Field(
        None, ge=0, le=10**12, strict=True, description="The same in milliseconds; it goes before `acked`."
    )

    @property
    def milliseconds(self) -> int:
        """What was received, in milliseconds."""
        return self.acked * 1000 if self.acked_ms is None else self.acked_ms


class Heartbeat(Received):
    seq: int = Field(ge=0, le=2**31, strict=True)
    acked: int = Field(ge=0, le=10**9, strict=True, description="Whole seconds of the call received so far.")


class CallEnd(Received):
    seq: int = Field(0, ge=0, le=2**31, description="Taken as in a heartbeat; not needed.")


class CallPause(Body):
    leaving: bool = Field(
        False, description="The page goes away: pause within a second, unless another page follows the call."
    )
