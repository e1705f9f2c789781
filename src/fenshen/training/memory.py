"""Memory: given back when it matters, and a clear error where it ran out. Imports PyTorch.

Knows nothing about what was being computed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from fenshen.core.errors import Busy

#: What PyTorch says when the processor's memory is not given, as a plain RuntimeError.
_CPU_WORDS = ("can't allocate memory", "not enough memory")
#: `M_MMAP_THRESHOLD` of glibc's `mallopt`; what goes back at once, and the most that its heap ever keeps.
_MMAP_THRESHOLD = -3
_GIVEN_BACK_BYTES = 1 << 20
_KEPT_BYTES = 32 << 20


@contextmanager
def freed_is_given_back() -> Iterator[None]:
    """While open, every freed tensor of a mebibyte goes back to the system at once, where glibc is the allocator.

    Its heap does not use a freed tensor's place for the next one of that size: one step of a base of 1.8 billion
    weights left 1.75 GB of holes. Fresh pages take a tenth more time there, but twice the time with a small base.
    """
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if libc is None or not hasattr(libc, "mallopt"):
        yield
        return
    libc.mallopt(_MMAP_THRESHOLD, _GIVEN_BACK_BYTES)
    libc.malloc_trim(0)
    try:
        yield
    finally:
        libc.mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)


@contextmanager
def out_of_memory(advice: Callable[[], str]) -> Iterator[None]:
    """Turns memory that ran out inside the block into `Busy`.

    Args:
        advice: what would fit, in words.

    Raises:
        Busy: `out_of_memory`; the last checkpoint is whole.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise _clear(
            "GPU memory" if isinstance(error, torch.OutOfMemoryError) else "memory", advice
        ) from error
    except RuntimeError as error:
        if not any(words in str(error) for words in _CPU_WORDS):
            raise
        raise _clear("memory", advice) from error


def _clear(what: str, advice: Callable[[], str]) -> Busy:
    return Busy(
        f"the {what} ran out; the last checkpoint is kept. Free some and run the same command again, which goes "
        f"on from there, or train what takes less: {advice()}",
        code="out_of_memory",
    )
