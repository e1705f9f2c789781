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


def silent(done: float, total: float, note: str = "") -> None:
    """A `Progress` that tells nobody."""


def seconds_left(elapsed_s: float, done: float, total: float) -> float | None:
    """Remaining seconds at the mean speed so far; `None` before anything is done."""
    if done <= 0 or total <= 0:
        return None
    return max(0.0, elapsed_s * (total - done) / done)
