"""An adapter from elsewhere as a typed shape: LoRA on known matrices, of a known rank, fitting the base.

    adapter_config.json → AdapterShape
    adapter_model.safetensors → matrices of finite numbers → the very matrices that the base has room for

A setting that is not read here must say nothing; what is written here is made from the shape alone, so no
key of the configuration reaches a library.

Source: https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from fenshen.core.errors import BadInput

RANK_MAX = 512
LAYERS_MAX = 1024
#: PEFT's name of a matrix → the name llama.cpp's format gives it.
TARGETS = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
#: Settings that change nothing in what an adapter computes, whatever they say.
_HARMLESS: dict[str, type | tuple[type, ...]] = {
    "base_model_name_or_path": str,
    "inference_mode": bool,
    "lora_dropout": (int, float),
    "peft_version": str,
    "qalora_group_size": int,
    "revision": str,
}
#: Settings that must have this value where they are there.
_FIXED = {
    "peft_type": "LORA",
    "task_type": "CAUSAL_LM",
    "bias": "none",
    "init_lora_weights": True,
    "megatron_core": "megatron.core",
}
_READ = {"r", "lora_alpha", "target_modules", "layers_to_transform"}
_KEY = re.compile(
    r"base_model\.model\.model\.(?:language_model\.)?layers\.(?P<layer>\d{1,4})\.(?:self_attn|mlp)"
    r"\.(?P<target>[a-z]+_proj)\.lora_(?P<side>[AB])\.weight",
    re.ASCII,
)

#: Rows of a matrix looked at together.
_ROWS = 4096

#: The sides of each matrix of an adapter, by its name.
Matrices = Mapping[str, tuple[int, int]]
#: `(layer, target)` → `(inputs, outputs)` of the base's matrix.
Room = Mapping[tuple[int, str], tuple[int, int]]


@dataclass(frozen=True)
class BaseForm:
    """What matters of a base here; `template` is empty where it brings none."""

    room: Room
    template: str


@dataclass(frozen=True)
class AdapterShape:
    """What kind of LoRA it is; `layers` are those it is on, `None` for all."""

    rank: int
    alpha: float
    targets: tuple[str, ...]
    layers: tuple[int, ...] | None = None

    def config(self, base: str) -> dict[str, Any]:
        """`adapter_config.json` for PEFT."""
        return {
            "peft_type": "LORA",
            "task_type": "CAUSAL_LM",
            "base_model_name_or_path": base,
            "inference_mode": True,
            "bias": "none",
            "r": self.rank,
            "lora_alpha": self.alpha,
            "target_modules": list(self.targets),
            "layers_to_transform": None if self.layers is None else list(self.layers),
        }


def read_config(config: Any) -> AdapterShape:
    """The shape that an `adapter_config.json` describes.

    Raises:
        BadInput: `adapter_config`; it is no plain LoRA, or has a setting that is not known here.
    """
    if not isinstance(config, dict):
        raise _bad_config("it is no object")
    for key, value in config.items():
        if key in _FIXED:
            fits = value == _FIXED[key] and type(value) is type(_FIXED[key])
        else:
            kind = _HARMLESS.get(key)
            says_nothing = value is None or value is False or value in ({}, [], "")
            fits = key in _READ or says_nothing or (kind is not None and isinstance(value, kind))
        if not fits:
            raise _bad_config(f"setting {key[:40]!r} is not one that plain LoRA has")
    if config.get("peft_type") != "LORA":
        raise _bad_config("it is no LoRA")
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if type(rank) is not int or not 1 <= rank <= RANK_MAX:
        raise _bad_config(f"its rank must be 1 to {RANK_MAX}")
    if type(alpha) not in (int, float) or not 0 < float(alpha) <= 16 * RANK_MAX:  # type: ignore[arg-type]
        raise _bad_config("its alpha must be a small positive number")
    return AdapterShape(rank, float(alpha), _targets(config), _layers(config))  # type: ignore[arg-type]


def read_matrices(path: Path) -> Matrices:
    """The matrices in a safetensors file, every value of which is a finite number.

    Raises:
        BadInput: `bad_tensors`, it is no safetensors file of 16 or 32 bit matrices; `bad_weights`.
    """
    from safetensors import SafetensorError, safe_open

    found: dict[str, tuple[int, int]] = {}
    try:
        with safe_open(path, framework="numpy") as file:
            for name in file.keys():  # noqa: SIM118 (it is no mapping)
                matrix = file.get_slice(name)
                sides = tuple(matrix.get_shape())
                if len(sides) != 2 or matrix.get_dtype() not in ("F32", "F16"):
                    raise _bad_tensors(f"{name[:80]!r} is no matrix of 16 or 32 bits")
                ends = (slice(at, min(at + _ROWS, sides[0])) for at in range(0, sides[0], _ROWS))
                if not all(np.isfinite(matrix[rows]).all() for rows in ends):
                    raise BadInput(
                        f"the weights of {name[:80]!r} hold values that are no numbers; train it again",
                        code="bad_weights",
                    )
                found[name] = (sides[0], sides[1])
    except (SafetensorError, OSError, ValueError) as error:
        raise _bad_tensors(str(error)[:80]) from error
    return found


def check_shapes(matrices: Matrices, shape: AdapterShape, room: Room) -> None:
    """Raise unless the matrices are exactly those that this shape of LoRA has on this base.

    Raises:
        BadInput: `adapter_shape`.
    """
    layers = range(max(layer for layer, _ in room) + 1) if shape.layers is None else shape.layers
    wanted: dict[tuple[int, str, str], tuple[int, int]] = {}
    for layer, target in product(layers, shape.targets):
        if (layer, target) not in room:
            raise _misfit(f"the base has no {target} in layer {layer}")
        inputs, outputs = room[layer, target]
        wanted[layer, target, "A"] = (shape.rank, inputs)
        wanted[layer, target, "B"] = (outputs, shape.rank)
    found = {_place(name): sides for name, sides in matrices.items()}
    if len(found) < len(matrices) or found.keys() != wanted.keys():
        raise _misfit(f"it holds {len(matrices)} matrices where {len(wanted)} belong")
    for place, sides in found.items():
        if sides != wanted[place]:
            raise _misfit(f"{place} is {sides} where {wanted[place]} belongs")


def read_base(base: Path) -> BaseForm:
    """What the base in a GGUF file has room for, and its chat template."""
    import gguf

    reader = gguf.GGUFReader(str(base))
    places = {f"{name}.weight": target for target, name in TARGETS.items()}
    room: dict[tuple[int, str], tuple[int, int]] = {}
    for tensor in reader.tensors:
        block, layer, name = (*tensor.name.split(".", 2), "", "")[:3]
        if block == "blk" and name in places:
            room[int(layer), places[name]] = (int(tensor.shape[0]), int(tensor.shape[1]))
    template = reader.get_field("tokenizer.chat_template")
    return BaseForm(room, "" if template is None else str(template.contents()))


def _targets(config: Mapping[str, Any]) -> tuple[str, ...]:
    named = config.get("target_modules")
    if not isinstance(named, list) or not named or not all(isinstance(one, str) for one in named):
        raise _bad_config("its target modules are no list of names")
    if not TARGETS.keys() >= set(named) or len(set(named)) < len(named):
        raise _bad_config(f"its target modules must be some of {', '.join(TARGETS)}")
    return tuple(target for target in TARGETS if target in named)


def _layers(config: Mapping[str, Any]) -> tuple[int, ...] | None:
    chosen = config.get("layers_to_transform")
    if chosen is None:
        return None
    numbers = chosen if isinstance(chosen, list) else [chosen]
    fits = all(type(number) is int and 0 <= number < LAYERS_MAX for number in numbers)
    if not fits or not numbers or len(set(numbers)) < len(numbers):
        raise _bad_config("its layers are no list of numbers")
    return tuple(sorted(numbers))


def _place(name: str) -> tuple[int, str, str]:
    match = _KEY.fullmatch(name)
    if match is None:
        raise _misfit(f"{name[:80]!r} is no matrix of a LoRA")
    return int(match["layer"]), match["target"], match["side"]


def _bad_config(what: str) -> BadInput:
    return BadInput(f"adapter_config.json cannot be used: {what}", code="adapter_config")


def _misfit(what: str) -> BadInput:
    return BadInput(f"the adapter does not fit its base: {what}", code="adapter_shape")


def _bad_tensors(what: str) -> BadInput:
    return BadInput(f"the weights are no safetensors file as training writes it: {what}", code="bad_tensors")
