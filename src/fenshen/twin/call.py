"""Live calls: one fan talking with one twin, metered. The one file that knows both answers and money.

Every change is an event in the call's log (`twin.live`). The meter runs while the call is open, stands
while the fan waits for our engine, and whatever pauses or ends the call also stops the answer being
generated.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from datetime import datetime

from fenshen.billing.calls import CallState
from fenshen.billing.meter import Meter
from fenshen.core.errors import AppError, Conflict
from fenshen.trust.labels import seal_text
from fenshen.twin.conversations import Conversation, Conversations, Turn, TurnStatus
from fenshen.twin.live import Event, LiveCall
from fenshen.twin.reply import PRODUCER, Answer, Notice, Piece, Question
from fenshen.twin.safety import Asker, Safety
from fenshen.twin.serving import Serving
from fenshen.twin.waiting import Wait

_log = logging.getLogger(__name__)


class LiveCalls:
    """Every call served by this process.

    Args:
        serve: Gives the published twin of a slug, checking consent.
        new_id: Names answers.
        now: Source of wall time.
        changed: What to say when another version answers a conversation than before, `None` for nothing.
    """

    def __init__(
        self,
        meter: Meter,
        conversations: Conversations,
        safety: Safety,
        serve: Callable[[str], Serving],
        new_id: Callable[[str], str],
        now: Callable[[], datetime],
        changed: Callable[[Conversation, str], str | None],
    ) -> None:
        self._meter = meter
        self._conversations = conversations
        self._safety = safety
        self._serve = serve
        self._new_id = new_id
        self._now = now
        self._changed = changed
        self._live: dict[str, LiveCall] = {}

    async def open(self, fan: str, slug: str, conversation_id: str | None, language: str) -> LiveCall:
        """Open a metered call.

        Raises:
            NotFound: no such twin, or not this fan's conversation.
            Refused, Unpaid: consent, a blocked account (`minor`), or the wallet does not cover one quota.
        """

        def begin() -> LiveCall:
            self._safety.check_fan(fan)
            serving = self._serve(slug)
            if conversation_id is None:
                conversation = self._conversations.start(fan, slug, language)
            else:
                conversation = self._conversations.get(conversation_id, fan)
                if conversation.creator != slug:
                    raise Conflict(f"conversation {conversation_id!r} is with another twin")
            state = self._meter.open_call(fan, slug, serving.price_micros_per_minute, serving.currency)
            self._conversations.remember_call(state.id, conversation.id)
            return self._new(state, conversation)

        call = await asyncio.to_thread(begin)
        self._live[call.state.id] = call
        return call

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
        """Take a question and start answering it; the ids of the question and of the answer to come.

        The same `turn_id` sent again gives the same ids and no second answer.

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
            question = await asyncio.to_thread(
                self._conversations.add_question, thread, text, call_id, turn_id
            )
            call.publish("turn", question)
            return question.id, self._start_answer(call, question)

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
            return question.id, self._start_answer(call, question)

    async def stop(self, call_id: str, fan: str, turn_id: str) -> None:
        """Stop an answer being given, named by its own id or its question's; what was said stays.

        One that is already finished is left as it is, so a late stop never cuts off the next answer.
        """
        call = await self.find(call_id, fan)
        if turn_id in (call.answer_id, call.question_id):
            await call.cancel_answer()

    async def heartbeat(self, call_id: str, fan: str, seq: int, acked_s: int) -> LiveCall:
        """Take the client's acknowledgement."""
        return await self._change(call_id, fan, lambda: self._meter.heartbeat(call_id, fan, seq, acked_s))

    async def pause(self, call_id: str, fan: str) -> LiveCall:
        """Stop the meter until the fan resumes."""
        return await self._change(call_id, fan, lambda: self._meter.pause(call_id, "user", fan))

    async def resume(self, call_id: str, fan: str) -> LiveCall:
        """Go on after a pause, if consent and the wallet allow."""
        call = await self.find(call_id, fan)
        await asyncio.to_thread(self._safety.check_fan, fan)
        await asyncio.to_thread(self._serve, call.state.subject)
        return await self._change(call_id, fan, lambda: self._meter.resume(call_id, fan))

    async def end(self, call_id: str, fan: str, acked_s: int) -> LiveCall:
        """End the call."""
        call = await self._change(call_id, fan, lambda: self._meter.end(call_id, fan, "user", acked_s))
        self._live.pop(call_id, None)
        return call

    async def follow(self, call_id: str, fan: str, after: int | None) -> AsyncIterator[Event]:
        """The call's events; see `LiveCall.follow`."""
        call = await self.find(call_id, fan)
        async for event in call.follow(after):
            yield event

    async def tick(self) -> None:
        """Once a second: let the meter pause and expire what is due, and show what changed."""
        await asyncio.to_thread(self._meter.sweep)
        for call_id, call in list(self._live.items()):
            await self._update(call, functools.partial(self._meter.state, call_id, None))
            if call.state.status == "ended":
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
        return LiveCall(state, conversation, next_event=int(self._now().timestamp() * 1000))

    async def _change(self, call_id: str, fan: str, change: Callable[[], CallState]) -> LiveCall:
        return await self._update(await self.find(call_id, fan), change)

    async def _update(self, call: LiveCall, read: Callable[[], CallState]) -> LiveCall:
        """Read or change the state, and publish it if it is new; a call that no longer runs stops talking."""
        async with call.changing:
            state = await asyncio.to_thread(read)
            if state != call.state:
                call.state = state
                call.publish("state", state)
        if state.status != "open":
            await call.cancel_answer()
        return call

    def _check_can_answer(self, call: LiveCall) -> None:
        if call.state.status != "open":
            raise Conflict(
                f"the call is {call.state.status} ({call.state.reason}); resume it or open another",
                code=f"call_{call.state.status}",
            )
        if call.is_answering:
            raise Conflict("an answer is still being given; stop it first", code="still_answering")

    def _start_answer(self, call: LiveCall, question: Turn) -> str:
        answer_id = self._new_id("turn")
        call.begin_answer(question.id, answer_id)
        call.answering = asyncio.create_task(self._answer(call, question, answer_id))
        return answer_id

    async def _answer(self, call: LiveCall, question: Turn, answer_id: str) -> None:
        """Give one answer and store it, whatever happens to it."""
        waiting = Wait(self._meter, call.state.id)
        turn: Turn | None = None
        version_id: str | None = None
        try:
            serving = await asyncio.to_thread(self._serve, call.state.subject)
            version_id = serving.version.id
            if change := await asyncio.to_thread(self._changed, call.conversation, version_id):
                call.publish("notice", {"kind": "updated", "text": change})
            history = await asyncio.to_thread(self._conversations.history, call.conversation.id, question.id)
            asked = Question(question.text, answer_id, history)
            asker = Asker("call", call.state.fan, call.state.id)
            async with aclosing(self._safety.answer(serving, asked, asker)) as events:
                async for event in events:
                    if isinstance(event, Piece):
                        call.say(event.sealed.text)
                        if not event.is_quote:
                            await waiting.end()
                    elif isinstance(event, Notice):
                        call.finishing = True
                        call.publish("notice", {"kind": event.kind, "text": event.text})
                        await self._update(call, functools.partial(self._meter.state, call.state.id, None))
                    else:
                        turn = self._turn(answer_id, question, event)
        except asyncio.CancelledError:
            turn = turn or self._cut_turn(call, answer_id, question, "stopped")
        except AppError as error:
            call.publish("problem", error)
            turn = self._cut_turn(call, answer_id, question, "failed")
        except Exception:
            _log.exception("an answer failed", extra={"call": call.state.id})
            call.publish("problem", AppError("the answer failed on our side", code="internal"))
            turn = self._cut_turn(call, answer_id, question, "failed")
        call.finishing = True
        try:
            if turn is not None:
                await self._keep(call, turn, version_id)
        finally:
            call.end_answer()
            await waiting.end()

    async def _keep(self, call: LiveCall, turn: Turn, version_id: str | None) -> None:
        """Store an answer and show it; in a conversation deleted meanwhile there is nowhere to put it."""
        call_id, thread = call.state.id, call.conversation.id
        try:
            await asyncio.to_thread(
                self._conversations.add_answer, thread, turn, call_id=call_id, version_id=version_id
            )
        except AppError as error:
            call.publish("problem", error)
        else:
            call.publish("turn", turn)

    def _turn(self, answer_id: str, question: Turn, answer: Answer) -> Turn:
        return Turn(
            id=answer_id,
            role="assistant",
            text=answer.sealed.text,
            status=answer.status,
            at=self._now(),
            parent_id=question.id,
            citations=[citation.as_json() for citation in answer.citations],
            label=answer.sealed.label,
        )

    def _cut_turn(self, call: LiveCall, answer_id: str, question: Turn, status: TurnStatus) -> Turn:
        """What was said of an answer that was cut off, labelled like any other."""
        sealed = seal_text(call.said.strip(), PRODUCER, answer_id)
        return Turn(answer_id, "assistant", sealed.text, status, self._now(), question.id, label=sealed.label)
