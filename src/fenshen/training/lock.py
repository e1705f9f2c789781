"""At most one training of a twin at a time on this machine. Knows nothing about training."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from fenshen.core.errors import Busy


@contextmanager
def training_lock(home: Path, creator: str) -> Iterator[None]:
    """Held while the block runs; the system lets go of it when the process dies.

    Raises:
        Busy: `training_running`, another process trains this twin.
    """
    folder = home / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(folder / f".{creator}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            f"{creator!r} is being trained by another process; wait for it to end", code="training_running"
        ) from None
    try:
        yield
    finally:
        lock.release()
