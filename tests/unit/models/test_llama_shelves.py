"""Which adapters are in memory when many are registered: with children that only pretend."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.core.errors import EngineMissing
from fenshen.models.engines.llama_process import LlamaProcess
from fenshen.models.engines.llama_shelves import CHILDREN_MAX, Shelf, Shelves, filled
from fenshen.models.text import AdapterFile

SIZE = 10


class Child:
    """A child that runs until it is retired or stopped."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.paths = list(paths)
        self.is_running = True
        self.is_busy = False

    def retire(self) -> None:
        self.is_running = self.is_busy

    def stop(self) -> None:
        self.is_running = False


class Rack:
    """Shelves with a registry of adapters `0 … count-1` of ten bytes each, and every start remembered."""

    def __init__(self, folder: Path, count: int, bytes_max: int = 3 * SIZE) -> None:
        self.files = [AdapterFile(str(n), folder / f"{n}.gguf") for n in range(count)]
        for file in self.files:
            file.path.write_bytes(b"x" * SIZE)
        self.starts: list[Child] = []
        self.spoiled: set[str] = set()
        self.lock = asyncio.Lock()
        self.shelves = Shelves(self.start, bytes_max)

    async def start(self, paths: tuple[Path, ...]) -> LlamaProcess:
        await asyncio.sleep(0)
        if self.spoiled & {path.stem for path in paths}:
            raise EngineMissing("spoiled")
        self.starts.append(Child(paths))
        return cast(LlamaProcess, self.starts[-1])

    async def ask(self, number: int) -> Shelf:
        """As the engine does it."""
        wanted = self.files[number]
        if shelf := self.shelves.use(wanted):
            return shelf
        self.shelves.want(wanted, 1)
        try:
            async with self.lock:
                return self.shelves.use(wanted) or await self.shelves.put_up(wanted, self.files)
        finally:
            self.shelves.want(wanted, -1)

    def names(self, start: int = -1) -> list[str]:
        return [path.stem for path in self.starts[start].paths]


async def test_the_first_child_takes_what_fits(tmp_path: Path) -> None:
    """A small house has all its twins in memory from the start, as long as they fit."""
    rack = Rack(tmp_path, 5)
    shelf = await rack.ask(4)
    assert rack.names() == ["4", "0", "1"]
    assert [entry["scale"] for entry in shelf.scales(rack.files[0])] == [0.0, 1.0, 0.0]
    assert await rack.ask(1) is shelf and len(rack.starts) == 1


async def test_a_cold_one_costs_the_child_used_longest_ago(tmp_path: Path) -> None:
    """The newest child stays as it is; of the other, what was used last comes along while there is room."""
    rack = Rack(tmp_path, 9)
    first, second = await rack.ask(0), await rack.ask(5)
    for number in (1, 2, 5):
        await rack.ask(number)
    await rack.ask(7)
    assert rack.names() == ["7", "2", "1"]
    assert not first.child.is_running and second.child.is_running
    assert len(rack.shelves.children) == CHILDREN_MAX


async def test_everyone_who_waits_gets_into_the_same_child(tmp_path: Path) -> None:
    """Three cold twins asked for at once: one start for the first, one for the two that waited."""
    rack = Rack(tmp_path, 9)
    await rack.ask(0)
    await asyncio.gather(rack.ask(5), rack.ask(6), rack.ask(7))
    assert len(rack.starts) == 3 and rack.names()[:2] == ["6", "7"]


async def test_a_child_that_still_answers_is_waited_for(tmp_path: Path) -> None:
    """Memory holds one child more than answer: the next start waits until the retired one has finished."""
    rack = Rack(tmp_path, 9)
    await rack.ask(0)
    rack.starts[0].is_busy = True
    await rack.ask(5)
    await rack.ask(6)
    assert rack.starts[0].is_running
    waiting = asyncio.create_task(rack.ask(7))
    await asyncio.sleep(0.12)
    assert len(rack.starts) == 3 and not waiting.done()
    rack.starts[0].is_running = False
    await waiting
    assert "7" in rack.names()


async def test_a_spoiled_file_harms_only_who_asks_for_it(tmp_path: Path) -> None:
    """Others start without it, it is not tried again, and a new file of that name is."""
    rack = Rack(tmp_path, 3)
    rack.spoiled = {"1"}
    assert (await rack.ask(0)).adapters == (rack.files[0],)
    with pytest.raises(EngineMissing):
        await rack.ask(1)
    tried = len(rack.starts)
    with pytest.raises(EngineMissing):
        await rack.ask(1)
    assert len(rack.starts) == tried
    rack.spoiled = set()
    rack.files[1].path.write_bytes(b"y" * SIZE)
    assert (await rack.ask(1)).adapters[0] == rack.files[1]


async def test_a_crashed_child_is_taken_off(tmp_path: Path) -> None:
    """Its adapters are cold again; the other child is not touched."""
    rack = Rack(tmp_path, 9)
    await rack.ask(0)
    second = await rack.ask(5)
    rack.starts[0].is_running = False
    assert rack.shelves.has_crashed
    await rack.ask(0)
    assert not rack.shelves.has_crashed
    assert len(rack.starts) == 3 and second.child in rack.shelves.children


@given(asked=st.lists(st.integers(0, 19), max_size=60), room=st.integers(1, 6))
def test_memory_stays_within_its_bounds(
    asked: list[int], room: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whoever is asked for in whatever order: asked ones are served, and no shelf outgrows its bytes."""

    async def serve() -> None:
        rack = Rack(tmp_path_factory.mktemp("rack"), 20, room * SIZE)
        for number in asked:
            assert rack.files[number] in (await rack.ask(number)).adapters
            assert sum(child.is_running for child in rack.starts) <= CHILDREN_MAX
            assert all(len(child.paths) <= room for child in rack.starts)

    asyncio.run(serve())


def test_one_too_large_adapter_is_served_alone(tmp_path: Path) -> None:
    """Bytes bound the company, never the one that is asked for."""
    files = [AdapterFile(name, tmp_path / name) for name in "ab"]
    for file in files:
        file.path.write_bytes(b"x" * SIZE)
    assert filled(files[:1], files[1:], 1) == (files[0],)
