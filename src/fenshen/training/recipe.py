"""How to retrain: small frozen sets of choices with names. Knows nothing about data or models."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args

from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text

Arithmetic = Literal["auto", "int8", "float32"]
Adapter = Literal["lora", "dora"]
Dtype = Literal["float32", "bfloat16"]
Device = Literal["auto", "cpu", "cuda"]

DEFAULT = "cpu-demo"
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class Recipe:
    """Choices that change what is learned, and what it takes.

    Attributes:
        about: what it is for, in a line; the one field that is no choice.
        base: catalog name of the base it is meant for; any other may be given.
        adapter: plain LoRA, or DoRA, which scales the rows of the base too.
        rank, alpha: size and scale of the adapter.
        targets: projections that get one.
        upper_layers: how many of the layers are adapted, counted from the output; 0 is all of them.
        learning_rate: peak, reached after `warmup_share` of the budget, then cosine down to
            `final_share` of it.
        row_tokens: how much is packed into one row.
        rows_per_step: rows whose gradients make one optimiser step.
        passes_max: the same example is never seen more often than this.
        clip_norm: largest gradient norm.
        arithmetic: how the frozen base multiplies on a processor; `auto` takes 8-bit integers where it
            has instructions for them.
        checkpointing: forget activations and compute them again on the way back.
        dtype: what the base is held and multiplied in; the adapter is always float32.
        four_bit: hold the base in 4 bits (NF4), which needs bitsandbytes and a safetensors base.
        compiled: let torch.compile make one program of each layer; `make bench NAME=train` with `--shape`
            measures whether that is faster.
        device: where; `auto` is a GPU if there is one.
        workers: processes that share the rows of a step, each on a device of its own; more than one
            needs Ray. They change the time it takes, not what is learned.
    """

    name: str
    about: str = ""
    base: str = "smollm2-135m"
    adapter: Adapter = "lora"
    rank: int = 16
    alpha: int = 32
    targets: tuple[str, ...] = PROJECTIONS
    upper_layers: int = 0
    learning_rate: float = 2e-3
    warmup_share: float = 0.05
    final_share: float = 0.1
    weight_decay: float = 0.0
    row_tokens: int = 768
    rows_per_step: int = 1
    passes_max: int = 4
    clip_norm: float = 1.0
    seed: int = 7
    arithmetic: Arithmetic = "auto"
    checkpointing: bool = False
    dtype: Dtype = "float32"
    four_bit: bool = False
    compiled: bool = False
    device: Device = "cpu"
    workers: int = 1

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise BadInput(f"recipe {self.name!r}: {problem}", code="bad_recipe")

    @property
    def sha256(self) -> str:
        """Digest of every choice."""
        choices = {name: value for name, value in asdict(self).items() if name != "about"}
        return digest_text(repr(sorted(choices.items())))


#: What numbers may be, ends included.
RANGES: dict[str, tuple[float, float]] = {
    "rank": (1, 512),
    "alpha": (1, 4096),
    "upper_layers": (0, 512),
    "learning_rate": (1e-7, 1.0),
    "warmup_share": (0.0, 0.9),
    "final_share": (0.0, 1.0),
    "weight_decay": (0.0, 1.0),
    "row_tokens": (64, 131_072),
    "rows_per_step": (1, 4096),
    "passes_max": (1, 1000),
    "clip_norm": (1e-3, 1e3),
    "seed": (0, 2**31 - 1),
    "workers": (1, 1024),
}
#: What words may be.
WORDS: dict[str, tuple[str, ...]] = {
    "adapter": get_args(Adapter),
    "arithmetic": get_args(Arithmetic),
    "dtype": get_args(Dtype),
    "device": get_args(Device),
}
KEYS = tuple(field.name for field in fields(Recipe) if field.name != "name")


def _problems(recipe: Recipe) -> list[str]:
    """What makes no sense, each with what is allowed."""
    found = [
        f"{key} = {getattr(recipe, key)!r}; allowed: {low:g} to {high:g}"
        for key, (low, high) in RANGES.items()
        if not low <= getattr(recipe, key) <= high
    ]
    found += [
        f"{key} = {getattr(recipe, key)!r}; allowed: {', '.join(words)}"
        for key, words in WORDS.items()
        if getattr(recipe, key) not in words
    ]
    unknown = sorted(set(recipe.targets) - set(PROJECTIONS))
    if unknown or not recipe.targets or len(set(recipe.targets)) != len(recipe.targets):
        found.append(f"targets = {list(recipe.targets)}; allowed: each of {', '.join(PROJECTIONS)} once")
    if recipe.four_bit and recipe.dtype != "bfloat16":
        found.append("four_bit needs dtype = 'bfloat16', which it multiplies in")
    if recipe.dtype == "bfloat16" and recipe.arithmetic == "int8":
        found.append("arithmetic = 'int8' needs dtype = 'float32'; allowed with bfloat16: 'auto'")
    if recipe.workers > recipe.rows_per_step:
        found.append(
            f"workers = {recipe.workers} share {recipe.rows_per_step} rows; "
            f"allowed: at most as many workers as rows_per_step"
        )
    return found
