"""The time of one answer as the meter counts it: words cost what they take to read, waiting hardly anything.

Knows nothing about answers but their words.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fenshen.billing.meter import Meter
from fenshen.core.errors import AppError
from fenshen.twin.reading import reading_ms


class Wait:
    """One answer, from now until `end`.

    Args:
        meter: Is told when the answer is asked for, when words are out and when it is whole.
        call_id: Whose fan is waiting.
        begun: The meter knows already, because the call was opened `waiting`.
    """

    def __init__(self, meter: Meter, call_id: str, *, begun: bool = False) -> None:
        self._meter = meter
        self._call_id = call_id
        self._beginning = None if begun else asyncio.create_task(asyncio.to_thread(meter.begin_wait, call_id))

    async def deliver(self, text: str) -> None:
        """These words are out."""
        await self._begun()
        with suppress(AppError):
            await asyncio.to_thread(self._meter.deliver, self._call_id, reading_ms(text))

    async def end(self) -> None:
        """The last word is out, or none will come."""
        await self._begun()
        with suppress(AppError):
            await asyncio.to_thread(self._meter.end_wait, self._call_id)

    async def _begun(self) -> None:
        beginning, self._beginning = self._beginning, None
        if beginning is not None:
            with suppress(AppError):
                await beginning
