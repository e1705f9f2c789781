"""The only source of time. Wall time says *when*, monotonic time says *how long*.

Knows nothing about sleeping or scheduling.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall and monotonic time."""

    def now(self) -> datetime:
        """The current instant, timezone-aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start that never goes back."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


#: A step ahead of more than this is believed only after it has stood for a while.
LEAP_MAX = timedelta(hours=2)
STANDS_S = 3600.0
#: A clock that is behind by more than this was reset, not corrected; time then goes on without it.
BEHIND_MAX = timedelta(days=1)


class ForwardClock:
    """A machine's clock whose wall time never goes back, so that what has expired stays expired.

    Set back, it stands still until the machine's clock has caught up; set back by more than a day, it counts
    on from the latest time seen. A leap ahead (`LEAP_MAX`) counts as seen only after an hour, so that a clock
    wrong for a moment at start leaves no trace. `latest` is what is worth keeping over a restart; see
    `core.clock_mark`.
    """

    def __init__(self, machine: Clock) -> None:
        self.machine = machine
        self.latest = datetime.min.replace(tzinfo=UTC)
        self._seen_at_s = machine.monotonic()
        self._leapt_at_s: float | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            wall, moment_s = self.machine.now(), self.machine.monotonic()
            if wall < self.latest:
                self._leapt_at_s = None
                return self._behind(wall, moment_s)
            if self._is_believed(wall, moment_s):
                self.latest, self._seen_at_s, self._leapt_at_s = wall, moment_s, None
            return wall

    def monotonic(self) -> float:
        return self.machine.monotonic()

    def begin_from(self, moment: datetime) -> None:
        """At start, and when an operator says so: this is the latest time seen, whatever was before."""
        with self._lock:
            self.latest, self._seen_at_s, self._leapt_at_s = moment, self.machine.monotonic(), None

    def _behind(self, wall: datetime, moment_s: float) -> datetime:
        if self.latest - wall > BEHIND_MAX:
            self.latest += timedelta(seconds=max(0.0, moment_s - self._seen_at_s))
            self._seen_at_s = moment_s
        return self.latest

    def _is_believed(self, wall: datetime, moment_s: float) -> bool:
        elapsed = timedelta(seconds=moment_s - self._seen_at_s)
        if self.latest == datetime.min.replace(tzinfo=UTC) or wall - self.latest - elapsed <= LEAP_MAX:
            return True
        if self._leapt_at_s is None:
            self._leapt_at_s = moment_s
        return moment_s - self._leapt_at_s >= STANDS_S


@dataclass
class VirtualClock:
    """A clock that moves only when told, for tests and simulation."""

    current: datetime = field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    elapsed_s: float = 0.0

    def now(self) -> datetime:
        return self.current

    def monotonic(self) -> float:
        return self.elapsed_s

    def advance(self, seconds: float) -> None:
        """Move both times forward by `seconds` (>= 0)."""
        if seconds < 0:
            raise ValueError("a clock never goes back")
        self.elapsed_s += seconds
        self.current += timedelta(seconds=seconds)


def rfc3339(moment: datetime) -> str:
    """`moment` as RFC 3339 in UTC with a `Z`, microseconds dropped."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
