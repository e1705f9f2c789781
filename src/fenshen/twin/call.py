"""Live calls: one fan talking with one twin, metered.

Every change is an event in the call's log (`twin.live`). The meter runs while the call is open and stands while the
fan waits for an answer (`twin.metered`); whatever pauses or ends the call also stops the answer being generated.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakValueDictionary

from fenshen.billing.calls import CallState
from fenshen.billing.meter import Meter
from fenshen.core.clock import Clock
from fenshen.core.errors import AppError, Conflict
from fenshen.twin.call_answers import CallAnswers
from fenshen.twin.conversations import Conversation, Conversations
from fenshen.twin.live import LiveCall
from fenshen.twin.safety import Safety
from fenshen.twin.serving import Serving


class LiveCalls:
    """Every call served by this process.

    Args:
        serve: Gives the published twin of a slug, checking consent.
        answers: Gives the answers.
    """

    def __init__(
        self,
        meter: Meter,
        clock: Clock,
        conversations: Conversations,
        safety: Safety,
        serve: Callable[[str], Serving],
        answers: CallAnswers,
    ) -> None:
        self._meter = meter
        self._clock = clock
        self._conversations = conversations
        self._safety = safety
        self._serve = serve
        self._answers = answers
        self._live: dict[str, LiveCall] = {}
        # One opening at a time for each fan: their tabs meet in one call.
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(
        self, fan: str, slug: str, conversation_id: str | None, language: str
    ) -> tuple[LiveCall, bool]:
        """Open a metered call, or join the one this fan has with the twin; True if it is new.

        Raises:
            NotFound: no such twin, or not this fan's conversation.
            Conflict: `call_live`, a call with another twin or in another conversation has not ended.
            Refused, Unpaid: consent, a blocked account (`minor`), or the wallet does not cover one quota.
        """

        def begin() -> LiveCall:
            self._safety.check_fan(fan)
            serving, conversation = self._serve(slug), None
            if conversation_id is not None:
                conversation = self._conversations.get(conversation_id, fan)
                if conversation.creator != slug:
                    raise Conflict(f"conversation {conversation_id!r} is with another twin")
            price = serving.price_micros_per_minute
            state = self._meter.open_call(fan, slug, price, serving.currency, kind="call")
            conversation = conversation or self._conversations.start(fan, slug, language)
            self._conversations.remember_call(state.id, conversation.id)
            return self._new(state, conversation)

        async with self._opening.setdefault(fan, asyncio.Lock()):
            try:
                call = await asyncio.to_thread(begin)
            except Conflict as error:
                if error.details.get("twin") != slug:
                    raise
                call = await self.find(str(error.details["call_id"]), fan)
                if conversation_id not in (None, call.conversation.id):
                    raise
                return call, False
            self._live[call.state.id] = call
            return call, True

    async def find(self, call_id: str, fan: str) -> LiveCall:
        """The call, brought up to date.

        Raises:
            NotFound: no such call, or it is another fan's.
        """
        call = self._live.get(call_id)
        if call is None:
            state = await asyncio.to_thread(self._meter.state, call_id, fan)
            conversation = await asyncio.to_thread(self._conversations.of_call, call_id, fan)
            call = self._live.setdefault(call_id, self._new(state, conversation))
        return await self._update(call, lambda: self._meter.state(call_id, fan))

    async def ask(self, call_id: str, fan: str, text: str, turn_id: str | None) -> tuple[str, str]:
        """Start answering a question; its id and the answer's. The same `turn_id` again gives the same ids.

        Raises:
            Conflict: the call is not open, an answer is still being given, or `turn_id` had other words.
        """
        call = await self.find(call_id, fan)
        thread = call.conversation.id
        async with call.changing:
            if turn_id is not None:
                given = await asyncio.to_thread(self._conversations.answer_to, thread, turn_id, text)
                if call.is_answering and call.question_id == turn_id:
                    given = call.answer_id
                if given is not None:
                    return turn_id, given
            self._check_can_answer(call)
            add = functools.partial(self._conversations.add_question, call_id=call_id, turn_id=turn_id)
            question = await asyncio.to_thread(add, thread, fan, text)
            call.publish("turn", question)
            return question.id, self._answers.start(call, question)

    async def retry(self, call_id: str, fan: str, turn_id: str) -> tuple[str, str]:
        """Answer an earlier question again; the first answer is kept as an alternative.

        Raises:
            Conflict: as `ask`.
            NotFound: the conversation has no such turn.
        """
        call = await self.find(call_id, fan)
        async with call.changing:
            self._check_can_answer(call)
            question = await asyncio.to_thread(self._conversations.question_of, call.conversation.id, turn_id)
            return question.id, self._answers.start(call, question)

    async def stop(self, call_id: str, fan: str, turn_id: str) -> None:
        """Stop an answer being given, named by its own id or its question's; one that is finished stays."""
        call = await self.find(call_id, fan)
        if turn_id in (call.answer_id, call.question_id):
            await call.cancel_answer()

    async def heartbeat(self, call_id: str, fan: str, seq: int, acked_ms: int) -> LiveCall:
        """Take the client's acknowledgement."""
        beat = functools.partial(self._meter.heartbeat, call_id, fan, seq, *divmod(acked_ms, 1000))
        return await self._change(call_id, fan, beat)

    async def pause(self, call_id: str, fan: str, *, leaving: bool = False) -> LiveCall:
        """Stop the meter until the fan resumes; from a page that is left, unless another follows the call."""
        if not leaving:
            return await self._change(call_id, fan, lambda: self._meter.pause(call_id, "user", fan))
        call = await self.find(call_id, fan)
        call.was_left = True
        return call

    async def resume(self, call_id: str, fan: str, acked_ms: int = 0) -> LiveCall:
        """Go on after a pause, if consent and the wallet allow."""
        call, acked = await self.find(call_id, fan), divmod(acked_ms, 1000)
        await asyncio.to_thread(self._safety.check_fan, fan)
        await asyncio.to_thread(self._serve, call.state.subject)
        return await self._change(call_id, fan, lambda: self._meter.resume(call_id, fan, *acked))

    async def end(self, call_id: str, fan: str, acked_ms: int, reason: str = "user") -> LiveCall:
        """End the call."""
        acked = divmod(acked_ms, 1000)
        call = await self._change(call_id, fan, lambda: self._meter.end(call_id, fan, reason, *acked))
        self._live.pop(call_id, None)
        return call

    async def tick(self) -> None:
        """Once a second: let the meter pause and expire what is due, and show what changed."""
        await asyncio.to_thread(self._meter.sweep)
        for call_id, call in list(self._live.items()):
            look = functools.partial(self._meter.state, call_id, None)
            if call.take_left():
                look = functools.partial(self._meter.pause, call_id, "user")
            try:
                await self._update(call, look)
            except AppError as error:  # its records are gone
                call.publish("problem", error)
                call.state = replace(call.state, status="ended")
            if call.state.status == "ended":
                await call.cancel_answer()
                self._live.pop(call_id, None)

    async def end_all_of(self, slug: str, reason: str) -> None:
        """End every live call of a twin now."""
        await asyncio.to_thread(self._meter.end_all_for_subject, slug, reason)
        await self.tick()

    async def close(self) -> None:
        """Stop every answer; the calls themselves are settled when the service starts again."""
        for call in list(self._live.values()):
            await call.cancel_answer()

    def _new(self, state: CallState, conversation: Conversation) -> LiveCall:
        return LiveCall(state, conversation, next_event=int(self._clock.now().timestamp() * 1000))

    async def _change(self, call_id: str, fan: str, change: Callable[[], CallState]) -> LiveCall:
        return await self._update(await self.find(call_id, fan), change)

    async def _update(self, call: LiveCall, read: Callable[[], CallState]) -> LiveCall:
        await call.update(read)
        return call

    def _check_can_answer(self, call: LiveCall) -> None:
        if call.state.status != "open":
            raise Conflict(
                f"the call is {call.state.status} ({call.state.reason}); resume it or open another",
                code=f"call_{call.state.status}",
            )
        if call.is_answering:
            raise Conflict("an answer is still being given; stop it first", code="still_answering")
