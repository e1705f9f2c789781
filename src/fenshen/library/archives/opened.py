"""Archives opened for one ingest: each unpacked once, into a scratch folder that goes when the ingest ends.

Knows nothing about what is read in them.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from fenshen.core.scratch import scratch_folder
from fenshen.library.archives.entries import Budget, Limits
from fenshen.library.archives.kinds import archive_kind
from fenshen.library.archives.unpack import unpack
from fenshen.library.skipped import Skipped

_NAME_BYTES_MAX = 100
_PREFIX = "unpacked-"


@dataclass(frozen=True)
class Unpacked:
    """An archive as a folder.

    Attributes:
        folder: named like the archive without its ending, because some exports take their title from it.
        skipped: what was not taken.
        budget: what archives inside may still use.
    """

    folder: Path
    skipped: list[Skipped]
    budget: Budget


@dataclass
class OpenedArchives:
    """The archives that one ingest has opened; a context that removes them all at its end.

    Args:
        parent: where the scratch folder is made. What killed ingests left there is removed.
    """

    parent: Path
    limits: Limits = field(default_factory=Limits)

    def __enter__(self) -> OpenedArchives:
        self._open = ExitStack()
        self._scratch = self._open.enter_context(scratch_folder(self.parent, _PREFIX))
        self._count = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def open(self, path: Path, shown: str, depth: int, budget: Budget | None) -> Unpacked | Skipped | None:
        """The archive at `path` unpacked, why it is not, or `None` where the file is no archive.

        Args:
            depth: how many archives it lies in.
            budget: of the archive it lies in, `None` for an outermost one.
        """
        kind = None
        with suppress(OSError):
            kind = archive_kind(path)
        if kind is None:
            return None
        if budget is None:
            free = shutil.disk_usage(self._scratch).free
            budget = Budget.of(path.stat().st_size, free, self.limits)
        budget.archives -= 1
        if depth >= self.limits.depth or budget.archives < 0:
            reason = (
                "it lies too deep in other archives, or among too many; unpack them and add what is inside"
            )
            return Skipped(shown, "archive_nested", reason)
        self._count += 1
        folder = Path(self._scratch, str(self._count), _stem(path))
        folder.mkdir(parents=True)
        return Unpacked(folder, unpack(path, kind, folder, budget, shown), budget)


def _stem(path: Path) -> str:
    """The archive's name without its ending, short enough to be a folder's."""
    stem = path.name.split(".")[0] or "archive"
    return stem.encode()[:_NAME_BYTES_MAX].decode("utf-8", "ignore") or "archive"
