"""Reads the float tensors of a PyTorch file in the layout used before 1.6, without PyTorch.

Such a file is five pickles (a magic number, a version, facts about the machine, the object, the keys of
its storages) and then each storage as a count and raw float32. A pickle is a program, so this reader
gives it three inert names and refuses every other; the caller checks the file's digest first. Knows
nothing about which model it holds.

Source: `torch.serialization._legacy_load`.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fenshen.core.errors import BadInput

_MAGIC = 0x1950A86A20F9469CFC6C


@dataclass(frozen=True)
class _Tensor:
    """A view into a storage that has not been read yet, in elements."""

    storage: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Inert(pickle.Unpickler):
    """An unpickler that can build containers and `_Tensor`, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _NAMES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it names {module}.{name}") from None

    def persistent_load(self, pid: Any) -> str:
        kind, _storage_type, key, _location, _count, view = pid
        if kind != "storage" or view is not None:
            raise pickle.UnpicklingError(f"it holds a {kind!r}")
        return str(key)


def _rebuild(storage: str, offset: int, shape: Any, strides: Any, *_: Any) -> _Tensor:
    return _Tensor(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


def _float_storage() -> None:
    """Stands for the type of a storage, which is always float32 here."""


_NAMES = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch", "FloatStorage"): _float_storage,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
}


def read_tensors(data: bytes, section: str) -> dict[str, NDArray[np.float32]]:
    """The named float32 tensors under `section` of the file's top dictionary.

    Args:
        data: the whole file.
        section: such as `model_state`.

    Raises:
        BadInput: `bad_weights` when it is not such a file or names anything but plain tensors.
    """
    file = io.BytesIO(data)
    try:
        magic, _version, _machine, content, keys = (_Inert(file).load() for _ in range(5))
        if magic != _MAGIC:
            raise ValueError("its magic number is another")
        storages = {str(key): _storage(file) for key in keys}
        return _views(content[section], storages)
    except (
        pickle.UnpicklingError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        EOFError,
        AttributeError,
    ) as error:
        raise BadInput(f"the weights cannot be read: {error}", code="bad_weights") from error


def _storage(file: io.BytesIO) -> NDArray[np.float32]:
    count = int.from_bytes(file.read(8), "little")
    data = file.read(count * 4)
    if len(data) != count * 4:
        raise ValueError("it is cut off")
    return np.frombuffer(data, "<f4")


def _views(
    section: Mapping[str, Any], storages: Mapping[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    found = {}
    for name, tensor in section.items():
        if not isinstance(tensor, _Tensor):
            continue
        flat = storages[tensor.storage][tensor.offset :]
        reach = 1 + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.strides, strict=True))
        if reach > len(flat) or min((*tensor.shape, *tensor.strides), default=1) < 1:
            raise ValueError(f"tensor {name!r} reaches outside its storage")
        steps = tuple(4 * step for step in tensor.strides)
        found[str(name)] = np.lib.stride_tricks.as_strided(flat, tensor.shape, steps).copy()
    return found
