"""What was not taken into a library. Knows nothing about why."""

from __future__ import annotations

from typing import NamedTuple


class Skipped(NamedTuple):
    """A file that was not taken: where, a stable code, and why in words."""

    path: str
    code: str
    reason: str
