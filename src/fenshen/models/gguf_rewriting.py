"""A GGUF file written again with some of its tensors changed; everything else is copied byte for byte.

Tensors are read and written one at a time. Knows nothing about what is changed, or why; needs `gguf`, not
PyTorch.

Source: GGUF specification, version 3.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

_Type = gguf.GGMLQuantizationType
Weights = NDArray[np.float32]


def rewrite_gguf(
    reader: gguf.GGUFReader,
    target: Path,
    changed: Mapping[str, gguf.GGMLQuantizationType],
    values: Callable[[str, Weights], Weights] = lambda name, weights: weights,
    *,
    name: str | None = None,
) -> Path:
    """Write the file of `reader` to `target`, whole or not at all; `target`.

    Args:
        changed: by name, the type a tensor is written in; its rows must fit that type.
        values: the new values of a changed tensor, from its name and its old ones, (out, in).
        name: of the new model; `None` keeps it.

    Raises:
        OSError: it cannot be written.
    """
    aside = target.with_name(f"{target.name}.{os.getpid()}.part")
    writer = gguf.GGUFWriter(str(aside), _text(reader, "general.architecture"))
    _copy_fields(reader, writer, name)
    for tensor in reader.tensors:
        _announce(writer, tensor, changed.get(tensor.name))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for tensor in reader.tensors:
        kind = changed.get(tensor.name)
        writer.write_tensor_data(tensor.data if kind is None else _converted(tensor, kind, values))
    writer.close()
    return aside.replace(target)


def _converted(tensor: Any, kind: Any, values: Callable[[str, Weights], Weights]) -> NDArray[Any]:
    """The tensor's new bytes."""
    weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)  # (out, in)
    return np.asarray(gguf.quants.quantize(values(tensor.name, weights), kind))


def _announce(writer: Any, tensor: Any, kind: Any) -> None:
    if kind is None:
        data = tensor.data
        writer.add_tensor_info(tensor.name, data.shape, data.dtype, data.nbytes, tensor.tensor_type)
        return
    shape = tuple(int(size) for size in reversed(tensor.shape))  # (out, in)
    if kind == _Type.F32:
        writer.add_tensor_info(tensor.name, shape, np.dtype(np.float32), 4 * int(np.prod(shape)), kind)
    elif kind == _Type.F16:
        writer.add_tensor_info(tensor.name, shape, np.dtype(np.float16), 2 * int(np.prod(shape)), kind)
    else:
        size = gguf.quant_shape_to_byte_shape(shape, kind)
        writer.add_tensor_info(tensor.name, size, np.dtype(np.uint8), int(np.prod(size)), kind)


def _copy_fields(reader: Any, writer: Any, name: str | None) -> None:
    skipped = {"general.architecture", *([] if name is None else ["general.name"])}
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in skipped:
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    if name is not None:
        writer.add_name(name)


def _text(reader: Any, key: str) -> str:
    return str(reader.get_field(key).contents())
