"""A stream that works before anybody reads it: the engine reads its prompt while a quote is being sent.

Knows nothing about what is streamed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any, TypeVar, cast

T = TypeVar("T")
_END = object()


@asynccontextmanager
async def begun_at_once(stream: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """What `stream` gives, its first piece asked for at once; leaving the block closes it."""
    async with aclosing(cast(AsyncGenerator[T, None], stream)) as pieces:
        first: asyncio.Task[Any] = asyncio.ensure_future(_first(pieces))
        try:
            await asyncio.sleep(
                0
            )  # what the caller does before it first waits must not hold the request back
            yield _all(first, pieces)
        finally:
            if not first.done():
                first.cancel()
                with suppress(asyncio.CancelledError):
                    await first
            elif not first.cancelled():
                # Asked for, so that a failure nobody came to hear of is not reported as forgotten.
                first.exception()


async def _first(pieces: AsyncIterator[T]) -> Any:
    return await anext(pieces, _END)


async def _all(first: asyncio.Task[Any], pieces: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    piece = await first
    if piece is not _END:
        yield piece
        async for piece in pieces:
            yield piece
