"""The resources of this machine (memory, cores, GPUs), and the memory that a training takes, estimated from shapes.

The estimate adds up what the loop keeps. Needs no PyTorch.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from fenshen.training.recipe import Recipe
from fenshen.training.shape import BaseShape

_GPU_QUERY_S = 10


@dataclass(frozen=True)
class Gpu:
    """One NVIDIA GPU; memory in bytes."""

    name: str
    memory_bytes: int
    free_bytes: int


@dataclass(frozen=True)
class Machine:
    """A machine as it is now.

    Attributes:
        memory_free_bytes: what a new process may take without pushing others out.
        gpus: empty where there are none, or none that `nvidia-smi` knows.
    """

    cpu: str
    cores: int
    memory_bytes: int
    memory_free_bytes: int
    gpus: tuple[Gpu, ...] = ()

    @property
    def label(self) -> str:
        """Names machines of equal speed alike."""
        gpus = ", ".join(gpu.name for gpu in self.gpus)
        return f"{self.cpu}, {self.cores} cores" + (f", {gpus}" if gpus else "")


def this_machine(threads: int | None = None) -> Machine:
    """What is here and free now.

    Args:
        threads: how many cores we are allowed to use; `None` for all of them.
    """
    total, free = _memory()
    return Machine(_cpu_name(), threads or os.cpu_count() or 1, total, free, _gpus())


def parse_gpus(table: str) -> tuple[Gpu, ...]:
    """GPUs from lines `name, MiB in all, MiB free`; lines that are something else are left out."""
    found = []
    for line in table.splitlines():
        name, _, numbers = line.partition(",")
        total, _, free = numbers.partition(",")
        if total.strip().isdigit() and free.strip().isdigit():
            found.append(Gpu(name.strip(), int(total) * 2**20, int(free) * 2**20))
    return tuple(found)


def parse_meminfo(text: str) -> tuple[int, int]:
    """(all, available) bytes from `/proc/meminfo`; zeros where it does not say."""
    rows = {name: rest.split() for name, _, rest in (line.partition(":") for line in text.splitlines())}

    def number(name: str) -> int:
        words = rows.get(name, [])
        return int(words[0]) * 1024 if words and words[0].isdigit() else 0

    return number("MemTotal"), number("MemAvailable") or number("MemFree")


def _memory() -> tuple[int, int]:
    info = Path("/proc/meminfo")
    if info.is_file():
        total, free = parse_meminfo(info.read_text(encoding="ascii", errors="replace"))
    else:
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        total = free = pages
    limit = _container_limit()
    if limit is None:
        return total, free
    allowed, used = limit
    return min(total, allowed), min(free, max(0, allowed - used))


def _container_limit() -> tuple[int, int] | None:
    """(allowed, used) bytes of this control group, `None` where nothing is limited."""
    try:
        allowed = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii").strip()
        return (int(allowed), int(used)) if allowed.isdigit() else None
    except (OSError, ValueError):
        return None


def _gpus() -> tuple[Gpu, ...]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    asked = [tool, "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=_GPU_QUERY_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return parse_gpus(done.stdout)


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


#: Python with PyTorch, transformers and the database, and what the allocator keeps; on a GPU its context and
#: what fragments. Two trainings on a processor peaked 0.5 and 0.6 GB above what the loop itself keeps and 0.7 GB.
RUNTIME_BYTES = 1_300_000_000
RUNTIME_GPU_BYTES = 1_500_000_000
#: 4 bits a weight, and a scale for every 64 of them.
_BYTES_IN_FOUR_BITS = 0.53
#: Weights, gradients and two moments, in float32.
_ADAPTER_BYTES = 16
#: Rows of logits in memory at once, in three copies: what `answer_loss` holds where its flash kernel does not run.
_PIECE_ROWS, _PIECE_ROWS_GPU, _PIECE_COPIES = 64, 256, 3
#: Conversations in a row are about this long, so a token sees about as many keys.
_USUAL_KEYS = 320


@dataclass(frozen=True)
class Memory:
    """Bytes by what holds them."""

    base: int
    adapter: int
    activations: int
    head: int
    runtime: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.base + self.adapter + self.activations + self.head + self.runtime


def uses_gpu(recipe: Recipe, machine: Machine) -> bool:
    """Whether `recipe` would train on a GPU here."""
    return recipe.device == "cuda" or (recipe.device == "auto" and bool(machine.gpus))


def multiplies_in_int8(recipe: Recipe, on_gpu: bool) -> bool:
    """Whether the base may get copies in 8-bit integers."""
    plain = recipe.dtype == "float32" and not on_gpu
    return plain and recipe.arithmetic != "float32"


def estimate_memory(shape: BaseShape, recipe: Recipe, on_gpu: bool) -> Memory:
    """What training takes at its peak, for one process."""
    size = 4 if recipe.dtype == "float32" else 2
    adapted = _adapted(shape, recipe)
    layers = shape.layers * shape.layer_parameters
    base = shape.table_parameters * size + layers * (_BYTES_IN_FOUR_BITS if recipe.four_bit else size)
    if multiplies_in_int8(recipe, on_gpu):
        base += 2 * adapted * shape.layer_parameters
    one_layer = recipe.row_tokens * _kept_per_token(shape, recipe, size, on_gpu)
    if recipe.checkpointing:
        activations = recipe.row_tokens * shape.width * size * shape.layers + one_layer
    else:
        activations = adapted * one_layer
    rows = _PIECE_ROWS_GPU if on_gpu else _PIECE_ROWS
    head = rows * shape.vocabulary * 4 * _PIECE_COPIES + 3 * recipe.row_tokens * shape.width * size
    adapter = adapter_parameters(shape, recipe) * _ADAPTER_BYTES
    return Memory(
        base=int(base),
        adapter=adapter,
        activations=int(activations),
        head=head,
        runtime=RUNTIME_GPU_BYTES if on_gpu else RUNTIME_BYTES,
    )


def adapter_parameters(shape: BaseShape, recipe: Recipe) -> int:
    """How many weights are trained."""
    sides = [shape.projections[name] for name in recipe.targets]
    low_rank = sum(recipe.rank * (rows + columns) for rows, columns in sides)
    return _adapted(shape, recipe) * low_rank


def _adapted(shape: BaseShape, recipe: Recipe) -> int:
    return min(shape.layers, recipe.upper_layers) or shape.layers


def _kept_per_token(shape: BaseShape, recipe: Recipe, size: int, on_gpu: bool) -> int:
    """Bytes that one layer keeps of one token for the way back."""
    q, kv = shape.heads * shape.head_dim, shape.heads_kv * shape.head_dim
    scores = 0 if on_gpu or size == 2 else shape.heads * _USUAL_KEYS
    narrow = recipe.rank * len(recipe.targets)
    return size * (8 * shape.width + 4 * q + 3 * kv + 4 * shape.ffn + scores + narrow)
