"""A full disk as a clear error. Knows nothing about what is being written."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fenshen.core.errors import Busy


@contextmanager
def out_of_space(folder: Path) -> Iterator[None]:
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
