"""Memory that ran out as a clear error, on a GPU and on a processor. Imports PyTorch.

Knows nothing about what was being computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from fenshen.core.errors import Busy

#: What PyTorch says when the processor's memory is not given, as a plain RuntimeError.
_CPU_WORDS = ("can't allocate memory", "not enough memory")


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
