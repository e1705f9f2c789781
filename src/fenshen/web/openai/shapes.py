"""The shapes of the OpenAI protocol that we speak.

One rule for what we do not offer: a field that would change the shape of the answer is refused with its
name (`not_offered`); any other field we do not use is accepted and has no effect. Numbers beyond a bound
are brought back to it, since clients send their own defaults.

Source: OpenAI API reference, Chat Completions and Models.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fenshen.core.errors import BadInput
from fenshen.models.text import Message
from fenshen.trust.cleaning import FAN_TEXT_MAX, clean_fan_text
from fenshen.twin.citations import Citation
from fenshen.twin.history import newest_block

#: Clients send the whole conversation; how much of it an engine gets is `newest_block`'s to say.
MESSAGES_MAX = 2_000
TOKENS_MAX = 1_024
_TEXT_PARTS = frozenset({"text", "input_text", "output_text", "refusal"})
#: Values with which a field that we do not offer asks for nothing.
_ASKS_NOTHING: dict[str, tuple[Any, ...]] = {
    "n": (None, 1),
    "logprobs": (None, False),
    "top_logprobs": (None, 0),
    "tool_choice": (None, "auto", "none"),
    "function_call": (None, "auto", "none"),
    "response_format": (None, {"type": "text"}),
    "modalities": (None, [], ["text"]),
    "audio": (None,),
}


class ChatMessage(BaseModel):
    """A message as clients send it: plain text, or a list of parts."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[dict[str, Any]] | None = None

    @property
    def text(self) -> str:
        """The words of the message."""
        if isinstance(self.content, list):
            texts = (part.get("text") for part in self.content if part.get("type") in _TEXT_PARTS)
            return "\n".join(text for text in texts if isinstance(text, str))
        return self.content or ""

    @property
    def unread_part(self) -> tuple[int, str] | None:
        """The first part that is not text, with its type: pictures, sound and files are not read."""
        parts = self.content if isinstance(self.content, list) else []
        kinds = ((index, str(part.get("type"))) for index, part in enumerate(parts))
        return next((one for one in kinds if one[1] not in _TEXT_PARTS), None)


class ChatRequest(BaseModel):
    """A chat completion request; see the module for what happens with fields we do not use."""

    model_config = ConfigDict(extra="allow")

    model: str = Field(max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=MESSAGES_MAX)
    stream: bool | None = None
    stream_options: dict[str, Any] | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = Field(None, ge=0, le=2)
    seed: int | None = None
    stop: str | list[str] | None = None

    @property
    def tokens_max(self) -> int | None:
        """The bound on the answer, under either name; `None` where the client leaves it to us.

        Raises:
            BadInput: `invalid_request`, no token at all.
        """
        for name in ("max_completion_tokens", "max_tokens"):
            asked = getattr(self, name)
            if asked == 0:
                raise BadInput(f"{name} must be at least 1", code="invalid_request", param=name)
            if asked is not None:
                return min(asked, TOKENS_MAX) if asked > 0 else None
        return None

    @property
    def engine_seed(self) -> int | None:
        """The seed as engines take it: 32 bits without a sign."""
        return None if self.seed is None else self.seed % 2**32

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts that end the answer."""
        found = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        return tuple(text for text in found if text)[:4]

    @property
    def include_usage(self) -> bool:
        """Whether a stream should end with the usage."""
        return bool((self.stream_options or {}).get("include_usage"))

    def check_offered(self) -> None:
        """Refuse what would change the shape of the answer.

        Raises:
            BadInput: `not_offered`, with the field as `param`.
        """
        for name, harmless in _ASKS_NOTHING.items():
            asked = (self.model_extra or {}).get(name)
            if asked not in harmless:
                raise BadInput(
                    f"{name} = {str(asked)[:60]} is not offered here", code="not_offered", param=name
                )

    def split(self) -> tuple[str, list[Message]]:
        """The question (the last message of the user) and the turns before it, cleaned.

        System messages are not followed: who the twin is, is the creator's to say. Only where there is no
        user message, as when a client wants a title for a conversation, the last one is the question. What
        follows the question (a note, the result of a tool, the beginning of an answer) is passed over.

        Raises:
            BadInput: `invalid_messages`, nothing is asked, or something else than text is; or the question
                cannot be used as text.
        """
        asked = self._question()
        message = self.messages[asked]
        if (part := message.unread_part) is not None:
            raise BadInput(
                f"this twin reads text only, not {part[1]!r}; ask in words",
                code="invalid_messages",
                param=f"messages[{asked}].content[{part[0]}]",
            )
        return clean_fan_text(message.text), _history(self.messages[:asked])

    def _question(self) -> int:
        """Which message is the question."""
        for roles in (("user",), ("system", "developer")):
            for index in reversed(range(len(self.messages))):
                message = self.messages[index]
                if message.role in roles and (message.text.strip() or message.unread_part):
                    return index
        raise BadInput(
            "no message asks anything: send a user message with text",
            code="invalid_messages",
            param="messages",
        )


def _history(messages: Sequence[ChatMessage]) -> list[Message]:
    """The newest turns as an engine gets them; what cannot be used as text is left out."""
    turns = [
        message for message in messages if message.role in ("user", "assistant") and message.text.strip()
    ]
    kept: list[Message] = []
    for turn in newest_block(turns):
        with contextlib.suppress(BadInput):
            text = clean_fan_text(turn.text[:FAN_TEXT_MAX])
            kept.append(Message(role="user" if turn.role == "user" else "assistant", content=text))
    return kept


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
