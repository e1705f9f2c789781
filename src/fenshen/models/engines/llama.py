"""llama.cpp in a child process, spoken to as an OpenAI server.

The child starts with the first request. When it crashes, the requests inside it end as `Busy` and the
next one starts another, later and later while it keeps crashing. New adapters mean a second child:
requests move over at once and the old child ends when its last request has. Every request names the
adapter by a list of scales. Knows nothing about personas or twins.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from fenshen.core.clock import Clock, SystemClock
from fenshen.core.errors import BadInput, Busy, EngineMissing
from fenshen.core.ids import new_secret
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.engines.llama_child import ChildPlan
from fenshen.models.engines.llama_process import LlamaProcess, start_llama
from fenshen.models.engines.openai_chat import chat_body
from fenshen.models.pull import require
from fenshen.models.text import AdapterFile, TextCapabilities, TextDelta, TextRequest

CONTEXT_TOKENS = 4096
#: Conversations whose prefixes stay warm; llama.cpp empties a slot when its adapter changes.
SLOTS_MIN = 4
BACKOFF_S = (0.0, 1.0, 2.0, 5.0, 15.0, 60.0)
#: A child that served for this long has put its earlier crashes behind it.
STEADY_S = 60.0


class LlamaEngine:
    """A GGUF base served by llama.cpp.

    Args:
        capabilities: Name, context and languages of the base.
        model: The GGUF file.
        log: Where the child's output goes.
        threads: CPU threads.
    """

    def __init__(
        self,
        capabilities: TextCapabilities,
        model: Path,
        log: Path,
        threads: int = 2,
        clock: Clock | None = None,
    ) -> None:
        self.capabilities = capabilities
        slots = max(SLOTS_MIN, min(8, threads // 2))
        self._plan = ChildPlan(str(model), new_secret("llama_"), capabilities.context_tokens, slots, threads)
        self._log = log
        self._clock = clock or SystemClock()
        self._names: tuple[str, ...] = ()
        self._child: LlamaProcess | None = None
        self._crashes = 0
        self._started_s = 0.0
        self._starting: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """Generate; see `TextEngine.stream`."""
        child = self._child
        if child is None or not child.is_running:
            child = await self._restarted()
        body = self._body(request)
        child.enter()
        try:
            async with aclosing(child.client.stream(body)) as deltas:
                async for delta in deltas:
                    yield delta
        except Busy:
            await asyncio.to_thread(child.wait_if_dying)
            raise
        finally:
            child.leave()

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Serve exactly these adapters; requests already running keep the old ones.

        Raises:
            BadInput: two share a name, or a file is missing.
            EngineMissing: llama.cpp does not accept one; the old ones stay.
        """
        names = tuple(adapter.name for adapter in adapters)
        if len(set(names)) != len(names):
            raise BadInput(f"adapter names {names!r} are not distinct", code="bad_adapter")
        for adapter in adapters:
            if not adapter.path.is_file():
                raise BadInput(f"adapter file {str(adapter.path)!r} does not exist", code="bad_adapter")
        plan = replace(self._plan, adapters=tuple(str(adapter.path) for adapter in adapters))
        async with self._start_lock():
            old = self._child
            if old is None or not old.is_running or plan != old.plan:
                self._child = await self._start(plan)
                if old is not None:
                    old.retire()
            self._plan, self._names = plan, names

    async def close(self) -> None:
        """Stop the child and close the connections."""
        async with self._start_lock():
            child, self._child = self._child, None
        if child is not None:
            await child.client.close()
            await asyncio.to_thread(child.stop)

    def _body(self, request: TextRequest) -> dict[str, Any]:
        if request.adapter is not None and request.adapter not in self._names:
            known = ", ".join(self._names) or "none"
            raise BadInput(
                f"adapter {request.adapter!r} is not loaded; loaded: {known}", code="unknown_adapter"
            )
        return {
            **chat_body(request, self.capabilities.name),
            "cache_prompt": True,
            "repeat_penalty": request.repeat_penalty,
            "lora": [
                {"id": number, "scale": 1.0 if name == request.adapter else 0.0}
                for number, name in enumerate(self._names)
            ],
        }

    async def _restarted(self) -> LlamaProcess:
        async with self._start_lock():
            child = self._child
            if child is not None and child.is_running:
                return child
            if child is not None:
                self._count_crash()
                child.stop()
            self._child = await self._start(self._plan)
            return self._child

    def _count_crash(self) -> None:
        since_s = self._clock.monotonic() - self._started_s
        crashes = 1 if since_s > STEADY_S else self._crashes + 1
        wait_s = BACKOFF_S[min(crashes, len(BACKOFF_S)) - 1]
        if since_s < wait_s:
            raise Busy(
                f"the engine crashed {self._crashes} times in a row; it starts again in {wait_s - since_s:.0f} s",
                code="engine_restarting",
            )
        self._crashes = crashes

    async def _start(self, plan: ChildPlan) -> LlamaProcess:
        child = await asyncio.to_thread(start_llama, plan, self._log)
        self._started_s = self._clock.monotonic()
        return child

    def _start_lock(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._starting is None or self._starting[0] is not loop:
            self._starting = (loop, asyncio.Lock())
        return self._starting[1]


def load(settings: Settings, model: str) -> LlamaEngine:
    """The engine for a catalog name or a path to a GGUF file.

    Raises:
        EngineMissing: the weights are not installed.
        NotFound: the catalog has no such base.
    """
    if model.endswith(".gguf"):
        path = Path(model).expanduser()
        if not path.is_file():
            raise EngineMissing(f"base file {model!r} does not exist", code="model_missing")
        capabilities = TextCapabilities(path.stem, CONTEXT_TOKENS, adapters=True)
    else:
        folder = require(model, settings.home / "models")
        card = CATALOG[model]
        path = folder / card.weights.name
        capabilities = TextCapabilities(
            model, min(CONTEXT_TOKENS, card.context_tokens), adapters=True, languages=card.languages
        )
    return LlamaEngine(capabilities, path, settings.folder("logs") / "llama.log", settings.threads)
