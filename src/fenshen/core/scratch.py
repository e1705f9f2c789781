"""Folders for half-done work that disappear with it, also when the process that made them was killed.

Knows nothing about what is put into them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

_LOCK = "in-use"


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A fresh folder in `parent`, removed at the end; those that killed processes left there go first.

    Args:
        prefix: what the folder's name begins with, and what is swept.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(f"{prefix}*"):
        _remove_unused(left)
    with TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as name:
        lock = FileLock(Path(name, _LOCK))
        with lock.acquire(timeout=0):
            yield Path(name)


def _remove_unused(folder: Path) -> None:
    """Remove a folder unless somebody alive holds its lock."""
    with suppress(Timeout, OSError), FileLock(folder / _LOCK, timeout=0):
        shutil.rmtree(folder, ignore_errors=True)
