"""GGUF files read quickly: their headers hold vocabularies of hundreds of thousands of entries.

`gguf.GGUFReader` makes a numpy view for every length and every entry through a memory map, six microseconds
each, and transformers reads a file several times while it loads a base: two minutes for the 262,144 tokens of
Gemma 3. Here arrays are cut with plain offsets, and `read_once` hands one reader to everybody who asks for
the same file, and one table of tensor names, which transformers makes anew for every module of a model: 5.5 s
of the 9.7 s that SmolLM2 135M took.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import gguf
import numpy as np


class QuickReader(gguf.GGUFReader):  # type: ignore[misc]  # gguf has no types
    """A `GGUFReader` whose arrays are parsed in one go; everything else is the parent's."""

    def _get_field_parts(self, orig_offs: int, raw_type: int) -> tuple[int, list[Any], list[int], list[Any]]:
        if raw_type != gguf.GGUFValueType.ARRAY:
            found: tuple[int, list[Any], list[int], list[Any]] = super()._get_field_parts(orig_offs, raw_type)
            return found
        offset = orig_offs
        item_type = self._get(offset, np.uint32)
        offset += int(item_type.nbytes)
        length = self._get(offset, np.uint64)
        offset += int(length.nbytes)
        kind, count = gguf.GGUFValueType(item_type[0]), int(length[0])
        scalar = self.gguf_scalar_to_np.get(kind)
        if scalar is not None:
            values = np.asarray(self._get(offset, scalar, count))
            if len(values) < count:
                raise ValueError(f"the file ends within an array of {count:,}")
            size = offset - orig_offs + values.nbytes
            parts, places = list(values.reshape(-1, 1)), list(range(2, 2 + count))
        elif kind == gguf.GGUFValueType.STRING and self.byte_order != "S":
            parts, end = _strings(memoryview(self.data), offset, count)
            size, places = end - orig_offs, list(range(3, 3 + 2 * count, 2))
        else:
            whole: tuple[int, list[Any], list[int], list[Any]] = super()._get_field_parts(orig_offs, raw_type)
            return whole
        return size, [item_type, length, *parts], places, [gguf.GGUFValueType.ARRAY, kind]


def _strings(data: memoryview, offset: int, count: int) -> tuple[list[Any], int]:
    """Length and bytes of `count` strings from `offset` on, in turn, and where they end."""
    parts: list[Any] = []
    for _ in range(count):
        size = int.from_bytes(data[offset : offset + 8], "little")
        parts.append(np.frombuffer(data, np.uint64, 1, offset))
        parts.append(np.frombuffer(data, np.uint8, size, offset + 8))
        offset += 8 + size
    return parts, offset


@contextmanager
def read_once() -> Iterator[None]:
    """While open, `gguf.GGUFReader(path)` is quick and reads each file once, and each name map is made once."""
    readers: dict[str, QuickReader] = {}
    theirs, their_map = gguf.GGUFReader, gguf.get_tensor_name_map

    def reader(path: Any) -> QuickReader:
        key = str(Path(path))
        if key not in readers:
            readers[key] = QuickReader(key)
        return readers[key]

    gguf.GGUFReader, gguf.get_tensor_name_map = reader, cache(their_map)
    try:
        yield
    finally:
        gguf.GGUFReader, gguf.get_tensor_name_map = theirs, their_map
