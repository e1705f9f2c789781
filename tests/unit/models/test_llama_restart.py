"""How often a crashing llama.cpp is started again, in virtual time and with children that only pretend."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import Busy
from fenshen.models.engines import llama
from fenshen.models.engines.llama_child import ChildPlan
from fenshen.models.engines.llama_process import LlamaProcess
from fenshen.models.text import TextCapabilities


class DeadChild:
    """A child that has already crashed."""

    is_running = False

    def stop(self) -> None:
        """Nothing is left to stop."""


async def test_each_crash_waits_longer_and_steadiness_forgives(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, then after 1 s, 2 s, 5 s; a child that served for a minute starts the count anew."""
    starts: list[float] = []
    clock = VirtualClock()

    def start(plan: ChildPlan, log: Path) -> LlamaProcess:
        starts.append(clock.monotonic())
        return cast(LlamaProcess, DeadChild())

    monkeypatch.setattr(llama, "start_llama", start)
    capabilities = TextCapabilities("base", 4096, adapters=True)
    engine = llama.LlamaEngine(capabilities, Path("base.gguf"), Path("log"), clock=clock)
    for wait_s in (0.0, 0.0, 1.0, 2.0, 5.0):
        if wait_s:
            with pytest.raises(Busy, match="starts again"):
                await engine._shelved(None)
        clock.advance(wait_s)
        await engine._shelved(None)
    assert starts == [0.0, 0.0, 1.0, 3.0, 8.0]
    clock.advance(61.0)
    await engine._shelved(None)
    assert starts[-1] == 69.0
