"""Where words are judged: in one thread of its own, beside the event loop.

Judging is processor time under the interpreter's lock, so more threads would judge no more; they would only
make the event loop wait longer for its turn. Knows nothing about what is judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_JUDGE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="judging")


async def judged(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `work`, which nothing else of this kind runs beside."""
    return await asyncio.get_running_loop().run_in_executor(_JUDGE, lambda: work(*args, **kwargs))
