"""The size of a base, from which memory and time follow: read from the header of a GGUF file or from config.json.

No weights are loaded and no extra package is needed.

Source: ggml, "GGUF specification", version 3.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from fenshen.core.errors import BadInput

#: Longer than any header we know (262,144 tokens take about 8 MB), so a broken length ends here.
HEADER_BYTES_MAX = 32 * 1024 * 1024
_STRING, _ARRAY = 8, 9
_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}


@dataclass(frozen=True)
class GGUFHeader:
    """Everything before the weights.

    Attributes:
        values: scalars by key; of an array only its length.
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
        self._take(12)  # its type and offset
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


_CONFIG_BYTES_MAX = 1_000_000


@dataclass(frozen=True)
class BaseShape:
    """A decoder with gated feed-forward layers.

    Attributes:
        width: of the residual stream; `ffn` of the layers between.
        heads, heads_kv, head_dim: of attention.
        tied: the output head is the embedding table.
    """

    layers: int
    width: int
    ffn: int
    heads: int
    heads_kv: int
    head_dim: int
    vocabulary: int
    tied: bool

    @property
    def projections(self) -> Mapping[str, tuple[int, int]]:
        """(in, out) of each projection of one layer."""
        q, kv = self.heads * self.head_dim, self.heads_kv * self.head_dim
        return {
            "q_proj": (self.width, q),
            "k_proj": (self.width, kv),
            "v_proj": (self.width, kv),
            "o_proj": (q, self.width),
            "gate_proj": (self.width, self.ffn),
            "up_proj": (self.width, self.ffn),
            "down_proj": (self.ffn, self.width),
        }

    @property
    def layer_parameters(self) -> int:
        """Weights of the projections of one layer."""
        return sum(rows * columns for rows, columns in self.projections.values())

    @property
    def table_parameters(self) -> int:
        """Weights of the embedding table, and again of the head where it is one of its own."""
        return self.vocabulary * self.width * (1 if self.tied else 2)

    @property
    def parameters(self) -> int:
        """All weights, to within its norms."""
        return self.layers * self.layer_parameters + self.table_parameters


def read_shape(path: Path) -> BaseShape | None:
    """The shape of the base at `path`, a GGUF file or a folder; `None` where the file does not contain it.

    Raises:
        BadInput: `bad_base`, it cannot be read.
    """
    return _of_folder(path) if path.is_dir() else _of_gguf(path)


def _of_gguf(path: Path) -> BaseShape | None:
    header = read_gguf_header(path)
    kind = header.values.get("general.architecture", "")

    def number(key: str) -> int:
        return int(header.values.get(f"{kind}.{key}", 0))

    table = header.tensors.get("token_embd.weight", (0, 0))
    heads = number("attention.head_count")
    found = BaseShape(
        layers=number("block_count"),
        width=number("embedding_length"),
        ffn=number("feed_forward_length"),
        heads=heads,
        heads_kv=number("attention.head_count_kv") or heads,
        head_dim=number("attention.key_length") or (number("embedding_length") // heads if heads else 0),
        vocabulary=math.prod(table) // max(1, number("embedding_length")),
        tied="output.weight" not in header.tensors,
    )
    return _whole(found)


def _of_folder(folder: Path) -> BaseShape | None:
    path = folder / "config.json"
    try:
        with path.open("rb") as file:
            config = json.loads(file.read(_CONFIG_BYTES_MAX))
        if not isinstance(config, dict):
            raise ValueError("it is no JSON object")
        return _whole(_of_config(config))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise BadInput(f"{str(path)!r} describes no base: {error}", code="bad_base") from error


def _of_config(config: Mapping[str, Any]) -> BaseShape:
    width, heads = int(config.get("hidden_size") or 0), int(config.get("num_attention_heads") or 0)
    return BaseShape(
        layers=int(config.get("num_hidden_layers") or 0),
        width=width,
        ffn=int(config.get("intermediate_size") or 0),
        heads=heads,
        heads_kv=int(config.get("num_key_value_heads") or heads),
        head_dim=int(config.get("head_dim") or (width // heads if heads else 0)),
        vocabulary=int(config.get("vocab_size") or 0),
        tied=bool(config.get("tie_word_embeddings", False)),
    )


def _whole(shape: BaseShape) -> BaseShape | None:
    numbers = (shape.layers, shape.width, shape.ffn, shape.heads, shape.heads_kv, shape.head_dim)
    return shape if min(*numbers, shape.vocabulary) > 0 else None


#: Shapes of bases that may not be here, to say which of them would fit.
KNOWN_SHAPES: Mapping[str, BaseShape] = MappingProxyType(
    {
        "smollm2-135m": BaseShape(30, 576, 1536, 9, 3, 64, 49_152, True),
        "gemma3-270m": BaseShape(18, 640, 2048, 4, 1, 256, 262_144, True),
        "qwen3-0.6b": BaseShape(28, 1024, 3072, 16, 8, 128, 151_936, True),
        "qwen3-1.7b": BaseShape(28, 2048, 6144, 16, 8, 128, 151_936, True),
        "qwen3-4b": BaseShape(36, 2560, 9728, 32, 8, 128, 151_936, True),
        "qwen3-8b": BaseShape(36, 4096, 12_288, 32, 8, 128, 151_936, False),
        "qwen3-14b": BaseShape(40, 5120, 17_408, 40, 8, 128, 151_936, False),
    }
)
