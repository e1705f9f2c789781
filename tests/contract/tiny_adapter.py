"""A small random LoRA for a GGUF base, written as llama.cpp reads it: enough to see that it is applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFWriter

RANK = 4


def write_adapter(base: Path, target: Path, *, strength: float, seed: int = 0) -> Path:
    """Write an adapter on every query projection of `base`; `strength` scales its random weights."""
    reader = GGUFReader(base)
    architecture = str(bytes(reader.fields["general.architecture"].parts[-1]), "utf-8")
    random = np.random.default_rng(seed)
    writer = GGUFWriter(target, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(RANK))
    for tensor in reader.tensors:
        if tensor.name.endswith("attn_q.weight"):
            columns, rows = (int(size) for size in tensor.shape)
            a = random.normal(0, strength, (RANK, columns)).astype(np.float32)
            b = random.normal(0, strength, (rows, RANK)).astype(np.float32)
            writer.add_tensor(f"{tensor.name}.lora_a", a)
            writer.add_tensor(f"{tensor.name}.lora_b", b)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target
