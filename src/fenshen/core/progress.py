"""How far long work is, and how long is left.

Long functions take a `Progress` and call it; an edge decides whether that becomes a bar, a database
row or nothing. Knows nothing about terminals or databases.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the state of one piece of long work."""

    def __call__(self, done: float, total: float, note: str = "") -> None:
        """Report `done` of `total` units (any unit, same for both) and what is happening now."""
        ...


class Stopped(Exception):
    """Somebody stopped long work through its `Progress`: what is done is kept, and it can go on later."""


#: Before this share is done, the mean speed is mostly that of starting.
SHARE_TO_TELL = 0.02


def silent(done: float, total: float, note: str = "") -> None:
    """A `Progress` that tells nobody."""


def seconds_left(elapsed_s: float, done: float, total: float) -> float | None:
    """Remaining seconds at the mean speed so far; `None` before enough is done to tell."""
    if total <= 0 or done < SHARE_TO_TELL * total:
        return None
    return max(0.0, elapsed_s * (total - done) / done)
