"""A PEFT adapter as the GGUF file llama.cpp loads. The GGUF is derived, never the source.

For bases of the Llama architecture the rows of query and key projections are reordered the way llama.cpp
reorders those weights for its rotary embedding; other architectures keep theirs. Weights are stored as 16-bit
floats: half the memory, and the base itself has 4 bits. Needs `gguf` and `safetensors`, not PyTorch.

Source: llama.cpp GGUF adapters (`general.type=adapter`, `adapter.lora.alpha`, `.lora_a`/`.lora_b`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from fenshen.core.errors import BadInput
from fenshen.core.files import disk_full_as_busy
from fenshen.training.gguf_reader import QuickReader

_KEY = re.compile(r"^base_model\.model\.(?P<module>.+)\.lora_(?P<side>[AB])\.weight$")
#: Architectures whose converter permutes query and key rows.
_PERMUTED = frozenset({"llama"})

#: What llama.cpp calls the types of transformers.
_ARCHITECTURES = {
    "llama": "llama",
    "mistral": "llama",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "gemma3_text": "gemma3",
    "glm4": "glm4",
}


def convert_adapter(adapter: Path, base: Path, target: Path) -> Path:
    """Write the adapter in folder `adapter` as GGUF for the base file; `target`.

    Args:
        adapter: holds `adapter_config.json` and `adapter_model.safetensors`.
        base: the base's GGUF or its folder of safetensors, for its architecture and head counts.

    Raises:
        BadInput: the adapter changes something that this base's architecture has no name for.
        Busy: the disk is full.
    """
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    shape = _shape_of_folder(base) if base.is_dir() else _shape(base)
    names = gguf.get_tensor_name_map(shape["kind"], shape["layers"])
    aside = target.with_suffix(".part")
    with disk_full_as_busy(target.parent):
        writer = gguf.GGUFWriter(str(aside), shape["architecture"])
        writer.add_type("adapter")
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
        for key, weight in sorted(load_file(str(adapter / "adapter_model.safetensors")).items()):
            name, values = _tensor(key, weight, names, shape)
            writer.add_tensor(name, values)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        aside.replace(target)
    return target


def adapter_factors(adapter: Path, base: Path) -> tuple[float, dict[str, tuple[NDArray[Any], NDArray[Any]]]]:
    """The adapter's scale, and by tensor of the base the pair (A, B) whose product it adds, rows in the
    base's own order.

    Raises:
        BadInput: the adapter changes something that this base's architecture has no name for.
    """
    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    shape = _shape(base)
    names = gguf.get_tensor_name_map(shape["kind"], shape["layers"])
    sides: dict[str, dict[str, NDArray[Any]]] = {}
    for key, weight in load_file(str(adapter / "adapter_model.safetensors")).items():
        name, values = _tensor(key, weight, names, shape)
        tensor, _, side = name.rpartition(".lora_")
        sides.setdefault(tensor, {})[side] = values
    pairs = {tensor: (both["a"], both["b"]) for tensor, both in sides.items()}
    return float(config["lora_alpha"]) / float(config["r"]), pairs


def permute_rows(weight: NDArray[Any], heads: int) -> NDArray[Any]:
    """Rows (heads · head_dim, rank) from rotated halves to interleaved pairs, as llama.cpp stores them."""
    rows, rank = weight.shape
    halves = weight.reshape(heads, 2, rows // heads // 2, rank)
    return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(rows, rank))


def _tensor(key: str, weight: NDArray[Any], names: Any, shape: dict[str, Any]) -> tuple[str, NDArray[Any]]:
    match = _KEY.match(key)
    name = names.get_name(match["module"]) if match else None
    if match is None or name is None:
        raise BadInput(
            f"the adapter holds {key!r}, which {shape['architecture']!r} cannot take", code="bad_adapter"
        )
    values = weight.astype(np.float16)
    if match["side"] == "B" and shape["architecture"] in _PERMUTED:
        if match["module"].endswith("q_proj"):
            values = permute_rows(values, shape["heads"])
        elif match["module"].endswith("k_proj"):
            values = permute_rows(values, shape["heads_kv"])
    return f"{name}.weight.lora_{match['side'].lower()}", values


def _shape(base: Path) -> dict[str, Any]:
    reader = QuickReader(str(base))

    def field(key: str) -> Any:
        return reader.get_field(key).contents()

    architecture = field("general.architecture")
    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    heads = int(field(f"{architecture}.attention.head_count"))
    return {
        "architecture": architecture,
        "kind": kinds[architecture],
        "layers": int(field(f"{architecture}.block_count")),
        "heads": heads,
        "heads_kv": int(field(f"{architecture}.attention.head_count_kv") or heads),
    }


def _shape_of_folder(folder: Path) -> dict[str, Any]:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    architecture = _ARCHITECTURES.get(config.get("model_type"))
    if architecture is None:
        raise BadInput(
            f"no GGUF adapter can be made for bases of the type {config.get('model_type')!r}; known: "
            f"{', '.join(sorted(_ARCHITECTURES))}",
            code="bad_base",
        )
    kinds = {name: kind for kind, name in gguf.MODEL_ARCH_NAMES.items()}
    heads = int(config["num_attention_heads"])
    return {
        "architecture": architecture,
        "kind": kinds[architecture],
        "layers": int(config["num_hidden_layers"]),
        "heads": heads,
        "heads_kv": int(config.get("num_key_value_heads") or heads),
    }
