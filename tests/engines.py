"""Text engines that do exactly what a test tells them to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import AppError
from fenshen.models.text import AdapterFile, TextCapabilities, TextDelta, TextRequest, Usage


class ScriptedEngine:
    """Says the same pieces to every question.

    Args:
        deltas: What it says, piece by piece.
        fails: Raised instead of finishing.
        hold_at: Number of the piece before which it waits until `go` is set.
        clock: Is moved by `seconds_per_delta` before each piece.

    Attributes:
        requests: Every request it got.
        finished: Answers given to their end.
        cut_off: Answers that were stopped or failed.
    """

    def __init__(
        self,
        deltas: Sequence[str],
        *,
        fails: AppError | None = None,
        hold_at: int | None = None,
        clock: VirtualClock | None = None,
        seconds_per_delta: float = 0.0,
    ) -> None:
        self.capabilities = TextCapabilities("scripted", 4096, adapters=True, languages=("en", "zh"))
        self.deltas = list(deltas)
        self.fails = fails
        self.hold_at = hold_at
        self.clock = clock
        self.seconds_per_delta = seconds_per_delta
        self.go = asyncio.Event()
        self.holding = asyncio.Event()
        self.requests: list[TextRequest] = []
        self.finished = 0
        self.cut_off = 0

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """The script, as an answer to anything."""
        self.requests.append(request)
        self.cut_off += 1
        for number, text in enumerate(self.deltas):
            if number == self.hold_at:
                self.holding.set()
                await self.go.wait()
            if self.clock is not None:
                self.clock.advance(self.seconds_per_delta)
            yield TextDelta(text)
            await asyncio.sleep(0)
        if self.fails is not None:
            raise self.fails
        yield TextDelta("", "stop", Usage(10, len(self.deltas)))
        self.cut_off -= 1
        self.finished += 1

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Any adapter will do."""

    async def close(self) -> None:
        """Nothing to stop."""


def words(text: str) -> list[str]:
    """`text` as pieces of one word."""
    first, *rest = text.split(" ")
    return [first, *(f" {word}" for word in rest)]
