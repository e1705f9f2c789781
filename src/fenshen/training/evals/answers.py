"""Asking an engine many things at once, with the settings every level shares.

Knows nothing about levels or measures.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from fenshen.models.text import Message, TextEngine, TextRequest

IN_FLIGHT = 4


@dataclass(frozen=True)
class Decoding:
    """How answers are drawn: the same at every level, and as fans get them."""

    temperature: float = 0.4
    top_p: float = 0.9
    repeat_penalty: float = 1.15
    seed: int = 7

    def request(self, messages: Sequence[Message], adapter: str | None, tokens_max: int) -> TextRequest:
        """A request with these settings."""
        return TextRequest(
            messages,
            adapter,
            tokens_max,
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            repeat_penalty=self.repeat_penalty,
        )


@dataclass(frozen=True)
class Told:
    """One answer: how many tokens, how long until the first and until the last, seconds."""

    text: str
    tokens: int
    first_s: float
    seconds: float


async def tell(engine: TextEngine, request: TextRequest) -> Told:
    """One answer in full.

    Raises:
        AppError: as the engine's `stream`.
    """
    started = time.perf_counter()
    pieces: list[str] = []
    tokens, first_s = 0, 0.0
    stream: Any = engine.stream(request)
    async with aclosing(stream) as deltas:
        async for delta in deltas:
            first_s = first_s or time.perf_counter() - started
            pieces.append(delta.text)
            tokens = delta.usage.completion_tokens if delta.usage else tokens
    return Told("".join(pieces).strip(), tokens or len(pieces), first_s, time.perf_counter() - started)


async def tell_all(
    engine: TextEngine, requests: Sequence[TextRequest], told: Callable[[], None]
) -> list[str]:
    """Answers in the order of `requests`, a few at a time; `told` is called after each.

    Raises:
        AppError: as the engine's `stream`; the other requests are stopped.
    """
    free = asyncio.Semaphore(IN_FLIGHT)

    async def one(request: TextRequest) -> str:
        async with free:
            answer = await tell(engine, request)
        told()
        return answer.text

    tasks = [asyncio.create_task(one(request)) for request in requests]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
