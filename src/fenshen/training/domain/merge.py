"""An adapter worked into its base's weights: a new GGUF file that stands alone.

    tensor + scale · B · A, where the adapter has one; everything else is copied byte for byte

Changed tensors keep their type where it holds the change (float32, float16, bfloat16, Q8_0); in four bits
the change would be rounded away, so those become Q8_0. Rows of query and key projections of Llama bases
are reordered as in `convert`. Knows nothing about training; needs `gguf` and `safetensors`, not PyTorch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np

from fenshen.core.errors import BadInput
from fenshen.models.gguf_rewriting import Weights, rewrite_gguf
from fenshen.training.convert import adapter_factors
from fenshen.training.disk import out_of_space

_Type = gguf.GGMLQuantizationType
_KEPT = frozenset({_Type.F32, _Type.F16, _Type.BF16, _Type.Q8_0})
_BLOCK = 32


def merge_adapter(adapter: Path, base: Path, target: Path, name: str) -> Path:
    """Write base and adapter as one base called `name`; `target`.

    Args:
        adapter: holds `adapter_config.json` and `adapter_model.safetensors`.

    Raises:
        BadInput: the adapter changes something that this base has no tensor for.
        Busy: the disk is full.
    """
    reader = gguf.GGUFReader(str(base))
    scale, factors = adapter_factors(adapter, base)
    known = {tensor.name for tensor in reader.tensors}
    missing = sorted(factors.keys() - known)
    if missing:
        raise BadInput(
            f"the adapter changes {missing[0]!r}, which the base {base.name!r} lacks", code="bad_adapter"
        )
    changed = {tensor.name: _kind(tensor) for tensor in reader.tensors if tensor.name in factors}

    def merged(tensor: str, weights: Weights) -> Weights:
        down, up = factors[tensor]
        return weights + scale * (up.astype(np.float32) @ down.astype(np.float32))

    with out_of_space(target.parent):
        return rewrite_gguf(reader, target, changed, merged, name=name)


def _kind(tensor: Any) -> Any:
    """The type a changed tensor is written in."""
    if tensor.tensor_type in _KEPT:
        return tensor.tensor_type
    return _Type.Q8_0 if int(tensor.shape[0]) % _BLOCK == 0 else _Type.F16
