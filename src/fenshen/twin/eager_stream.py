"""A stream whose first piece is requested at once: the engine reads its prompt while a quotation is being sent.

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
async def eager_stream(stream: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """The pieces of `stream`, the first one prefetched; leaving the block closes it."""
    async with aclosing(cast(AsyncGenerator[T, None], stream)) as pieces:
        first: asyncio.Task[Any] = asyncio.ensure_future(_first(pieces))
        try:
            # What the caller does before its first await must not hold the request back.
            await asyncio.sleep(0)
            yield _all(first, pieces)
        finally:
            if not first.done():
                first.cancel()
                with suppress(asyncio.CancelledError):
                    await first
            elif not first.cancelled():
                # Read, so that a failure which the caller never awaited is not reported as forgotten.
                first.exception()


async def _first(pieces: AsyncIterator[T]) -> Any:
    return await anext(pieces, _END)


async def _all(first: asyncio.Task[Any], pieces: AsyncIterator[T]) -> AsyncGenerator[T, None]:
    piece = await first
    if piece is not _END:
        yield piece
        async for piece in pieces:
            yield piece
