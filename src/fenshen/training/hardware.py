"""What this machine has to train with: memory, cores, GPUs. Needs no PyTorch.

Knows nothing about bases or recipes.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

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
