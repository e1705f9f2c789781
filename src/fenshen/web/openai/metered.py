"""A call that lasts as long as one API answer.

The protocol has no heartbeat, so we acknowledge for the client what was handed over to it, to the millisecond.
A streamed answer costs what it would in any call: the time until its last piece was taken, of which words that
came slowly count as long as they take to read, and two seconds of waiting besides. An answer that is not
streamed is all wait until it is there, so it costs the time that its words take to read: never more than it
took to come, nor than one quota. An answer that fails, or is help in a crisis, costs nothing.
Knows nothing about the protocol.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from types import TracebackType

from fenshen.billing.calls import CallState
from fenshen.core.errors import AppError, Refused, Unpaid
from fenshen.twin.reading import reading_ms
from fenshen.twin.safety import Asker
from fenshen.twin.serving import Serving
from fenshen.twin.waiting import Wait
from fenshen.wiring import App

#: How often a long answer's quotas are looked after; shorter than their validity.
BEAT_S = 5.0


class Metered:
    """Charges what is delivered; use as an async context manager around giving the answer."""

    def __init__(self, app: App, fan: str, state: CallState) -> None:
        self._app = app
        self._fan = fan
        self._state = state
        self._started_s = app.clock.monotonic()
        self._delivered_ms = 0
        self._whole_ms = 0
        self._is_free = False
        self._wait: Wait | None = None
        self._beating: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, app: App, fan: str, serving: Serving) -> Metered:
        """Reserve the first quota; the client waits from now on.

        Raises:
            Unpaid: the wallet does not cover it.
            Refused: `minor`.
        """
        await asyncio.to_thread(app.safety.check_fan, fan)
        price = serving.price_micros_per_minute
        opening = partial(app.meter.open_call, fan, serving.slug, price, serving.currency, waiting=True)
        return cls(app, fan, await asyncio.to_thread(opening))

    @property
    def asker(self) -> Asker:
        """Whose answer this is."""
        return Asker("api", self._fan, self._state.id)

    async def __aenter__(self) -> Metered:
        self._wait = Wait(self._app.meter, self._state.id, begun=True)
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beating is not None:
            self._beating.cancel()
        reason = "answered" if error is None else "cut_off"
        if isinstance(error, Exception):
            reason, self._is_free = "failed", True
        await asyncio.shield(asyncio.to_thread(self._end, reason))

    def deliver_whole(self, text: str) -> None:
        """The answer is handed over in one piece."""
        self._whole_ms = min(reading_ms(text), self._elapsed_ms())

    async def deliver(self, text: str) -> None:
        """The client took these words and everything before them.

        Raises:
            Unpaid: the wallet did not cover the next quota.
            Refused: the creator's consent was revoked, or another call of this account ended all of them.
        """
        self._delivered_ms = self._elapsed_ms()
        if self._wait is not None and text:
            await self._wait.deliver(text)
        if self._state.reason == "empty_wallet":
            raise Unpaid("the wallet is empty; top it up to go on")
        if self._state.reason in ("crisis", "minor"):
            raise Refused("this account's conversations were stopped meanwhile", code=self._state.reason)
        if self._state.reason == "revoked":
            raise Refused("this twin is not available any more", code="revoked")

    def waive(self) -> None:
        """Nothing of this answer is charged."""
        self._is_free = True

    def _end(self, reason: str) -> None:
        """Charge what was handed over; quotas that a long answer has used up stay charged."""
        meter, ours = self._app.meter, (self._state.id, self._fan)
        if self._is_free:
            meter.end_answer(*ours, reason, None)
            return
        if self._delivered_ms:
            with contextlib.suppress(AppError):
                meter.heartbeat(*ours, self._state.sequence, *divmod(self._delivered_ms, 1000))
        meter.end_answer(*ours, reason, self._whole_ms)

    def _elapsed_ms(self) -> int:
        return int((self._app.clock.monotonic() - self._started_s) * 1000)

    async def _beat(self) -> None:
        """Long answers turn their quotas over like any call."""
        meter, call_id = self._app.meter, self._state.id
        while True:
            await asyncio.sleep(BEAT_S)
            with contextlib.suppress(AppError):
                acked = divmod(self._delivered_ms, 1000)
                self._state = await asyncio.to_thread(
                    meter.heartbeat, call_id, self._fan, self._state.sequence, *acked
                )
