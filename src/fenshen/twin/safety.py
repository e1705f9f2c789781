"""What happens when someone is in danger, too young, or goes too far: one policy for every surface.

    asker → blocked account? → answer (with the drift remembered) → notice → effects → records

    surface \\ notice   crisis                      minor                             stop
    call               all the fan's calls pause   all end, the account is blocked   this call ends
    api                the same, nothing charged   the same, nothing charged         nothing charged
    terminal           audited                     audited, the chat ends            the chat ends

Each surface gives its answers through `Safety.answer`, which has done all this before it hands a notice on; a surface
only has to show it. The creator reads in `twin.refusals` what was held back, and of every stop. Knows nothing about
how a crisis, an age or a drift is recognised.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

import sqlalchemy as sa

from fenshen.billing.meter import Meter
from fenshen.billing.tables import calls
from fenshen.core import audit
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.ids import Ids
from fenshen.models.text import Message
from fenshen.trust import blocks
from fenshen.trust.drift import Window, intimacy
from fenshen.twin.drifts import Drifts
from fenshen.twin.refusals import Refusals
from fenshen.twin.reply import Answer, Notice, Piece, Question, Replier, window_of
from fenshen.twin.serving import Serving

Surface = Literal["call", "api", "terminal"]


@dataclass(frozen=True)
class Asker:
    """Who asks, and where.

    Attributes:
        fan: The account; None on the terminal, where nobody is logged in and nothing is charged.
        call_id: The metered call that the answer belongs to.
    """

    surface: Surface
    fan: str | None = None
    call_id: str | None = None


class Safety:
    """Gives answers, and does what a notice asks for.

    Args:
        meter: Pauses and ends calls.
        replier: Asked for, like the meter, only when needed.

    Attributes:
        refusals: What limits held back.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ids: Ids,
        meter: Callable[[], Meter],
        replier: Callable[[], Replier],
    ) -> None:
        self._db, self._clock, self._meter, self._replier = db, clock, meter, replier
        self._drifts = Drifts(db, clock)
        self.refusals = Refusals(db, clock, ids)

    def check_fan(self, fan: str) -> None:
        """Whether this account may talk and buy.

        Raises:
            Refused: `minor`.
        """
        blocks.check(self._db, fan)

    async def answer(
        self, serving: Serving, question: Question, asker: Asker
    ) -> AsyncGenerator[Piece | Notice | Answer, None]:
        """The replier's events, the effects of a notice done before it is handed on."""
        window = await asyncio.to_thread(self._window, serving.slug, question.history, asker)
        await asyncio.to_thread(self._remember, serving.slug, asker, question.text)
        guarded = replace(question, window=window, today=self._clock.now().date())
        async with aclosing(self._replier().answer(serving, guarded)) as events:
            async for event in events:
                if isinstance(event, Notice):
                    await asyncio.to_thread(self._act, event.kind, serving.slug, asker)
                elif isinstance(event, Answer):
                    await asyncio.to_thread(self._keep, serving.slug, question.answer_id, event, asker)
                yield event

    def _window(self, slug: str, history: Sequence[Message], asker: Asker) -> Window:
        """What the guard looks back on. A client of the API writes its own history, so the twin's turns in it are
        not taken for the twin's."""
        window = window_of(history, fan_only=asker.surface == "api")
        earlier = self._drifts.intimacy(asker.fan, slug) if asker.fan else 0.0
        return replace(window, earlier=earlier)

    def _remember(self, slug: str, asker: Asker, text: str) -> None:
        if asker.fan:
            self._drifts.add(asker.fan, slug, intimacy(text))

    def _keep(self, slug: str, answer_id: str, answer: Answer, asker: Asker) -> None:
        if answer.status == "complete":
            self._remember(slug, asker, answer.sealed.content)
        if answer.intervention is not None:
            self.refusals.add(slug, answer.intervention, asker.surface, answer_id, asker.fan, asker.call_id)

    def _act(self, kind: Literal["crisis", "minor", "stop"], slug: str, asker: Asker) -> None:
        """The effects of a notice; the audit log names the call, never the words."""
        facts = {"surface": asker.surface, "call": asker.call_id}
        audit.record(self._db, self._clock, "system", f"call.{kind}", slug, facts)
        if asker.fan is None:
            return
        if kind == "minor":
            blocks.block(self._db, self._clock, asker.fan, asker.surface, slug)
        for call_id in self._calls(kind, asker):
            if kind == "crisis":
                self._meter().pause(call_id, "crisis")
            else:
                self._meter().end(call_id, None, kind)

    def _calls(self, kind: str, asker: Asker) -> list[str]:
        """Which calls it concerns. An API answer's own call ends with it, uncharged, so that the help arrives whole."""
        if kind == "stop":
            return [asker.call_id] if asker.call_id and asker.surface == "call" else []
        live = sa.select(calls.c.id).where(calls.c.fan == asker.fan, calls.c.status != "ended")
        with self._db.read() as connection:
            found = list(connection.execute(live).scalars())
        return [call for call in found if asker.surface != "api" or call != asker.call_id]
