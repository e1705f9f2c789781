"""Text generation: messages in, a stream of pieces out.

Every engine speaks this Protocol; adapters are chosen per request by name. Knows nothing about
personas, twins or money.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from typing_extensions import TypedDict  # of `typing`, pydantic takes it from Python 3.12 on


class Message(TypedDict):
    """One chat message as the OpenAI protocol writes it."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True)
class TextRequest:
    """What to generate.

    Attributes:
        messages: The conversation, oldest first; keep its beginning unchanged between requests so
            that the engine's prefix cache is reused.
        adapter: Name of a loaded adapter, or `None` for the plain base.
        tokens_max: Upper bound on generated tokens (>= 1).
        temperature: 0 is greedy.
        seed: Sampling seed; `None` lets the engine choose.
        stop: Texts that end the answer; never part of it.
        repeat_penalty: > 1 discourages repeating recent tokens.
    """

    messages: Sequence[Message]
    adapter: str | None = None
    tokens_max: int = 256
    temperature: float = 0.7
    top_p: float = 0.9
    seed: int | None = None
    stop: tuple[str, ...] = ()
    repeat_penalty: float = 1.1


@dataclass(frozen=True)
class Usage:
    """Tokens read and written by one request."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class TextDelta:
    """A piece of the answer; the last one has a `finish_reason` and, where known, the usage."""

    text: str
    finish_reason: Literal["stop", "length"] | None = None
    usage: Usage | None = None


@dataclass(frozen=True)
class TextCapabilities:
    """What an engine can do."""

    name: str
    context_tokens: int
    adapters: bool
    languages: tuple[str, ...] = ("en",)
    modalities_in: tuple[str, ...] = ("text",)
    modalities_out: tuple[str, ...] = ("text",)


@dataclass(frozen=True)
class AdapterFile:
    """An adapter an engine can serve.

    Attributes:
        name: What requests ask for.
        path: A GGUF LoRA file; PEFT's own files of the adapter lie beside it.
    """

    name: str
    path: Path

    @property
    def folder(self) -> Path:
        """Where PEFT's files lie."""
        return self.path.parent


class TextEngine(Protocol):
    """A base model being served."""

    @property
    def capabilities(self) -> TextCapabilities:
        """What this engine can do."""
        ...

    def stream(self, request: TextRequest) -> AsyncIterator[TextDelta]:
        """Generate. Closing the iterator (`aclose`) stops the generation at the engine.

        Raises:
            EngineMissing: the weights or the engine are not installed.
            Busy: the engine is restarting or overloaded; retry.
            BadInput: the prompt does not fit the context, or the adapter name is unknown.
        """
        ...

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Serve exactly these adapters from now on (in-flight requests finish first)."""
        ...

    async def close(self) -> None:
        """Stop every process and connection."""
        ...
