"""What a training takes in memory and time, from shapes alone. Pure.

Both are estimates: memory adds up what the loop keeps; time
divides the work of a token by what the machine is likely to do. Knows nothing about files or PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass

from fenshen.training.hardware import Machine
from fenshen.training.recipe import Recipe
from fenshen.training.shape import BaseShape

#: Python with PyTorch, transformers and the database, and what the allocator keeps; on a GPU its context and
#: what fragments. Two trainings on a processor peaked 0.5 and 0.6 GB above what the loop itself keeps and 0.7 GB.
RUNTIME_BYTES = 1_300_000_000
RUNTIME_GPU_BYTES = 1_500_000_000
#: 4 bits a weight, and a scale for every 64 of them.
_BYTES_IN_FOUR_BITS = 0.53
#: Weights, gradients and two moments, in float32.
_ADAPTER_BYTES = 16
#: Rows of logits in memory at once, in three copies: what `answer_loss` holds where its flash kernel does not run.
_PIECE_ROWS, _PIECE_ROWS_GPU, _PIECE_COPIES = 64, 256, 3
#: Conversations in a row are about this long, so a token sees about as many keys.
_USUAL_KEYS = 320

#: Sustained operations a second of one core, in float32 and with integers; of a GPU, a share of its peak.
CORE_FLOPS = 40e9
CORE_INT8_FLOPS = 90e9
GPU_SHARE = 0.35
GPU_SHARE_FOUR_BIT = 0.25
#: Peak bfloat16 operations a second without sparsity, by a part of the name.
GPU_PEAK = {
    "B200": 2250e12,
    "H200": 989e12,
    "H100": 989e12,
    "A100": 312e12,
    "L40S": 362e12,
    "L40": 181e12,
    "L4": 121e12,
    "4090": 165e12,
    "A10": 125e12,
    "3090": 71e12,
    "T4": 65e12,
}
GPU_PEAK_USUAL = 60e12


@dataclass(frozen=True)
class Memory:
    """Bytes by what holds them."""

    base: int
    adapter: int
    activations: int
    head: int
    runtime: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.base + self.adapter + self.activations + self.head + self.runtime


def uses_gpu(recipe: Recipe, machine: Machine) -> bool:
    """Whether `recipe` would train on a GPU here."""
    return recipe.device == "cuda" or (recipe.device == "auto" and bool(machine.gpus))


def multiplies_in_int8(recipe: Recipe, on_gpu: bool) -> bool:
    """Whether the base may get copies in 8-bit integers."""
    plain = recipe.dtype == "float32" and recipe.adapter == "lora" and not on_gpu
    return plain and recipe.arithmetic != "float32"


def estimate_memory(shape: BaseShape, recipe: Recipe, on_gpu: bool) -> Memory:
    """What training takes at its peak, for one process."""
    size = 4 if recipe.dtype == "float32" else 2
    adapted = _adapted(shape, recipe)
    layers = shape.layers * shape.layer_parameters
    base = shape.table_parameters * size + layers * (_BYTES_IN_FOUR_BITS if recipe.four_bit else size)
    if multiplies_in_int8(recipe, on_gpu):
        base += 2 * adapted * shape.layer_parameters
    one_layer = recipe.row_tokens * _kept_per_token(shape, recipe, size, on_gpu)
    if recipe.checkpointing:
        activations = recipe.row_tokens * shape.width * size * shape.layers + one_layer
    else:
        activations = adapted * one_layer
    rows = _PIECE_ROWS_GPU if on_gpu else _PIECE_ROWS
    head = rows * shape.vocabulary * 4 * _PIECE_COPIES + 3 * recipe.row_tokens * shape.width * size
    adapter = adapter_parameters(shape, recipe) * _ADAPTER_BYTES
    return Memory(
        base=int(base),
        adapter=adapter,
        activations=int(activations),
        head=head,
        runtime=RUNTIME_GPU_BYTES if on_gpu else RUNTIME_BYTES,
    )


def adapter_parameters(shape: BaseShape, recipe: Recipe) -> int:
    """How many weights are trained."""
    sides = [shape.projections[name] for name in recipe.targets]
    low_rank = sum(recipe.rank * (rows + columns) for rows, columns in sides)
    scales = sum(columns for _, columns in sides) if recipe.adapter == "dora" else 0
    return _adapted(shape, recipe) * (low_rank + scales)


def work_per_token(shape: BaseShape, recipe: Recipe, answer_share: float) -> float:
    """Operations that one token of a row takes, forward and back."""
    through = 2.0 * shape.layers * shape.layer_parameters
    back = 2.0 * _adapted(shape, recipe) * shape.layer_parameters
    again = back if recipe.checkpointing else 0.0
    return through + back + again + 4.0 * answer_share * shape.vocabulary * shape.width


def estimate_speed(shape: BaseShape, recipe: Recipe, machine: Machine, answer_share: float) -> float:
    """Tokens a second that `machine` is likely to train."""
    if uses_gpu(recipe, machine):
        share = GPU_SHARE_FOUR_BIT if recipe.four_bit else GPU_SHARE
        flops = share * gpu_peak(machine.gpus[0].name if machine.gpus else "") * recipe.workers
    else:
        core = CORE_INT8_FLOPS if multiplies_in_int8(recipe, on_gpu=False) else CORE_FLOPS
        flops = core * machine.cores
    return flops / work_per_token(shape, recipe, answer_share)


def gpu_peak(name: str) -> float:
    """Peak bfloat16 operations a second of the GPU called `name`; a modest guess for one we do not know."""
    return next((peak for part, peak in GPU_PEAK.items() if part in name), GPU_PEAK_USUAL)


def _adapted(shape: BaseShape, recipe: Recipe) -> int:
    return min(shape.layers, recipe.upper_layers) or shape.layers


def _kept_per_token(shape: BaseShape, recipe: Recipe, size: int, on_gpu: bool) -> int:
    """Bytes that one layer keeps of one token for the way back."""
    q, kv = shape.heads * shape.head_dim, shape.heads_kv * shape.head_dim
    scores = 0 if on_gpu or size == 2 else shape.heads * _USUAL_KEYS
    narrow = recipe.rank * len(recipe.targets)
    return size * (8 * shape.width + 4 * q + 3 * kv + 4 * shape.ffn + scores + narrow)
