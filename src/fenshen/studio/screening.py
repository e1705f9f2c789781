"""Whether a text may be held up to a twin as something to say: within the creator's limits, and nothing private.

Knows nothing about where the text comes from or what is learned from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from fenshen.core.db import Database
from fenshen.core.errors import Refused
from fenshen.library import items
from fenshen.library.rights import is_private
from fenshen.training.evals.safety import Canary, leaked_canaries, make_canaries
from fenshen.trust import limits
from fenshen.trust.cleaning import plain_text
from fenshen.trust.drift import Window
from fenshen.trust.gate import SentenceGate
from fenshen.trust.guard import Guard


class Vetting:
    """One creator's limits and private items as they are now."""

    def __init__(self, db: Database, creator: str) -> None:
        self._db, self._creator = db, creator
        self._guard = Guard(limits.current(db, creator))

    def broken_limit(self, question: str, answer: str) -> str | None:
        """The topic that stops `answer` after `question`, `None` when it may be said."""
        if (concern := self._guard.check_fan_message(question)).kind is not None:
            return concern.topic or concern.kind
        gate = SentenceGate(self._guard, Window().add("fan", question))
        gate.feed(answer)
        gate.flush()
        if gate.ended and gate.verdict is not None:
            return gate.verdict.topic or "limits"
        return None

    def betrays_private(self, question: str, answer: str) -> bool:
        """Whether `answer` says something that only a private item says."""
        return bool(self._canaries and leaked_canaries(self._canaries, plain_text(answer), question))

    def check(self, question: str, answer: str) -> None:
        """Refuse an answer that must not be learned.

        Raises:
            Refused: `breaks_limits` or `breaks_privacy`.
        """
        if (topic := self.broken_limit(question, answer)) is not None:
            raise Refused(
                f"{self._creator!r} does not talk about {topic!r}, so that answer cannot be learned; "
                "change the answer, or the limits",
                code="breaks_limits",
                topic=topic,
            )
        if self.betrays_private(question, answer):
            raise Refused(
                "that answer says something that only a private item says, so it cannot be learned; "
                "leave it out, or make the item public",
                code="breaks_privacy",
            )

    @cached_property
    def _canaries(self) -> Sequence[Canary]:
        private = {item.id for item in items.list_items(self._db, self._creator) if is_private(item)}
        if not private:
            return ()
        told = items.passages(self._db, self._creator, include_private=True)
        hidden = [(p.text, p.language) for p in told if p.item_id in private]
        return make_canaries(hidden, (p.text for p in told if p.item_id not in private))
