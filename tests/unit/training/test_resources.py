"""Memory and time from shapes: bounds that are known, and what must grow with what."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.training.recipe import Recipe, recipe, recipes
from fenshen.training.resources import (
    Gpu,
    Machine,
    estimate_memory,
    parse_gpus,
    parse_meminfo,
)
from fenshen.training.shape import KNOWN_SHAPES

GB = 10**9
LAPTOP = Machine("cpu", 8, 16 * GB, 14 * GB)
H100 = Machine("cpu", 16, 128 * GB, 120 * GB, (Gpu("NVIDIA H100 80GB HBM3", 80 * GB, 79 * GB),))

#: Recipe, and the memory in its name or on its machine.
LIMITS = {
    "cpu-demo": 4 * GB,
    "cpu-long": 5 * GB,
    "1.5B-laptop": 14 * GB,
    "8B-24GB": 24 * GB,
    "14B-80GB": 80 * GB,
    "multi-gpu": 80 * GB,
}


@pytest.mark.parametrize("name", LIMITS)
def test_each_recipe_fits_where_it_says(name: str) -> None:
    """With the base it is meant for, and not in a third of it for the large ones."""
    chosen = recipe(name)
    needed = estimate_memory(KNOWN_SHAPES[chosen.base], chosen, chosen.device == "cuda").total
    assert needed < LIMITS[name]
    assert needed > LIMITS[name] / 4


def test_weights_take_what_they_take() -> None:
    """8 billion weights are 33 GB in float32, 16 in bfloat16 and about 6 in 4 bits with tables in 16."""
    shape = KNOWN_SHAPES["qwen3-8b"]
    exact = Recipe("exact", arithmetic="float32")
    half = Recipe("half", dtype="bfloat16")
    held = [
        estimate_memory(shape, one, True).base / GB for one in (exact, half, replace(half, four_bit=True))
    ]
    assert held == pytest.approx([32.8, 16.4, 6.2], rel=0.05)


@given(
    name=st.sampled_from(sorted(KNOWN_SHAPES)),
    kind=st.sampled_from(sorted(recipes())),
    more=st.sampled_from(["row_tokens", "rank"]),
)
def test_more_of_anything_never_takes_less(name: str, kind: str, more: str) -> None:
    """Longer rows and a larger adapter only add; checkpoints and fewer layers only save."""
    shape, chosen = KNOWN_SHAPES[name], recipe(kind)
    on_gpu = chosen.device == "cuda"
    needed = estimate_memory(shape, chosen, on_gpu).total
    assert estimate_memory(shape, replace(chosen, **{more: 2 * getattr(chosen, more)}), on_gpu).total > needed
    assert estimate_memory(shape, replace(chosen, upper_layers=1), on_gpu).total <= needed
    kept = replace(chosen, checkpointing=False)
    assert (
        estimate_memory(shape, kept, on_gpu).total
        >= estimate_memory(shape, replace(kept, checkpointing=True), on_gpu).total
    )


def test_gpus_as_nvidia_smi_tells_them() -> None:
    """Names may have spaces; lines that are something else are left out."""
    table = "NVIDIA H100 80GB HBM3, 81559, 81008\nNVIDIA A10, 23028, [N/A]\nNo devices were found\n\n"
    assert parse_gpus(table) == (Gpu("NVIDIA H100 80GB HBM3", 81559 * 2**20, 81008 * 2**20),)


def test_memory_as_the_kernel_tells_it() -> None:
    """What is available counts, not what is unused; a text that does not say gives nothing."""
    told = "MemTotal:       24000000 kB\nMemFree:         1000000 kB\nMemAvailable:   20000000 kB\n"
    assert parse_meminfo(told) == (24_000_000 * 1024, 20_000_000 * 1024)
    assert parse_meminfo("nothing: here") == (0, 0)
