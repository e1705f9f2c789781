"""A call that lasts as long as one API answer. What was delivered to the client is acknowledged by us,
because the protocol has no heartbeat: the time until the last byte was handed over, rounded down.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType

from fenshen.billing.calls import CallState
from fenshen.twin.serving import Serving
from fenshen.wiring import App

BEAT_S = 5.0


class Metered:
    """Charges the time an answer takes; use as an async context manager around giving it."""

    def __init__(self, app: App, fan: str, state: CallState) -> None:
        self._app = app
        self._fan = fan
        self._state = state
        self._started_s = app.clock.monotonic()
        self._beating: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, app: App, fan: str, serving: Serving) -> Metered:
        """Reserve the first quota.

        Raises:
            Unpaid: the wallet does not cover it.
        """
        price = serving.price_micros_per_minute
        state = await asyncio.to_thread(app.meter.open_call, fan, serving.slug, price, serving.currency)
        return cls(app, fan, state)

    async def __aenter__(self) -> Metered:
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        reason = "answered" if error is None else "cut_off"
        await asyncio.shield(
            asyncio.to_thread(self._app.meter.end, self._state.id, self._fan, reason, self._elapsed_s())
        )

    def _elapsed_s(self) -> int:
        return int(self._app.clock.monotonic() - self._started_s)

    async def _beat(self) -> None:
        """Long answers turn their quotas over like any call."""
        meter, call_id = self._app.meter, self._state.id
        while True:
            await asyncio.sleep(BEAT_S)
            self._state = await asyncio.to_thread(
                meter.heartbeat, call_id, self._fan, self._state.sequence, self._elapsed_s()
            )
