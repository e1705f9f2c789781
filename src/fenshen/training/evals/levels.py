"""The rungs that one run compares. Knows nothing about measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """What answers: the base with or without the adapter, with or without sources in the prompt."""

    name: str
    adapted: bool
    sourced: bool


LEVELS = (
    Level("L0", adapted=False, sourced=False),
    Level("L1", adapted=False, sourced=True),
    Level("L2", adapted=True, sourced=False),
    Level("L3", adapted=True, sourced=True),
)
#: Differences that are told, as `(better, than)`.
COMPARED = (("L3", "L0"), ("L2", "L0"), ("L1", "L0"), ("L3", "L1"))
