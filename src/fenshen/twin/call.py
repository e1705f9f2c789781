"""A live call: one fan talking with one twin, metered. The one file that knows both answers and money.

Every change is an event in the call's log, which any number of connections of that fan follow and
resume by id. The meter runs while the call is open, stands while the fan waits for our engine, and
whatever pauses or ends the call also stops the answer being generated. State lives in the ledger and
in the conversation; this object can be lost at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fenshen.billing.calls import CallState
from fenshen.billing.meter import Meter
from fenshen.core.errors import AppError, Conflict
from fenshen.twin.conversations import Conversation, Conversations, Turn
from fenshen.twin.reply import Answer, Notice, Piece, Question, Replier
from fenshen.twin.serving import Serving

#: Events kept for a connection that comes back; older ones are replaced by the state as it is.
EVENTS_KEPT = 2_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """One line of a call's log; `name` is state, delta, turn, notice or problem."""

    id: int
    name: str
    data: Any


@dataclass
class LiveCall:
    """The part of a call that lives in this process."""

    state: CallState
    conversation: Conversation
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    bells: set[asyncio.Event] = field(default_factory=set)
    next_event: int = 1
    answering: asyncio.Task[None] | None = None
    answer_id: str | None = None
    said: str = ""
    stopped_by_fan: bool = False


