"""What an ingest tells of each file while it works. Knows nothing about who listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from fenshen.library.dropped import Incomplete
from fenshen.library.skipped import Skipped

#: reading → taken · unchanged · covered (subtitles beside it stand for it) · skipped
FileStatus = Literal["reading", "taken", "unchanged", "covered", "skipped"]


@dataclass(frozen=True)
class FileNews:
    """Something about one file.

    Attributes:
        path: as it is shown in reports.
        share: how much of it is done, 0…1, where that is known.
        code: why it was skipped, a code of `Skipped`; for one that was taken with gaps, the first of `dropped.REASONS`.
        note: the same in English words.
    """

    path: str
    status: FileStatus
    share: float = 0.0
    note: str = ""
    code: str | None = None

    @classmethod
    def of_skipped(cls, skipped: Skipped) -> FileNews:
        """That a file or address was left out."""
        return cls(skipped.path, "skipped", 1.0, skipped.reason, skipped.code)

    @classmethod
    def of_incomplete(cls, incomplete: Incomplete) -> FileNews:
        """That a file was taken, but not whole."""
        path, dropped = incomplete
        return cls(path, "taken", 1.0, incomplete.reason, dropped[0].code)


class Watch(Protocol):
    """Is told about files."""

    def __call__(self, news: FileNews) -> None:
        """Take one piece of news."""
        ...


def unwatched(news: FileNews) -> None:
    """A `Watch` that tells nobody."""
