"""How far a run of many parts is. Knows nothing about what the parts are."""

from __future__ import annotations

from fenshen.core.note import Note
from fenshen.core.progress import Progress


class Steps:
    """Counts what is done; a part that was stored counts when the next one begins."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._note = progress, total, Note()
        self._done = self._end = 0

    def begin(self, note: Note, count: int) -> None:
        """`count` units of something begin; everything before is done."""
        self._note, self._done, self._end = note, self._end, self._end + count
        self._progress(self._done, self._total, note)

    def more(self, count: int) -> None:
        """There is more to do than was known at the start."""
        self._total += count

    def step(self) -> None:
        """One more unit is done."""
        self._done = min(self._end, self._done + 1)
        self._progress(self._done, self._total, self._note)
