"""Who may search how often and sees how much: searching is free, so it must not cost much or give much away.

    rate of the user or the address → a free place → search in a thread → hits, for visitors fewer and shorter

Knows nothing about how passages are found.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request

from fenshen.core.clock import Clock
from fenshen.core.errors import Busy
from fenshen.trust.accounts import User
from fenshen.twin.lexical_support import best_window, content_words
from fenshen.web.rates import Rates, network_of

T = TypeVar("T")
VISITOR_PER_MINUTE, VISITOR_BURST = 30, 20
USER_PER_MINUTE, USER_BURST = 120, 60
#: Searches that run at once, and those that may wait for a place.
RUNNING_MAX = 2
WAITING_MAX = 32
#: What a visitor gets: a library is what fans pay for.
VISITOR_HITS_MAX = 5
VISITOR_CHARS_MAX = 200


class Searching:
    """The searches of one server."""

    def __init__(self, clock: Clock) -> None:
        self._visitors = Rates(clock.monotonic, VISITOR_PER_MINUTE, VISITOR_BURST)
        self._users = Rates(clock.monotonic, USER_PER_MINUTE, USER_BURST)
        self._places = asyncio.Semaphore(RUNNING_MAX)
        self._waiting = 0

    def claim(self, request: Request, user: User | None) -> None:
        """Count one search.

        Raises:
            Busy: `too_many_requests`.
        """
        if user is not None:
            self._users.claim(user.id, "searches")
        else:
            address = request.client.host if request.client else ""
            self._visitors.claim(network_of(address), "searches from here")

    async def run(self, search: Callable[[], T]) -> T:
        """The result of `search`, made in a thread when there is a place for it.

        Raises:
            Busy: `search_full`.
        """
        if self._waiting >= WAITING_MAX:
            raise Busy("many people are searching right now; try again in a moment", code="search_full")
        self._waiting += 1
        try:
            async with self._places:
                return await asyncio.to_thread(search)
        finally:
            self._waiting -= 1


def excerpt(text: str, query: str) -> str:
    """The part of a passage that says most about the query, at most `VISITOR_CHARS_MAX` characters."""
    best = best_window(content_words(query), text, 1)
    best_text = best[0].text if best is not None else text
    if len(best_text) <= VISITOR_CHARS_MAX:
        return best_text
    cut = best_text[:VISITOR_CHARS_MAX]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[VISITOR_CHARS_MAX // 2 :] else cut}…"
