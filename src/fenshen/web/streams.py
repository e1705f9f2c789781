"""Open event streams: how many one fan may hold, and which one goes when there are too many.

The newest always gets in, so that a page that is loaded again is never locked out by the connection it left
behind; the oldest is told to go and not to come back at once. Only when many that were told to go are still
there, because their client reads nothing, is the next one refused. Knows nothing about what flows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from fenshen.core.errors import Busy

#: Tabs and devices that follow one call, and all calls of one fan.
PER_CALL_MAX = 8
PER_FAN_MAX = 24
#: Streams that were told to go and do not; browsers leave within a moment.
STUCK_MAX = 48


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
        self._make_room([one for one in mine if one.call_id == call_id], PER_CALL_MAX)
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
