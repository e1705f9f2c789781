"""The JSON shapes of `/api`, the studio's apart. Amounts are integer micros, seconds are integers, times are RFC 3339 UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Texts = dict[str, str]
Language = Literal["en", "zh"]
#: Bounds for anything a fan types; the real checks are the domain's.
TEXT_CHARS_MAX = 20_000


class Body(BaseModel):
    """A request body: unknown fields are refused, so nobody slips in a role or a price."""

    model_config = ConfigDict(extra="forbid")


class NoteOut(BaseModel):
    """A sentence as a code with what stands in it, and worded in English."""

    code: str
    values: dict[str, str | int | float]
    sentence: str


class Credentials(Body):
    email: str = Field(max_length=320)
    password: str = Field(max_length=1024)


class SignUp(Credentials):
    language: Language = "en"


class UserOut(BaseModel):
    id: str
    email: str
    role: Literal["fan", "creator", "operator"]
    creators: list[str]


class PasswordIn(Body):
    current: str = Field(max_length=1024)
    new: str = Field(max_length=1024)


class SessionOut(BaseModel):
    """A browser in which this user is logged in."""

    id: str
    created: datetime
    expires: datetime
    agent: str
    is_this: bool


class TwinCard(BaseModel):
    slug: str
    name: str
    name_zh: str
    tagline: Texts
    about: Texts
    languages: list[str]
    price_micros_per_minute: int
    currency: str
    version_id: str
    published_at: datetime


class TwinDetail(TwinCard):
    """`version` is the number of the version that answers."""

    version: int
    greeting: Texts
    starters: dict[str, list[str]]
    notice: Texts


class TwinChangeOut(BaseModel):
    """The twin became version `number`; `note` is what its creator says of that, by language."""

    id: int
    kind: Literal["publish", "rollback"]
    number: int
    note: Texts
    at: datetime


class SearchHit(BaseModel):
    rank: int
    passage_id: str
    item_id: str
    title: str
    kind: str
    published: date | None
    start_s: int | None
    anchor: str
    text: str
    url: str


class SearchResult(BaseModel):
    query: str
    hits: list[SearchHit]


class LineOut(BaseModel):
    """A line of the creator; `is_gap` where others speak, however long. Only where they do is the creator named."""

    id: str
    start_s: float | None
    end_s: float | None
    anchor: str
    speaker: str | None
    text: str
    is_gap: bool


class ItemOut(BaseModel):
    id: str
    twin: str
    title: str
    kind: str
    published: date | None
    language: str
    duration_s: float | None
    media_url: str | None
    passages: list[LineOut]


class CallOpen(Body):
    twin: str = Field(max_length=64)
    conversation_id: str | None = Field(None, max_length=64)
    language: Language = "en"


class CallOut(BaseModel):
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


class TurnAccepted(BaseModel):
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


class CitationOut(BaseModel):
    number: int
    passage_id: str
    item_id: str
    title: str
    kind: str
    published: str | None
    start_s: int | None
    anchor: str
    quote: str
    url: str


class TurnOut(BaseModel):
    id: str
    role: Literal["user", "assistant"]
    speaker: str
    text: str
    status: Literal["complete", "stopped", "refused", "failed"]
    citations: list[CitationOut]
    label: dict[str, str] | None
    at: datetime
    parent_id: str | None
    alternatives: int
    thumb: Literal["up", "down"] | None


class ConversationOut(BaseModel):
    id: str
    twin: str
    title: str
    started: datetime
    updated: datetime
    turns: int


class ConversationDetail(BaseModel):
    id: str
    twin: str
    title: str
    started: datetime
    updated: datetime
    turns: list[TurnOut]


class KeyIn(Body):
    name: str = Field(max_length=80)


class KeyOut(BaseModel):
    id: str
    name: str
    hint: str
    created: datetime
    expires: datetime | None
    revoked: datetime | None


class KeyCreated(KeyOut):
    secret: str


class Problem(BaseModel):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    retryable: bool
