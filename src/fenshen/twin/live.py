"""The part of a call that lives in one process: its log of events, who follows it, the answer under way.

Any number of connections follow the log and resume by event id. Everything here can be lost at any
moment: the truth is in the ledger and in the conversation. Knows nothing about where states come from.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from fenshen.billing.calls import CallState
from fenshen.trust.labels import Sealed
from fenshen.twin.conversations import Conversation
from fenshen.twin.reading import reading_ms

#: Events kept for a connection that comes back; older ones are replaced by the state as it is.
EVENTS_KEPT = 2_000


@dataclass(frozen=True)
class Event:
    """One line of a call's log; `name` is state, delta, turn, notice or problem."""

    id: int
    name: str
    data: Any


@dataclass
class LiveCall:
    """One call as this process serves it.

    Attributes:
        next_event: Id of the next event. It starts at the millisecond in which this object was made, so
            that an id handed out before a restart never names another event.
        changing: Held while the state is read or changed, so that an older state never follows a newer one,
            and while a question is taken, so that two never start an answer at once.
        finishing: The answer needs no engine any more and is about to be stored; nothing cuts it off now.
        was_left: A page that followed the call went away; see `take_left`.
        question_id: What is being answered, with `answer_id` and its `words` so far.
    """

    state: CallState
    conversation: Conversation
    next_event: int = 1
    events: deque[Event] = field(default_factory=lambda: deque(maxlen=EVENTS_KEPT))
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    answering: asyncio.Task[None] | None = None
    question_id: str | None = None
    answer_id: str | None = None
    words: str = ""
    finishing: bool = False
    was_left: bool = False
    _bells: set[asyncio.Event] = field(default_factory=set)

    @property
    def is_answering(self) -> bool:
        """Whether an answer is being given."""
        return self.answering is not None and not self.answering.done()

    def take_left(self) -> bool:
        """Whether a page went away and no other follows the call; asked once for each page that left."""
        left, self.was_left = self.was_left and not self._bells, False
        return left

    def publish(self, name: str, data: Any) -> None:
        """Append to the log and wake who follows it."""
        self.events.append(Event(self.next_event, name, data))
        self.next_event += 1
        self._ring()

    def begin_answer(self, question_id: str, answer_id: str) -> None:
        """An answer is about to be given."""
        self.question_id, self.answer_id = question_id, answer_id
        self.words, self.finishing = "", False

    def end_answer(self) -> None:
        """Nothing more of the answer will come."""
        self.question_id = self.answer_id = None
        self._ring()

    def add_words(self, sealed: Sealed[str]) -> None:
        """Publish the next words of the answer."""
        self.words += sealed.content
        self.publish("delta", self._delta(sealed.content))

    async def update(self, read: Callable[[], CallState]) -> None:
        """Read or change the state in a thread, and publish it if it is new; a call that is not open stops its answer."""
        async with self.changing:
            state = await asyncio.to_thread(read)
            if state != self.state:
                self.state = state
                self.publish("state", state)
        if state.status != "open":
            await self.cancel_answer()

    async def cancel_answer(self) -> None:
        """Stop the answer being given and wait until it is stored; an answer never stops itself."""
        task = self.answering
        if task is not None and not task.done() and task is not asyncio.current_task():
            if not self.finishing and not task.cancelling():
                task.cancel()
            await asyncio.wait([task])

    async def follow(self, after: int | None) -> AsyncIterator[Event]:
        """Events after `after`, then new ones as they come, until the call and its last answer have ended.

        A connection that is new, or too far behind, first gets the state and the answer so far.
        """
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            while True:
                bell.clear()
                if after is None or not self._keeps(after):
                    after = self.next_event - 1
                    for event in self._now(after):
                        yield event
                for event in [e for e in self.events if e.id > after]:
                    after = event.id
                    yield event
                if self.state.status == "ended" and self.answer_id is None and after == self.next_event - 1:
                    return
                await bell.wait()
        finally:
            self._bells.discard(bell)

    def _ring(self) -> None:
        for bell in self._bells:
            bell.set()

    def _keeps(self, after: int) -> bool:
        oldest = self.events[0].id if self.events else self.next_event
        return oldest - 1 <= after < self.next_event

    def _now(self, after: int) -> list[Event]:
        now = [Event(after, "state", self.state)]
        if self.answer_id is not None and self.words:
            now.append(Event(after, "delta", self._delta(self.words)))
        return now

    def _delta(self, text: str) -> dict[str, Any]:
        """Words of the answer, with the time that they take to read."""
        return {"answer_id": self.answer_id, "text": text, "reading_ms": reading_ms(text)}
