"""An adapter merged into its base's weights: a new GGUF file.

    tensor + scale · B · A, where the adapter has one; everything else is copied byte for byte

Changed tensors keep their type where it holds the change (float32, float16, bfloat16, Q8_0); in four bits the
change would be rounded away, so those become Q8_0. Rows of query and key projections of Llama bases are
reordered as in `convert`. Tensors are read and written one at a time.

Source: GGUF specification, version 3.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput
from fenshen.core.files import disk_full_as_busy
from fenshen.training.convert import adapter_factors

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
    aside = target.with_suffix(".part")
    with disk_full_as_busy(target.parent):
        writer = gguf.GGUFWriter(str(aside), _text(reader, "general.architecture"))
        _copy_fields(reader, writer, name)
        for tensor in reader.tensors:
            _announce(writer, tensor, changed=tensor.name in factors)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for tensor in reader.tensors:
            pair = factors.get(tensor.name)
            writer.write_tensor_data(tensor.data if pair is None else _merged(tensor, *pair, scale))
        writer.close()
        aside.replace(target)
    return target


def _merged(tensor: Any, down: NDArray[Any], up: NDArray[Any], scale: float) -> NDArray[Any]:
    """The tensor's new bytes."""
    weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)  # (out, in)
    weights = weights + scale * (up.astype(np.float32) @ down.astype(np.float32))
    return np.asarray(gguf.quants.quantize(weights, _kind(tensor)))


def _kind(tensor: Any) -> Any:
    """The type a changed tensor is written in."""
    if tensor.tensor_type in _KEPT:
        return tensor.tensor_type
    return _Type.Q8_0 if int(tensor.shape[0]) % _BLOCK == 0 else _Type.F16


def _announce(writer: Any, tensor: Any, *, changed: bool) -> None:
    if not changed:
        data = tensor.data
        writer.add_tensor_info(tensor.name, data.shape, data.dtype, data.nbytes, tensor.tensor_type)
        return
    kind = _kind(tensor)
    shape = tuple(int(size) for size in reversed(tensor.shape))  # (out, in)
    if kind == _Type.F32:
        writer.add_tensor_info(tensor.name, shape, np.dtype(np.float32), 4 * int(np.prod(shape)), kind)
    elif kind == _Type.F16:
        writer.add_tensor_info(tensor.name, shape, np.dtype(np.float16), 2 * int(np.prod(shape)), kind)
    else:
        size = gguf.quant_shape_to_byte_shape(shape, kind)
        writer.add_tensor_info(tensor.name, size, np.dtype(np.uint8), int(np.prod(size)), kind)


def _copy_fields(reader: Any, writer: Any, name: str) -> None:
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.name"):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    writer.add_name(name)


def _text(reader: Any, key: str) -> str:
    return str(reader.get_field(key).contents())
