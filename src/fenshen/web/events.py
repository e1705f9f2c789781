"""Server-sent events: comments that keep a quiet connection alive, and ids that come back.

Source: WHATWG HTML, server-sent events (`id:`, `Last-Event-ID`, comment lines).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

#: A proxy may cut a connection that is silent for longer.
SILENCE_MAX_S = 10.0
#: A page whose stream was replaced asks again this late, so that two do not push each other out in turn.
REPLACED_RETRY_MS = 60_000


def parse_event_id(value: str | None) -> int | None:
    """The event number in a `Last-Event-ID`; anything that is not one counts as none."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 18:
        return None
    return int(value)


async def heartbeat_stream(
    lines: AsyncIterator[str], still_allowed: Callable[[], Awaitable[bool]], replaced: asyncio.Event
) -> AsyncIterator[str]:
    """`lines`, with a comment whenever nothing was sent for `SILENCE_MAX_S`, until a newer stream replaces it.

    Args:
        still_allowed: Asked before anything is sent; the stream ends when the credential that opened it is
            no longer valid.
    """
    yield ": hello\n\n"
    following = asyncio.ensure_future(anext(lines, None))
    leaving = asyncio.ensure_future(replaced.wait())
    try:
        while True:
            done, _ = await asyncio.wait(
                [following, leaving], timeout=SILENCE_MAX_S, return_when=asyncio.FIRST_COMPLETED
            )
            if not await still_allowed():
                return
            if leaving in done:
                yield f": a newer page follows\nretry: {REPLACED_RETRY_MS}\n\n"
                return
            if not done:
                yield ": still here\n\n"
                continue
            line = following.result()
            if line is None:
                return
            yield line
            following = asyncio.ensure_future(anext(lines, None))
    finally:
        following.cancel()
        leaving.cancel()