class LiveCalls:
    """Every call served by this process.

    Args:
        serve: Gives the published twin of a slug, checking consent.
        new_id: Names answers.
        now: Source of wall time.
    """

    def __init__(
        self,
        meter: Meter,
        conversations: Conversations,
        replier: Replier,
        serve: Callable[[str], Serving],
        new_id: Callable[[str], str],
        now: Callable[[], datetime],
    ) -> None:
        self._meter = meter
        self._conversations = conversations
        self._replier = replier
        self._serve = serve
        self._new_id = new_id
        self._now = now
        self._live: dict[str, LiveCall] = {}

    async def open(self, fan: str, slug: str, conversation_id: str | None, language: str) -> LiveCall:
        """Open a metered call.

        Raises:
            NotFound: no such twin, or not this fan's conversation.
            Refused, Unpaid: consent, or the wallet does not cover one quota.
        """

        def begin() -> LiveCall:
            serving = self._serve(slug)
            if conversation_id is None:
                conversation = self._conversations.start(fan, slug, language)
            else:
                conversation = self._conversations.get(conversation_id, fan)
                if conversation.creator != slug:
                    raise Conflict(f"conversation {conversation_id!r} is with another twin")
            state = self._meter.open_call(fan, slug, serving.price_micros_per_minute, serving.currency)
            self._conversations.remember_call(state.id, conversation.id)
            return LiveCall(state, conversation)

        call = await asyncio.to_thread(begin)
        self._live[call.state.id] = call
        return call

    async def find(self, call_id: str, fan: str) -> LiveCall:
        """The call, brought up to date.

        Raises:
            NotFound: no such call, or it is another fan's.
        """
        state = await asyncio.to_thread(self._meter.state, call_id, fan)
        call = self._live.get(call_id)
        if call is None:
            conversation = await asyncio.to_thread(self._conversations.of_call, call_id, fan)
            call = self._live.setdefault(call_id, LiveCall(state, conversation))
        await self._show(call, state)
        return call

    async def ask(self, call_id: str, fan: str, text: str, turn_id: str | None) -> tuple[str, str]:
        """Take a question and start answering it; the ids of the question and of the answer to come.

        Raises:
            Conflict: the call is not open, or an answer is still being given.
        """
        call = await self.find(call_id, fan)
        self._check_can_answer(call)
        question = await asyncio.to_thread(
            self._conversations.add_question, call.conversation.id, text, call_id, turn_id
        )
        self._publish(call, "turn", question)
        return question.id, self._start_answer(call, question)

    async def retry(self, call_id: str, fan: str, turn_id: str) -> tuple[str, str]:
        """Answer an earlier question again; the first answer is kept as an alternative."""
        call = await self.find(call_id, fan)
        self._check_can_answer(call)
        question = await asyncio.to_thread(self._conversations.question_of, call.conversation.id, turn_id)
        return question.id, self._start_answer(call, question)

    async def stop(self, call_id: str, fan: str) -> None:
        """Stop the answer being given, if any; what was said so far stays."""
        call = await self.find(call_id, fan)
        call.stopped_by_fan = True
        await self._cancel(call)

    async def heartbeat(self, call_id: str, fan: str, seq: int, acked_s: int) -> LiveCall:
        """Take the client's acknowledgement."""
        return await self._change(call_id, fan, lambda: self._meter.heartbeat(call_id, fan, seq, acked_s))

    async def pause(self, call_id: str, fan: str) -> LiveCall:
        """Stop the meter until the fan resumes."""
        return await self._change(call_id, fan, lambda: self._meter.pause(call_id, "user", fan))

    async def resume(self, call_id: str, fan: str) -> LiveCall:
        """Go on after a pause, if consent and the wallet allow."""
        call = await self.find(call_id, fan)
        await asyncio.to_thread(self._serve, call.state.subject)
        return await self._change(call_id, fan, lambda: self._meter.resume(call_id, fan))

    async def end(self, call_id: str, fan: str, acked_s: int) -> LiveCall:
        """End the call."""
        call = await self._change(call_id, fan, lambda: self._meter.end(call_id, fan, "user", acked_s))
        self._live.pop(call_id, None)
        return call

    async def follow(self, call_id: str, fan: str, after: int | None) -> AsyncIterator[Event]:
        """Events after `after`, then new ones as they come, until the call has ended.

        A connection that is new, or away for too long, first gets the state and the answer so far.
        """
        call = await self.find(call_id, fan)
        oldest = call.events[0].id if call.events else call.next_event
        if after is None or not oldest - 1 <= after < call.next_event:
            after = call.next_event - 1
            yield Event(after, "state", call.state)
            if call.answer_id is not None and call.said:
                yield Event(after, "delta", {"answer_id": call.answer_id, "text": call.said})
        bell = asyncio.Event()
        call.bells.add(bell)
        try:
            while True:
                bell.clear()
                for event in [e for e in call.events if e.id > after]:
                    after = event.id
                    yield event
                if call.state.status == "ended":
                    return
                await bell.wait()
        finally:
            call.bells.discard(bell)

    async def tick(self) -> None:
        """Once a second: let the meter pause and expire what is due, and show what changed."""
        await asyncio.to_thread(self._meter.sweep)
        for call_id, call in list(self._live.items()):
            state = await asyncio.to_thread(self._meter.state, call_id, None)
            await self._show(call, state)
            if state.status == "ended":
                self._live.pop(call_id, None)

    async def end_all_of(self, slug: str, reason: str) -> None:
        """End every live call of a twin now."""
        await asyncio.to_thread(self._meter.end_all_for_subject, slug, reason)
        await self.tick()

    async def close(self) -> None:
        """Stop every answer; the calls themselves are settled when the service starts again."""
        for call in self._live.values():
            await self._cancel(call)

    async def _change(self, call_id: str, fan: str, change: Callable[[], CallState]) -> LiveCall:
        call = await self.find(call_id, fan)
        await self._show(call, await asyncio.to_thread(change))
        return call

    async def _show(self, call: LiveCall, state: CallState) -> None:
        """Keep and publish a state; a call that no longer runs stops talking."""
        if state == call.state:
            return
        call.state = state
        self._publish(call, "state", state)
        if state.status != "open":
            await self._cancel(call)

    def _check_can_answer(self, call: LiveCall) -> None:
        if call.state.status != "open":
            raise Conflict(
                f"the call is {call.state.status} ({call.state.reason}); resume it or open another",
                code=f"call_{call.state.status}",
            )
        if call.answering is not None and not call.answering.done():
            raise Conflict("an answer is still being given; stop it first", code="still_answering")

    def _start_answer(self, call: LiveCall, question: Turn) -> str:
        call.answer_id, call.said, call.stopped_by_fan = self._new_id("turn"), "", False
        call.answering = asyncio.create_task(self._answer(call, question, call.answer_id))
        return call.answer_id

    async def _answer(self, call: LiveCall, question: Turn, answer_id: str) -> None:
        """Give one answer and store it, whatever happens to it."""
        waiting: asyncio.Task[CallState] | None = asyncio.create_task(
            asyncio.to_thread(self._meter.begin_wait, call.state.id)
        )
        turn: Turn | None = None
        version_id: str | None = None
        try:
            serving = await asyncio.to_thread(self._serve, call.state.subject)
            version_id = serving.version.id
            history = await asyncio.to_thread(self._conversations.history, call.conversation.id, question.id)
            asked = Question(question.text, answer_id, history)
            async for event in self._replier.answer(serving, asked):
                if isinstance(event, Piece):
                    self._say(call, answer_id, event.sealed.text)
                    if waiting is not None:
                        await self._end_wait(call, waiting)
                        waiting = None
                elif isinstance(event, Notice):
                    self._publish(call, "notice", {"kind": event.kind, "text": event.text})
                    await self._heed(call, event)
                else:
                    turn = self._turn(answer_id, question, event)
        except asyncio.CancelledError:
            turn = self._cut_turn(call, answer_id, question, "stopped")
        except AppError as error:
            self._publish(call, "problem", error)
            turn = self._cut_turn(call, answer_id, question, "failed")
        except Exception:
            _log.exception("an answer failed", extra={"call": call.state.id})
            self._publish(call, "problem", AppError("the answer failed on our side", code="internal"))
            turn = self._cut_turn(call, answer_id, question, "failed")
        finally:
            call.answer_id = None
        if turn is not None:
            await asyncio.to_thread(
                self._conversations.add_answer,
                call.conversation.id,
                turn,
                call_id=call.state.id,
                version_id=version_id,
            )
            self._publish(call, "turn", turn)
        if waiting is not None:
            await self._end_wait(call, waiting)

    async def _heed(self, call: LiveCall, notice: Notice) -> None:
        """Nobody pays for a crisis, and neither a minor nor a conversation gone wrong goes on."""
        call_id = call.state.id
        if notice.kind == "crisis":
            state = await asyncio.to_thread(self._meter.pause, call_id, "crisis")
        else:
            state = await asyncio.to_thread(self._meter.end, call_id, None, notice.kind)
        await self._show(call, state)

    def _say(self, call: LiveCall, answer_id: str, text: str) -> None:
        call.said += text
        self._publish(call, "delta", {"answer_id": answer_id, "text": text})

    async def _end_wait(self, call: LiveCall, waiting: asyncio.Task[CallState]) -> None:
        with contextlib.suppress(AppError):
            await waiting
            await asyncio.to_thread(self._meter.end_wait, call.state.id)

    async def _cancel(self, call: LiveCall) -> None:
        task = call.answering
        if task is not None and not task.done() and task is not asyncio.current_task():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

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

    def _cut_turn(self, call: LiveCall, answer_id: str, question: Turn, status: Any) -> Turn:
        return Turn(answer_id, "assistant", call.said.strip(), status, self._now(), question.id)

    def _publish(self, call: LiveCall, name: str, data: Any) -> None:
        call.events.append(Event(call.next_event, name, data))
        call.next_event += 1
        for bell in call.bells:
            bell.set()
