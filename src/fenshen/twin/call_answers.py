"""The answers of live calls: each one generated, metered, published piece by piece and stored, whole or cut off.

    question → serving → safety → pieces, notices → turn

An answer in a call is a task of its own; whatever pauses or ends the call cancels it, and what was given until then
is kept. Knows nothing about how calls are opened or who follows them.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace

from fenshen.billing.meter import Meter
from fenshen.core.clock import Clock
from fenshen.core.errors import AppError
from fenshen.trust.labels import Sealed, seal_text
from fenshen.twin.changes import Changes
from fenshen.twin.citations import Citation
from fenshen.twin.conversations import Conversations, Turn, TurnStatus
from fenshen.twin.live import LiveCall
from fenshen.twin.metered import MeteredAnswer
from fenshen.twin.reply import PRODUCER, Answer, Notice, Piece, Question
from fenshen.twin.safety import Asker, Safety
from fenshen.twin.serving import Serving

_log = logging.getLogger(__name__)


class CallAnswers:
    """Gives answers in live calls.

    Args:
        serve: Gives the published twin of a slug, checking consent.
        changes: Knows what to say when another version answers than before.
    """

    def __init__(
        self,
        meter: Meter,
        clock: Clock,
        conversations: Conversations,
        safety: Safety,
        serve: Callable[[str], Serving],
        changes: Changes,
    ) -> None:
        self._meter = meter
        self._clock = clock
        self._conversations = conversations
        self._safety = safety
        self._serve = serve
        self._changes = changes

    def start(self, call: LiveCall, question: Turn) -> str:
        """Begin to answer a question of the call; the answer's id."""
        draft = Turn(
            id=self._conversations.new_turn_id(),
            role="assistant",
            speaker=call.state.subject,
            text="",
            status="stopped",
            at=self._clock.now(),
            parent_id=question.id,
        )
        call.begin_answer(question.id, draft.id)
        call.answering = asyncio.create_task(self._answer(call, question, draft))
        return draft.id

    async def _answer(self, call: LiveCall, question: Turn, draft: Turn) -> None:
        """Give one answer and store it, whatever happens to it."""
        async with MeteredAnswer(self._meter, self._clock, call.state.id) as metered:
            turn = draft
            version_id: str | None = None
            try:
                serving = await asyncio.to_thread(self._serve, call.state.subject)
                version_id = serving.version.id
                async with aclosing(
                    metered.stream(self._events(call, question, serving, draft.id))
                ) as events:
                    async for event in events:
                        if isinstance(event, Answer):
                            turn = self._filled(draft, event.status, event.sealed, event.citations)
                        else:
                            await self._publish(call, event)
            except asyncio.CancelledError:
                if turn is draft:
                    turn = self._cut(draft, "stopped", call.words)
            except AppError as error:
                call.publish("problem", error)
                turn = self._cut(draft, "failed", call.words)
            except Exception:
                _log.exception("an answer failed", extra={"call": call.state.id})
                call.publish("problem", AppError("the answer failed on our side", code="internal"))
                turn = self._cut(draft, "failed", call.words)
            call.finishing = True
            try:
                await self._store(call, turn, version_id)
            finally:
                call.end_answer()

    async def _events(
        self, call: LiveCall, question: Turn, serving: Serving, answer_id: str
    ) -> AsyncGenerator[Piece | Notice | Answer, None]:
        """The answer's events, from the conversation as it stands."""
        thread, version_id = call.conversation, serving.version.id
        if update := await asyncio.to_thread(self._changes.notice_in_call, thread, version_id):
            call.publish("notice", {"kind": "updated", "text": update})
        history = await asyncio.to_thread(self._conversations.history, thread.id, question.id)
        asker = Asker("call", call.state.fan, call.state.id)
        events = self._safety.answer(serving, Question(question.text, answer_id, history), asker)
        async with aclosing(events):
            async for event in events:
                yield event

    async def _publish(self, call: LiveCall, event: Piece | Notice) -> None:
        if isinstance(event, Piece):
            call.add_words(event.sealed)
            return
        call.finishing = True
        call.publish("notice", {"kind": event.kind, "text": event.text})
        await call.update(functools.partial(self._meter.state, call.state.id, None))

    def _cut(self, draft: Turn, status: TurnStatus, words: str) -> Turn:
        """What was given of an answer that was stopped or failed."""
        return self._filled(draft, status, seal_text(words.strip(), PRODUCER, draft.id))

    def _filled(
        self, draft: Turn, status: TurnStatus, sealed: Sealed[str], citations: Sequence[Citation] = ()
    ) -> Turn:
        return replace(
            draft,
            text=sealed.content,
            status=status,
            at=self._clock.now(),
            citations=[citation.as_json() for citation in citations],
            label=sealed.label,
        )

    async def _store(self, call: LiveCall, turn: Turn, version_id: str | None) -> None:
        """Store an answer and publish it; in a conversation deleted meanwhile there is nowhere to put it."""
        store = functools.partial(
            self._conversations.add_answer, call_id=call.state.id, version_id=version_id
        )
        try:
            await asyncio.to_thread(store, call.conversation.id, turn)
        except AppError as error:
            call.publish("problem", error)
        else:
            call.publish("turn", turn)
