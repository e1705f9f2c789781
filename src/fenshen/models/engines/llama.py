"""llama.cpp in a child process, spoken to as an OpenAI server.

The child starts with the first request. When it crashes, the requests inside it end as `Busy` and the
next one starts another, later and later while it keeps crashing. Registering an adapter costs nothing; which
are in memory, and in which child, is `llama_shelves`' business. Every request names its adapter by a list of
scales. Knows nothing about personas or twins.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from fenshen.core.clock import Clock, SystemClock
from fenshen.core.errors import BadInput, Busy, EngineMissing
from fenshen.core.ids import new_secret
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.engines.llama_child import ChildPlan
from fenshen.models.engines.llama_process import LlamaProcess, start_llama
from fenshen.models.engines.llama_shelves import CHILDREN_MAX, Shelf, Shelves
from fenshen.models.engines.openai_chat import chat_body
from fenshen.models.made import is_made, made_base
from fenshen.models.own import own_base
from fenshen.models.pull import require
from fenshen.models.text import AdapterFile, TextCapabilities, TextDelta, TextRequest
from fenshen.models.weight_files import check_weights

CONTEXT_TOKENS = 4096
#: Conversations whose prefixes stay warm; llama.cpp empties a slot when its adapter changes.
SLOTS_MIN = 4
BACKOFF_S = (0.0, 1.0, 2.0, 5.0, 15.0, 60.0)
#: A child that served for this long has put its earlier crashes behind it.
STEADY_S = 60.0
MIB = 1024 * 1024


class LlamaEngine:
    """A GGUF base served by llama.cpp.

    Args:
        capabilities: Name, context and languages of the base.
        model: The GGUF file.
        log: Where the child's output goes.
        threads: CPU threads.
        adapter_bytes: Of adapter files in memory at once, whatever number is known.
        chat_template: For a file that brings none.
    """

    def __init__(
        self,
        capabilities: TextCapabilities,
        model: Path,
        log: Path,
        threads: int = 2,
        clock: Clock | None = None,
        *,
        adapter_bytes: int = 1024 * MIB,
        chat_template: str | None = None,
    ) -> None:
        self.capabilities, self.model = capabilities, model
        slots = max(SLOTS_MIN, min(8, threads // 2))
        self._plan = ChildPlan(
            str(model),
            new_secret("llama_"),
            capabilities.context_tokens,
            slots,
            threads,
            chat_template=chat_template,
        )
        self._log = log
        self._clock = clock or SystemClock()
        self._adapters: dict[str, AdapterFile] = {}
        self._shelves = Shelves(self._start, adapter_bytes // CHILDREN_MAX)
        self._crashes = 0
        self._started_s = 0.0
        self._starting: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    async def stream(self, request: TextRequest) -> AsyncGenerator[TextDelta, None]:
        """Generate; see `TextEngine.stream`. The first request of a cold adapter waits a second or two."""
        wanted = self._wanted(request)
        shelf = self._shelves.use(wanted) or await self._shelved(wanted)
        child = shelf.child
        body = {
            **chat_body(request, self.capabilities.name),
            "cache_prompt": True,
            "repeat_penalty": request.repeat_penalty,
            "lora": shelf.scales(wanted),
        }
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

    @property
    def children(self) -> list[LlamaProcess]:
        """The running children, the one used last at the end."""
        return self._shelves.children

    async def set_adapters(self, adapters: Sequence[AdapterFile]) -> None:
        """Know these adapters from now on, and be ready to answer; a request for one loads it.

        Raises:
            BadInput: two share a name, or a file is missing.
            EngineMissing: llama.cpp does not start.
        """
        named = {adapter.name: adapter for adapter in adapters}
        if len(named) != len(adapters):
            raise BadInput("adapter names are not distinct", code="bad_adapter")
        for adapter in adapters:
            if not adapter.path.is_file():
                raise BadInput(f"adapter file {str(adapter.path)!r} does not exist", code="bad_adapter")
        self._adapters = named
        if self._shelves.use(None) is None:
            await self._shelved(None)

    async def close(self) -> None:
        """Stop the child and close the connections."""
        async with self._start_lock():
            children = self._shelves.take_all()
        for child in children:
            await child.client.close()
            await asyncio.to_thread(child.stop)

    def _wanted(self, request: TextRequest) -> AdapterFile | None:
        if request.adapter is None:
            return None
        if request.adapter not in self._adapters:
            raise BadInput(
                f"adapter {request.adapter!r} is not one of the {len(self._adapters)} known ones",
                code="unknown_adapter",
            )
        return self._adapters[request.adapter]

    async def _shelved(self, wanted: AdapterFile | None) -> Shelf:
        """A running child that has `wanted`, started if need be."""
        self._shelves.want(wanted, 1)
        try:
            async with self._start_lock():
                if shelf := self._shelves.use(wanted):
                    return shelf
                if self._shelves.has_crashed:
                    self._count_crash()
                shelf = await self._shelves.put_up(wanted, self._adapters.values())
                self._shelves.use(wanted)
                return shelf
        finally:
            self._shelves.want(wanted, -1)

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

    async def _start(self, adapters: tuple[Path, ...]) -> LlamaProcess:
        plan = replace(self._plan, adapters=tuple(str(path) for path in adapters))
        child = await asyncio.to_thread(start_llama, plan, self._log)
        self._started_s = self._clock.monotonic()
        return child

    def _start_lock(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._starting is None or self._starting[0] is not loop:
            self._starting = (loop, asyncio.Lock())
        return self._starting[1]


def load(settings: Settings, model: str) -> LlamaEngine:
    """The engine for a catalog name, a base made here (`domain:NAME`), one of one's own, or a path to a GGUF file.

    Raises:
        EngineMissing: the weights are not installed.
        NotFound: the catalog has no such base.
        BadInput: `bad_base`, the file is a Git LFS pointer or no GGUF.
    """
    template: str | None = None
    if is_made(model):
        made, path = made_base(model, settings.home)
        context = min(CONTEXT_TOKENS, made.context_tokens)
        capabilities = TextCapabilities(model, context, adapters=True, languages=made.languages or ("en",))
    elif model.endswith(".gguf"):
        path = Path(model).expanduser()
        if not path.is_file():
            raise EngineMissing(f"base file {model!r} does not exist", code="model_missing")
        check_weights(path)
        capabilities = TextCapabilities(path.stem, CONTEXT_TOKENS, adapters=True)
    elif own := own_base(model, settings.home):
        path = own.file
        capabilities = TextCapabilities(model, CONTEXT_TOKENS, adapters=True)
    else:
        folder = require(model, settings.home / "models")
        card = CATALOG[model]
        path, template = folder / card.weights.name, card.chat_template
        capabilities = TextCapabilities(
            model, min(CONTEXT_TOKENS, card.context_tokens), adapters=True, languages=card.languages
        )
    return LlamaEngine(
        capabilities,
        path,
        settings.folder("logs") / "llama.log",
        settings.threads,
        adapter_bytes=settings.adapter_memory_mib * MIB,
        chat_template=template,
    )
