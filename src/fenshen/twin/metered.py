"""An answer on the meter, whatever it is made of: text now, speech in the same way.

    asked → first output → delivered … → ended

There are two kinds, by who acknowledges what was received. An answer in a live call (`MeteredAnswer`) is
acknowledged by the client's heartbeats; here the meter only learns when the fan began to wait, what was delivered
and when the answer ended. A request that stands alone (`MeteredRequest`, such as one of `/v1`) has no heartbeat, so
the server acknowledges what it handed over, to the millisecond, in a call that lasts as long as the answer.

What is delivered counts in milliseconds of service: the reading time of text, the playing time of sound. A
streamed answer costs the time until its last piece was taken, of which slow output counts for its service time only,
and two seconds of waiting besides. A request answered in one piece costs the service time of the whole: never more
than it took to come, nor than one quota. An answer that fails, or that brings help in a crisis, costs nothing.
Knows nothing about transports and protocols.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from functools import partial
from types import TracebackType
from typing import Self

from fenshen.billing.calls import CallState
from fenshen.billing.meter import Meter
from fenshen.core.clock import Clock
from fenshen.core.errors import AppError, Refused, Unpaid
from fenshen.twin.reading import reading_ms
from fenshen.twin.reply import Answer, Notice, Piece
from fenshen.twin.safety import Asker, Safety, Surface
from fenshen.twin.serving import Serving

#: How often the quotas of a long request are turned over; shorter than their validity.
HEARTBEAT_S = 5.0

_log = logging.getLogger(__name__)


class MeteredAnswer:
    """An answer in a live call; use as an async context manager around giving it.

    Attributes:
        call_id: The call that it is charged to.
        first_output_ms: From the question to the first output; None before that.
        delivered_ms: Service delivered so far.
        is_waived: Nothing of it is charged.
    """

    def __init__(self, meter: Meter, clock: Clock, call_id: str) -> None:
        self.call_id = call_id
        self.first_output_ms: int | None = None
        self.delivered_ms = 0
        self.is_waived = False
        self._meter = meter
        self._clock = clock
        self._started_s = clock.monotonic()
        self._opening: asyncio.Task[CallState] | None = None

    @property
    def elapsed_ms(self) -> int:
        """Time since the question."""
        return int((self._clock.monotonic() - self._started_s) * 1000)

    async def __aenter__(self) -> Self:
        # In a task, so that the meter's transaction does not hold the answer back.
        self._opening = asyncio.create_task(asyncio.to_thread(self._meter.begin_wait, self.call_id))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opened()
        with suppress(AppError):
            await asyncio.to_thread(self._meter.end_wait, self.call_id)
        self._note("ended" if error is None else "failed")

    async def stream(
        self, events: AsyncGenerator[Piece | Notice | Answer, None]
    ) -> AsyncGenerator[Piece | Notice | Answer, None]:
        """The same events; a piece is delivered when the consumer comes back for what follows it.

        Raises:
            AppError: as `deliver`, and whatever `events` raises.
        """
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Notice):
                    self.waive()
                yield event
                await self.deliver(reading_ms(event.sealed.content) if isinstance(event, Piece) else 0)

    async def deliver(self, service_ms: int) -> None:
        """The client was handed what takes `service_ms` to read or hear, and everything before it."""
        if not service_ms:
            return
        if self.first_output_ms is None:
            self.first_output_ms = self.elapsed_ms
        self.delivered_ms += service_ms
        await self._opened()
        with suppress(AppError):
            await asyncio.to_thread(self._meter.deliver, self.call_id, service_ms)

    def waive(self) -> None:
        """Nothing of this answer is charged. In a live call it is the safety policy that pauses or ends the call."""
        self.is_waived = True

    async def _opened(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            with suppress(AppError):
                await opening

    def _note(self, outcome: str) -> None:
        facts = {"first_output_ms": self.first_output_ms, "delivered_ms": self.delivered_ms}
        _log.debug(
            "metered answer %s", outcome, extra={"call": self.call_id, "waived": self.is_waived, **facts}
        )


class MeteredRequest(MeteredAnswer):
    """An answer that is a call of its own, acknowledged by the server."""

    def __init__(self, meter: Meter, clock: Clock, asker: Asker, state: CallState) -> None:
        super().__init__(meter, clock, state.id)
        self.asker = asker
        self._state = state
        self._acked_ms = 0
        self._whole_ms = 0
        self._beating: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls, meter: Meter, clock: Clock, safety: Safety, fan: str, serving: Serving, surface: Surface = "api"
    ) -> MeteredRequest:
        """Reserve the first quota; the client waits from now on.

        Raises:
            Unpaid: the wallet does not cover it.
            Refused: `minor`; or the creator's consent does not hold.
        """
        await asyncio.to_thread(safety.check_fan, fan)
        price = serving.price_micros_per_minute
        opening = partial(meter.open_call, fan, serving.slug, price, serving.currency, waiting=True)
        state = await asyncio.to_thread(opening)
        return cls(meter, clock, Asker(surface, fan, state.id), state)

    async def __aenter__(self) -> Self:
        self._beating = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._beating is not None:
            self._beating.cancel()
        reason = "answered" if error is None else "cut_off"
        if isinstance(error, Exception):
            reason, self.is_waived = "failed", True
        await asyncio.shield(asyncio.to_thread(self._end, reason))
        self._note(reason)

    async def whole(self, events: AsyncGenerator[Piece | Notice | Answer, None]) -> Answer:
        """The answer, for a client that gets it in one piece."""
        answer: Answer | None = None
        async with aclosing(events):
            async for event in events:
                if isinstance(event, Notice):
                    self.waive()
                elif isinstance(event, Answer):
                    answer = event
        assert answer is not None
        self.deliver_whole(reading_ms(answer.sealed.content))
        return answer

    def deliver_whole(self, service_ms: int) -> None:
        """The answer is handed over in one piece that takes `service_ms` to read or hear."""
        self.first_output_ms = self.elapsed_ms
        self.delivered_ms = service_ms
        self._whole_ms = min(service_ms, self.elapsed_ms)

    async def deliver(self, service_ms: int) -> None:
        """See `MeteredAnswer.deliver`.

        Raises:
            Unpaid: the wallet did not cover the next quota.
            Refused: the creator's consent was revoked, or another call of this account ended all of them.
        """
        self._acked_ms = self.elapsed_ms
        await super().deliver(service_ms)
        if self._state.reason == "empty_wallet":
            raise Unpaid("the wallet is empty; top it up to go on")
        if self._state.reason in ("crisis", "minor"):
            raise Refused("this account's conversations were stopped meanwhile", code=self._state.reason)
        if self._state.reason == "revoked":
            raise Refused("this twin is not available any more", code="revoked")

    def _end(self, reason: str) -> None:
        """Charge what was handed over; quotas that a long answer has used up stay charged."""
        fan = self._state.fan
        if self.is_waived:
            self._meter.end_answer(self.call_id, fan, reason, None)
            return
        if self._acked_ms:
            with suppress(AppError):
                self._acknowledge()
        self._meter.end_answer(self.call_id, fan, reason, self._whole_ms)

    def _acknowledge(self) -> CallState:
        state = self._state
        return self._meter.heartbeat(state.id, state.fan, state.sequence, *divmod(self._acked_ms, 1000))

    async def _beat(self) -> None:
        """Long answers turn their quotas over like any call."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            with suppress(AppError):
                self._state = await asyncio.to_thread(self._acknowledge)
