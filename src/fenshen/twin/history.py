"""How much of a conversation an engine is given. Pure; knows nothing about where turns are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
#: An engine's context is finite: this many of the newest shown turns are offered to it.
HISTORY_TURNS = 8


def newest_block(messages: Sequence[T]) -> Sequence[T]:
    """At most `HISTORY_TURNS` pairs, cut in blocks so that the start of the prompt stays the same for
    several turns and the engine's prefix cache holds (a window that slides each turn costs seconds)."""
    pairs = len(messages) // 2
    if pairs <= HISTORY_TURNS:
        return messages
    half = HISTORY_TURNS // 2
    dropped = -(-(pairs - HISTORY_TURNS) // half) * half
    return messages[2 * dropped :]
