"""How to retrain: small frozen sets of choices with names. Knows nothing about data or models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Literal

from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text

Arithmetic = Literal["auto", "int8", "float32"]


@dataclass(frozen=True)
class Recipe:
    """Choices that change what is learned.

    Attributes:
        rank, alpha: size and scale of the adapter.
        targets: projections that get one.
        learning_rate: peak, reached after `warmup_share` of the budget, then cosine down to
            `final_share` of it.
        row_tokens: how much is packed into one optimiser step.
        passes_max: the same example is never seen more often than this.
        clip_norm: largest gradient norm.
        arithmetic: how the frozen base multiplies; `auto` takes 8-bit integers where the processor
            has instructions for them.
    """

    name: str
    rank: int = 16
    alpha: int = 32
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    learning_rate: float = 2e-3
    warmup_share: float = 0.05
    final_share: float = 0.1
    weight_decay: float = 0.0
    row_tokens: int = 768
    passes_max: int = 4
    clip_norm: float = 1.0
    seed: int = 7
    arithmetic: Arithmetic = "auto"

    @property
    def sha256(self) -> str:
        """Digest of every choice."""
        return digest_text(repr(sorted(asdict(self).items())))


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        recipe.name: recipe
        for recipe in (
            Recipe("cpu-demo"),
            Recipe("cpu-exact", arithmetic="float32"),
            Recipe("cpu-long", learning_rate=1e-3, row_tokens=1024, passes_max=6),
        )
    }
)
DEFAULT = "cpu-demo"


def recipe(name: str = DEFAULT) -> Recipe:
    """The recipe called `name`.

    Raises:
        BadInput: there is none; the message lists those there are.
    """
    try:
        return RECIPES[name]
    except KeyError:
        known = ", ".join(RECIPES)
        raise BadInput(f"no recipe {name!r}; known: {known}", code="unknown_recipe") from None
