"""Files written whole or not at all, and a full disk as a clear error."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fenshen.core.errors import Busy


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write `content` beside `path` and rename it there, so a kill at any moment leaves the old file or the new one.

    Raises:
        Busy: `disk_full`; the old file is untouched.
    """
    aside = path.with_name(f"{path.name}.part")
    try:
        with disk_full_as_busy(path.parent):
            aside.write_bytes(content.encode() if isinstance(content, str) else content)
            aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def disk_full_as_busy(folder: Path) -> Iterator[None]:
    """Turns "no space left" from inside the block into `Busy`.

    Raises:
        Busy: `disk_full`; what was saved before is whole.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Busy(
            f"the disk that holds {str(folder)!r} is full; what was saved before is kept. "
            "Free some space and run the same command again: it goes on from there",
            code="disk_full",
        ) from error
