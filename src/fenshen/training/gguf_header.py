"""The header of a GGUF file: its scalars, and the shape of every tensor. Reads no weights, needs no package.

Knows nothing about what the values mean. Source: ggml, "GGUF specification", version 3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fenshen.core.errors import BadInput

#: Longer than any header we know (262,144 tokens take about 8 MB), so a broken length ends here.
HEADER_BYTES_MAX = 32 * 1024 * 1024
_STRING, _ARRAY = 8, 9
_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


@dataclass(frozen=True)
class GGUFHeader:
    """What stands before the weights.

    Attributes:
        values: scalars by key; an array is told by its length under the key.
        tensors: shape of each tensor by name.
    """

    values: dict[str, int | float | bool | str]
    tensors: dict[str, tuple[int, ...]]


def read_gguf_header(path: Path) -> GGUFHeader:
    """The header of the file at `path`.

    Raises:
        BadInput: `bad_base`, it is no GGUF file, or its header is broken.
    """
    try:
        with path.open("rb") as file:
            return _Reader(file).header()
    except (OSError, ValueError, struct.error, KeyError) as error:
        raise BadInput(f"{str(path)!r} is not a readable GGUF file: {error}", code="bad_base") from error


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, HEADER_BYTES_MAX

    def header(self) -> GGUFHeader:
        if self._take(4) != b"GGUF":
            raise ValueError("it does not begin with 'GGUF'")
        version, tensors, values = self._number("I"), self._number("Q"), self._number("Q")
        if version not in (2, 3):
            raise ValueError(f"version {version} is not known; 2 and 3 are")
        read = {self._string(): self._value(self._number("I")) for _ in range(values)}
        return GGUFHeader(read, dict(self._tensor() for _ in range(tensors)))

    def _tensor(self) -> tuple[str, tuple[int, ...]]:
        name = self._string()
        shape = tuple(self._number("Q") for _ in range(self._number("I")))
        self._take(12)  # its type and where it lies
        return name, shape

    def _value(self, kind: int) -> int | float | bool | str:
        if kind == _STRING:
            return self._string()
        if kind != _ARRAY:
            return self._number(_FORMATS[kind])
        inner, length = self._number("I"), self._number("Q")
        if inner == _STRING:
            for _ in range(length):
                self._take(self._number("Q"))
        elif inner == _ARRAY:
            raise ValueError("an array of arrays, which no base has")
        else:
            self._take(length * struct.calcsize(_FORMATS[inner]))
        return length

    def _string(self) -> str:
        return self._take(self._number("Q")).decode("utf-8")

    def _number(self, kind: str) -> int:
        found: int
        (found,) = struct.unpack(f"<{kind}", self._take(struct.calcsize(f"<{kind}")))
        return found

    def _take(self, count: int) -> bytes:
        self._left -= count
        if self._left < 0:
            raise ValueError("its header is longer than any real one")
        read = self._file.read(count)
        if len(read) < count:
            raise ValueError("it ends within its header")
        return read
