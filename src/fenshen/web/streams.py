"""Streams of server-sent events: kept alive by comments, resumed by event id, limited in number for each fan.

A new stream is always admitted, so that a page that is loaded again is never locked out by the connection it left
behind; the oldest is replaced and asked not to reconnect at once. Only while many replaced streams are still open,
because their clients read nothing, is a new one refused. Knows nothing about what is streamed.

Source: WHATWG HTML, server-sent events (`id:`, `Last-Event-ID`, comment lines).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from fenshen.core.errors import Busy

#: Tabs and devices that follow one call, and all calls of one fan.
PER_CALL_MAX = 8
PER_FAN_MAX = 24
#: Replaced streams that stay open; browsers close theirs within a moment.
STUCK_MAX = 48
#: A proxy may cut a connection that is silent for longer.
SILENCE_MAX_S = 10.0
#: A page whose stream was replaced asks again this late, so that two do not push each other out in turn.
REPLACED_RETRY_MS = 60_000


@dataclass(frozen=True, eq=False)
class _Stream:
    fan: str
    call_id: str
    replaced: asyncio.Event = field(default_factory=asyncio.Event)


class Streams:
    """Every open stream of this process, oldest first."""

    def __init__(self) -> None:
        self._by_fan: dict[str, list[_Stream]] = {}

    def check(self, fan: str) -> None:
        """Whether this fan may open another stream.

        Raises:
            Busy: `too_many_streams`.
        """
        if sum(stream.replaced.is_set() for stream in self._by_fan.get(fan, ())) >= STUCK_MAX:
            raise Busy(
                "too many event streams are open; close some pages", code="too_many_streams", retry_after_s=10
            )

    @contextlib.contextmanager
    def joined(self, fan: str, call_id: str) -> Iterator[asyncio.Event]:
        """Hold a stream open; the event is set when a newer one takes its place."""
        stream = _Stream(fan, call_id)
        mine = self._by_fan.setdefault(fan, [])
        mine.append(stream)
        self._make_room([other for other in mine if other.call_id == call_id], PER_CALL_MAX)
        self._make_room(mine, PER_FAN_MAX)
        try:
            yield stream.replaced
        finally:
            mine.remove(stream)
            if not mine:
                self._by_fan.pop(fan, None)

    @staticmethod
    def _make_room(streams: list[_Stream], most: int) -> None:
        staying = [stream for stream in streams if not stream.replaced.is_set()]
        for stream in staying[: max(0, len(staying) - most)]:
            stream.replaced.set()


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
