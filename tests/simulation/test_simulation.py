"""The real code agrees with the model on every seed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simulation.simulator import Simulation
from simulation.world import World

#: More on demand: `FENSHEN_SIMULATION_SEEDS=10000 pytest tests/simulation`.
SEEDS = int(os.environ.get("FENSHEN_SIMULATION_SEEDS", "300"))
BATCH = 25


def run(template: Path, folder: Path, seed: int) -> list[str]:
    world = World(template, folder, seed)
    try:
        return Simulation(world, seed).run()
    finally:
        world.close()


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_code_and_model_agree(template: Path, fast_folder: Path, first: int) -> None:
    """Requests, lies, crashes and restarts from each seed: same balances, same calls, whole ledger."""
    for seed in range(first, first + BATCH):
        run(template, fast_folder, seed)


def test_a_seed_replays_identically(template: Path, fast_folder: Path) -> None:
    """The same seed makes the same requests with the same outcomes."""
    assert run(template, fast_folder, 11) == run(template, fast_folder, 11)
