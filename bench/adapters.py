"""`bench adapters`: many twins on one base, with adapters loaded on demand, against all loaded at start.

Random adapters of the size that the default recipe makes (rank 16 on seven projections, 16 bits), under as
many names as asked for: a dozen different files, linked, so that neither disk nor reading decides. Every
twin has its own persona prompt of about 300 tokens. "Cold" is a first question whose adapter is in no child,
"warm" one whose adapter is; memory is the children's proportional set size.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from fenshen.core.progress import Progress
from fenshen.core.settings import Settings
from fenshen.models.engines.llama import LlamaEngine
from fenshen.models.engines.llama_process import LlamaProcess
from fenshen.models.registry import load
from fenshen.models.text import AdapterFile, TextRequest

RANK = 16
DIFFERENT = 12
WARM, COLD = 24, 12
PROJECTIONS = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
_PERSONA = (
    "This twin mends kettles, lamps and clocks on a narrow boat and has an opinion about each of them. "
)


@dataclass(frozen=True)
class Firsts:
    """Milliseconds to the first token."""

    ms: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """Median, worst and how many."""
        return {
            "median_ms": round(statistics.median(self.ms)),
            "worst_ms": round(max(self.ms)),
            "n": len(self.ms),
        }


async def bench_adapters(settings: Settings, count: int, folder: Path, progress: Progress) -> dict[str, Any]:
    """Ours and the peer, one after the other; `ratio` is the peer's memory over ours.

    Args:
        folder: takes the adapter files.
    """
    engine = load("text", settings)
    if not isinstance(engine, LlamaEngine):
        raise TypeError("bench adapters needs a base that llama.cpp serves")
    files = await asyncio.to_thread(write_adapters, engine.model, folder, count)
    progress(1, 4, f"{count} adapters of {files[0].path.stat().st_size / 1e6:.1f} MB")
    try:
        ours = await _on_demand(engine, files, progress)
    finally:
        await engine.close()
    peer = await _all_at_start(settings, files, progress)
    return {
        "ours": ours["memory_mib"],
        "peer": peer["memory_mib"],
        "ratio": round(peer["memory_mib"] / ours["memory_mib"], 2),
        "unit": f"MiB with {count} adapters known",
        "n": count,
        "adapter_bytes": files[0].path.stat().st_size,
        "on_demand": ours,
        "all_at_start": peer,
    }


async def _on_demand(engine: LlamaEngine, files: Sequence[AdapterFile], progress: Progress) -> dict[str, Any]:
    began = time.perf_counter()
    await engine.set_adapters(files)
    ready_s = time.perf_counter() - began
    names = [file.name for file in files]
    warm = await _firsts(engine, names[:2], WARM)
    progress(2, 4, "warm measured")
    switching = await _firsts(engine, names[:8], WARM)
    cold = Firsts(tuple([await _first_ms(engine, name) for name in reversed(names[-COLD:])]))
    beside = await _firsts(engine, names[-1:], 4)
    return {
        "ready_s": round(ready_s, 2),
        "memory_mib": memory_mib(engine.children),
        "warm": warm.as_json(),
        "eight_in_turn": switching.as_json(),
        "cold": cold.as_json(),
        "warm_beside_cold": beside.as_json(),
    }


async def _all_at_start(
    settings: Settings, files: Sequence[AdapterFile], progress: Progress
) -> dict[str, Any]:
    """As many as half of the free memory holds and llama.cpp takes; the rest is reckoned from what one of them took."""
    size = files[0].path.stat().st_size
    fitting = max(2, min(len(files), _free_bytes() // 2 // size))
    engine = load("text", settings.model_copy(update={"adapter_memory_mib": 1 << 24}))
    if not isinstance(engine, LlamaEngine):
        raise TypeError("bench adapters needs a base that llama.cpp serves")
    try:
        await engine.set_adapters(files[:1])
        alone = memory_mib(engine.children)
        refused: list[int] = []
        while True:
            await engine.close()
            began = time.perf_counter()
            await engine.set_adapters(files[:fitting])
            ready_s = time.perf_counter() - began
            if len(engine.children[-1].plan.adapters) == fitting:
                break
            refused.append(fitting)
            fitting //= 2
        measured = memory_mib(engine.children)
        warm = await _firsts(engine, [files[0].name, files[1].name], WARM)
    finally:
        await engine.close()
    progress(4, 4, "all at start measured")
    each = (measured - alone) / max(1, fitting - 1)
    return {
        "ready_s": round(ready_s, 2),
        "measured_with": fitting,
        "does_not_start_with": refused,
        "mib_each": round(each, 2),
        "memory_mib": measured if fitting == len(files) else round(alone + each * (len(files) - 1)),
        "warm": warm.as_json(),
    }


async def _firsts(engine: LlamaEngine, names: Sequence[str], count: int) -> Firsts:
    """Asked in turn; the first round, in which every persona is read, does not count."""
    for name in names:
        await _first_ms(engine, name)
    return Firsts(tuple([await _first_ms(engine, names[n % len(names)]) for n in range(count)]))


async def _first_ms(engine: LlamaEngine, name: str) -> float:
    request = TextRequest(
        [
            {"role": "system", "content": f"You are twin {name}. {_PERSONA * 12}"},
            {"role": "user", "content": "What do I do with a kettle that clicks off early?"},
        ],
        adapter=name,
        tokens_max=2,
        temperature=0.0,
    )
    began = time.perf_counter()
    first: float | None = None
    async for delta in engine.stream(request):
        if delta.text and first is None:
            first = time.perf_counter() - began
    return 1000.0 * (time.perf_counter() - began if first is None else first)


def write_adapters(base: Path, folder: Path, count: int) -> list[AdapterFile]:
    """`count` names for a dozen random adapters of the usual size."""
    shapes = [
        (tensor.name, int(tensor.shape[0]), int(tensor.shape[1]))
        for tensor in gguf.GGUFReader(str(base)).tensors
        if tensor.name.split(".")[-2] in PROJECTIONS
    ]
    architecture = gguf.GGUFReader(str(base)).get_field("general.architecture").contents()
    files = []
    for number in range(count):
        path = folder / f"{number}.gguf"
        if number < DIFFERENT:
            _write_random(path, architecture, shapes, number)
        else:
            os.link(folder / f"{number % DIFFERENT}.gguf", path)
        files.append(AdapterFile(f"twin-{number:04}", path))
    return files


def _write_random(path: Path, architecture: str, shapes: Sequence[tuple[str, int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(path), architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(RANK))
    for name, columns, rows in shapes:
        for side, shape in (("a", (RANK, columns)), ("b", (rows, RANK))):
            writer.add_tensor(f"{name}.lora_{side}", random.normal(0, 0.01, shape).astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def memory_mib(children: Sequence[LlamaProcess]) -> int:
    """Proportional set size of the children together: shared weights count once."""
    total_kb = 0
    for child in children:
        text = Path(f"/proc/{child.pid}/smaps_rollup").read_text(encoding="ascii")
        total_kb += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
    return total_kb // 1024


def _free_bytes() -> int:
    text = Path("/proc/meminfo").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("MemAvailable")) * 1024
