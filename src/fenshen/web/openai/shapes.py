"""The shapes of the OpenAI protocol that we speak.

Source: OpenAI API reference, Chat Completions and Models.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fenshen.core.errors import BadInput
from fenshen.models.text import Message
from fenshen.trust.cleaning import clean_fan_text
from fenshen.twin.citations import Citation


class ChatMessage(BaseModel):
    """A message as clients send it: plain text, or a list of parts of which the text ones are read."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            return "\n".join(str(part.get("text", "")) for part in self.content if part.get("type") == "text")
        return self.content or ""


class ChatRequest(BaseModel):
    """A chat completion request; fields we do not use are accepted and ignored."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field(max_length=64)
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool = False
    stream_options: dict[str, Any] | None = None
    max_tokens: int | None = Field(None, ge=1, le=4096)
    max_completion_tokens: int | None = Field(None, ge=1, le=4096)
    temperature: float | None = Field(None, ge=0, le=2)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    stop: str | list[str] | None = None
    n: int = Field(1, ge=1, le=1)

    @property
    def tokens_max(self) -> int | None:
        """The bound on the answer, under either name."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts that end the answer."""
        return (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())[:4]

    @property
    def include_usage(self) -> bool:
        """Whether a stream should end with the usage."""
        return bool((self.stream_options or {}).get("include_usage"))

    def split(self) -> tuple[str, list[Message]]:
        """The question (the last message, which must be the user's) and the turns before it, cleaned.

        A client's system messages are not followed: who the twin is, is the creator's to say.

        Raises:
            BadInput: the last message is not the user's, or one of them cannot be used as text.
        """
        last = self.messages[-1]
        if last.role != "user" or not last.text.strip():
            raise BadInput("the last message must be a user message with text", code="invalid_messages")
        history: list[Message] = []
        for message in self.messages[:-1]:
            if message.role in ("user", "assistant") and message.text.strip():
                role: Literal["user", "assistant"] = "user" if message.role == "user" else "assistant"
                history.append(Message(role=role, content=clean_fan_text(message.text)))
        return clean_fan_text(last.text), history


def url_citations(text: str, citations: tuple[Citation, ...], public_url: str) -> list[dict[str, Any]]:
    """Citations as `url_citation`s with a time fragment."""
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "url": f"{public_url}{citation.url}",
                "title": citation.title,
                "start_index": 0,
                "end_index": len(text),
            },
        }
        for citation in citations
    ]


def error_body(code: str, message: str, kind: str) -> dict[str, Any]:
    """The OpenAI error envelope."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}
