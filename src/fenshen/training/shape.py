"""How big a base is, in the figures that memory and time follow from. Read from headers, never by loading.

Knows nothing about recipes or machines.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.training.gguf_header import read_gguf_header

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
    """The shape of the base at `path`, a GGUF file or a folder; `None` where it does not tell.

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
