"""Which adapters are in memory: a few children, each with a shelf of adapters it was started with.

    name → the child that has it (warm)
         → none has it (cold): a new child with it and what the least used child had lately; that one retires

llama.cpp takes adapters only when it starts, so a cold adapter means a child. What it costs stays with the
twin that was away: the other child goes on with its conversations and their prefixes. Everyone who waits for
a cold adapter when a child starts gets into that child. Memory is bounded by the number of children and by
the bytes of a shelf, whatever number of adapters is registered. Knows nothing about requests' contents.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path

from fenshen.core.errors import Busy, EngineMissing
from fenshen.models.engines.llama_process import LlamaProcess
from fenshen.models.text import AdapterFile

#: Children that answer; one more may be finishing what it began.
CHILDREN_MAX = 2
RETIRED_WAIT_S = 60.0
_LOOK_EVERY_S = 0.05

#: Starts a child with these adapter files; blocks a second or so, so it runs in a thread.
Start = Callable[[tuple[Path, ...]], Awaitable[LlamaProcess]]


class Shelf:
    """One child and the adapters it was started with; their position is their id there."""

    def __init__(self, child: LlamaProcess, adapters: Sequence[AdapterFile]) -> None:
        self.child = child
        self.adapters = tuple(adapters)

    def scales(self, wanted: AdapterFile | None) -> list[dict[str, float]]:
        """What a request says so that exactly `wanted` speaks."""
        return [
            {"id": number, "scale": 1.0 if adapter == wanted else 0.0}
            for number, adapter in enumerate(self.adapters)
        ]


class Shelves:
    """The running children of one base.

    Args:
        start: starts a child.
        bytes_max: of adapter files on one shelf.
    """

    def __init__(self, start: Start, bytes_max: int) -> None:
        self._start = start
        self._bytes_max = bytes_max
        self._shelves: list[Shelf] = []
        self._retired: list[LlamaProcess] = []
        self._recent: dict[AdapterFile, None] = {}
        self._waiting: dict[AdapterFile, int] = {}
        self._refused: dict[tuple[AdapterFile, int], EngineMissing] = {}

    def use(self, wanted: AdapterFile | None) -> Shelf | None:
        """The running shelf that has `wanted`, counted as used now; `None` where none has it."""
        for shelf in reversed(self._shelves):
            if shelf.child.is_running and (wanted is None or wanted in shelf.adapters):
                self._shelves.remove(shelf)
                self._shelves.append(shelf)
                if wanted is not None:
                    self._recent.pop(wanted, None)
                    self._recent[wanted] = None
                return shelf
        return None

    @property
    def has_crashed(self) -> bool:
        """Whether a child ended by itself since one was started last."""
        return any(not shelf.child.is_running for shelf in self._shelves)

    @property
    def children(self) -> list[LlamaProcess]:
        """Those that answer, the one used last at the end."""
        return [shelf.child for shelf in self._shelves]

    def want(self, wanted: AdapterFile | None, by: int) -> None:
        """Count who waits for a cold adapter, so that one start serves them all."""
        if wanted is not None:
            self._waiting[wanted] = self._waiting.get(wanted, 0) + by
            if not self._waiting[wanted]:
                del self._waiting[wanted]

    async def put_up(self, wanted: AdapterFile | None, registered: Collection[AdapterFile]) -> Shelf:
        """Start a child that has `wanted`. The caller lets only one run at a time.

        Raises:
            EngineMissing: llama.cpp does not start, or does not accept the adapter.
            Busy: a child that was to end is still answering.
        """
        if wanted is not None and (refusal := self._refused.get(_state(wanted))):
            raise refusal
        self._bury()
        await self._until_few()
        leaving = self._shelves[0] if len(self._shelves) >= CHILDREN_MAX else None
        known = leaving.adapters if leaving else () if self._shelves else tuple(registered)
        served = frozenset(registered)
        kept = [a for a in self._by_recency(known) if a in served and _state(a) not in self._refused]
        must = [*([wanted] if wanted else []), *(a for a in self._waiting if a in served)]
        adapters = filled(must, kept, self._bytes_max)
        try:
            child = await self._start(tuple(a.path for a in adapters))
        except EngineMissing as error:
            adapters, child = await self._alone(wanted, adapters, error)
        shelf = Shelf(child, adapters)
        self._shelves.append(shelf)
        if leaving is not None:
            self._shelves.remove(leaving)
            self._retired.append(leaving.child)
            leaving.child.retire()
        return shelf

    def take_all(self) -> list[LlamaProcess]:
        """Every child, no longer kept here: the caller stops them."""
        children = [shelf.child for shelf in self._shelves] + self._retired
        self._shelves, self._retired = [], []
        return children

    async def _alone(
        self, wanted: AdapterFile | None, adapters: tuple[AdapterFile, ...], error: EngineMissing
    ) -> tuple[tuple[AdapterFile, ...], LlamaProcess]:
        """A start failed: tried again without company, because a spoiled file must not take others down."""
        alone = (wanted,) if wanted else ()
        try:
            if adapters == alone:
                raise error
            return alone, await self._start(tuple(a.path for a in alone))
        except EngineMissing as reason:
            if wanted is not None:
                self._refused[_state(wanted)] = reason
            raise

    def _bury(self) -> None:
        """Take crashed children off; their adapters are cold."""
        for shelf in [shelf for shelf in self._shelves if not shelf.child.is_running]:
            self._shelves.remove(shelf)
            shelf.child.stop()

    async def _until_few(self) -> None:
        """Wait until no retired child answers any more: memory holds one more than `CHILDREN_MAX`."""
        waited_s = 0.0
        while any(child.is_running for child in self._retired):
            if waited_s >= RETIRED_WAIT_S:
                raise Busy(
                    "long answers keep the engine from loading another twin; try again", code="engine_busy"
                )
            await asyncio.sleep(_LOOK_EVERY_S)
            waited_s += _LOOK_EVERY_S
        self._retired = []

    def _by_recency(self, adapters: Collection[AdapterFile]) -> list[AdapterFile]:
        """Lately used first, then the others as they were registered."""
        here = frozenset(adapters)
        used = [a for a in reversed(self._recent) if a in here]
        return [*used, *(a for a in adapters if a not in self._recent)]


def filled(
    must: Sequence[AdapterFile], may: Sequence[AdapterFile], bytes_max: int
) -> tuple[AdapterFile, ...]:
    """The adapters of a new shelf: the first of `must` always, the others in order while there is room."""
    chosen: dict[AdapterFile, None] = {}
    room = bytes_max
    for adapter in (*must, *may):
        size = adapter.path.stat().st_size if adapter not in chosen and adapter.path.is_file() else 0
        if size and (size <= room or not chosen):
            chosen[adapter] = None
            room -= size
    return tuple(chosen)


def _state(adapter: AdapterFile) -> tuple[AdapterFile, int]:
    """The adapter with the time its file was written: another file of that name gets another chance."""
    return adapter, adapter.path.stat().st_mtime_ns if adapter.path.is_file() else 0
