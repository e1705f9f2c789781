"""A safetensors file read with suspicion, before any library touches it: bounded header, every byte accounted for.

    length → header (JSON, no key twice) → tensors (known type, two dimensions, end to end) → values finite

Knows nothing about adapters or bases.

Source: https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fenshen.core.errors import BadInput

HEADER_BYTES_MAX = 2 << 20
SIDE_MAX = 1 << 24
_LENGTH_BYTES = 8
_TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
_CHUNK_VALUES = 1 << 20


@dataclass(frozen=True)
class Tensor:
    """Where a matrix lies in the file.

    Attributes:
        start: of its bytes, from the beginning of the file.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, int]
    start: int

    @property
    def values(self) -> int:
        """How many numbers it holds."""
        return self.shape[0] * self.shape[1]

    @property
    def end(self) -> int:
        """Where its bytes end."""
        return self.start + self.values * self.dtype.itemsize


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The matrices in the file, by name.

    Raises:
        BadInput: `bad_tensors`; it is no safetensors file, or one that nobody writes.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 2 <= length <= min(HEADER_BYTES_MAX, size - _LENGTH_BYTES):
            raise _bad("it does not begin with the length of a header")
        header = _header(file.read(length))
    begin = _LENGTH_BYTES + length
    found = {name: _tensor(name, facts, begin) for name, facts in header.items()}
    ordered = sorted(found.values(), key=lambda tensor: tensor.start)
    ends = [begin, *(tensor.end for tensor in ordered)]
    if [tensor.start for tensor in ordered] != ends[:-1] or ends[-1] != size:
        raise _bad("its tensors overlap, or bytes belong to none")
    return found


def check_finite(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Raise unless every value is a number.

    Raises:
        BadInput: `bad_weights`.
    """
    with path.open("rb") as file:
        for tensor in tensors.values():
            file.seek(tensor.start)
            left = tensor.values
            while left:
                values = np.fromfile(file, tensor.dtype, min(left, _CHUNK_VALUES))
                left -= len(values)
                if not len(values) or not np.isfinite(values).all():
                    raise BadInput(
                        f"the weights of {tensor.name!r} hold values that are no numbers; train it again",
                        code="bad_weights",
                    )


def _header(data: bytes) -> dict[str, Any]:
    try:
        header = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _bad("its header is no JSON, or names something twice") from error
    if not isinstance(header, dict):
        raise _bad("its header is no object")
    told = header.pop("__metadata__", {})
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise _bad("its metadata are no words")
    return header


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _tensor(name: str, facts: Any, begin: int) -> Tensor:
    if not isinstance(facts, dict) or facts.keys() != {"dtype", "shape", "data_offsets"}:
        raise _bad(f"{name[:80]!r} is described in another way")
    dtype, shape, offsets = facts["dtype"], facts["shape"], facts["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _TYPES:
        raise _bad(f"{name[:80]!r} has another type than F32 or F16")
    if not _are_sizes(shape, 1, SIDE_MAX) or not _are_sizes(offsets, 0, 1 << 62):
        raise _bad(f"{name[:80]!r} has sizes that cannot be")
    tensor = Tensor(name, _TYPES[dtype], (shape[0], shape[1]), begin + offsets[0])
    if tensor.end != begin + offsets[1]:
        raise _bad(f"{name[:80]!r} has a shape that does not fit its bytes")
    return tensor


def _are_sizes(value: Any, least: int, most: int) -> bool:
    """Whether it is a list of two whole numbers within bounds."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(number) is int and least <= number <= most for number in value)
    )


def _bad(what: str) -> BadInput:
    return BadInput(f"the weights are no safetensors file as training writes it: {what}", code="bad_tensors")
