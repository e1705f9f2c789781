"""The form of a base that llama.cpp reads fastest on this processor, made once and kept beside the file.

llama.cpp has no matrix kernels for Q4_1 on x86: a prompt is read row by row. The same numbers in Q8_0 take
half as many bytes again and differ by less than the eight bits that activations are rounded to; prompts are
then read 1.3 to 1.5 times as fast, and writing is no slower as long as the base is small (`docs/lab.md`).
Knows nothing about servers.
"""

from __future__ import annotations

import logging
import platform
from pathlib import Path

import gguf

from fenshen.core.ids import digest_text
from fenshen.models.gguf_rewriting import rewrite_gguf

_log = logging.getLogger(__name__)
#: The type without matrix kernels, as names of files and tensors say it.
SLOW = "Q4_1"
#: Larger bases wait for memory when they write, so more bytes would cost more than they save.
SIZE_MAX_BYTES = 512 * 1024 * 1024
_X86 = frozenset({"x86_64", "AMD64"})


def quick_form(path: Path, machine: str | None = None) -> Path:
    """The quick form of the base in `path`, or `path` itself where there is none or it cannot be made.

    Args:
        path: its name says its type; reading that from a header can take longer than it is worth.
        machine: kind of processor, as `platform.machine` tells.
    """
    stat = path.stat()
    if SLOW not in path.name or stat.st_size > SIZE_MAX_BYTES or (machine or platform.machine()) not in _X86:
        return path
    quick = path.with_name(
        f"{path.stem}.quick-{digest_text(str(stat.st_size), str(stat.st_mtime_ns))[:8]}.gguf"
    )
    try:
        return quick if quick.is_file() else _made(path, quick)
    except (OSError, ValueError) as error:
        _log.warning("no quick form of %s: %s", path.name, error)
        return path


def _made(path: Path, quick: Path) -> Path:
    reader = gguf.GGUFReader(str(path))
    slow = {t.name: gguf.GGMLQuantizationType.Q8_0 for t in reader.tensors if t.tensor_type.name == SLOW}
    for other in path.parent.glob(f"{path.stem}.quick-*.gguf"):
        other.unlink(missing_ok=True)
    return rewrite_gguf(reader, quick, slow) if slow else path
