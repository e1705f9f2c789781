"""How much of a feed or channel is wanted. Pure; knows nothing about either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

ENTRIES_MAX = 20_000


class Dated(Protocol):
    """Something that was published on a day, or on an unknown one."""

    @property
    def published(self) -> date | None:
        """The day, if it is known."""
        ...


T = TypeVar("T", bound=Dated)


@dataclass(frozen=True)
class Wanted:
    """What to take of a feed or channel.

    Attributes:
        newest: at most so many of the newest; `None` for all.
        since: nothing published before this day.
        languages: the creator's, ISO 639-1, the first preferred; used where a video does not say its own.
    """

    newest: int | None = None
    since: date | None = None
    languages: tuple[str, ...] = ()

    def choose(self, found: Sequence[T]) -> list[T]:
        """What to take of `found`: newest first, undated ones in the order given behind those with a day."""
        kept = [one for one in found if self.since is None or (one.published and one.published >= self.since)]
        kept.sort(key=lambda one: one.published or date.min, reverse=True)
        return kept[: ENTRIES_MAX if self.newest is None else self.newest]

    def is_enough(self, found: Sequence[Dated]) -> bool:
        """Whether older entries need not be looked for, lists being given newest first."""
        if len(found) >= (ENTRIES_MAX if self.newest is None else self.newest):
            return True
        last = found[-1].published if found else None
        return self.since is not None and last is not None and last < self.since
