"""The time a fan waits for the first words of an answer, of which at most two seconds are charged.

Knows nothing about answers.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fenshen.billing.meter import Meter
from fenshen.core.errors import AppError


class Wait:
    """One wait, from now until `end`.

    Args:
        meter: Is told when the wait begins and ends.
        call_id: Whose fan is waiting.
        begun: The meter knows already, because the call was opened `waiting`.
    """

    def __init__(self, meter: Meter, call_id: str, *, begun: bool = False) -> None:
        self._meter = meter
        self._call_id = call_id
        self._over = False
        self._beginning = None if begun else asyncio.create_task(asyncio.to_thread(meter.begin_wait, call_id))

    async def end(self) -> None:
        """The first words are out, or none will come; more than once changes nothing."""
        if self._over:
            return
        self._over = True
        with suppress(AppError):
            if self._beginning is not None:
                await self._beginning
            await asyncio.to_thread(self._meter.end_wait, self._call_id)
