"""Every planted bug is caught, and caught again in the same place from the same seed."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.errors import AppError
from fenshen.core.ids import RandomIds
from postgres import empty_database
from simulation.planted import PLANTS, no_row_lock
from simulation.simulator import Divergence, Simulation
from simulation.world import World

SEEDS_MAX = 150
THREADS = 32
QUOTAS = 8


def first_divergence(name: str, template: Path, folder: Path, seeds: range) -> tuple[int, str, list[str]]:
    """The first seed on which the planted bug shows, how, and the trace up to there."""
    for seed in seeds:
        with PLANTS[name]() as (meter, topups):
            world = World(template, folder, seed, meter, topups)
            simulation = Simulation(world, seed)
            try:
                simulation.run()
            except Divergence as divergence:
                return seed, str(divergence), simulation.trace
            finally:
                world.close()
    pytest.fail(f"{name} survived {len(seeds)} seeds")


@pytest.mark.parametrize("name", PLANTS)
def test_the_simulator_catches(name: str, template: Path, fast_folder: Path) -> None:
    """Within the seeds that CI runs anyway, and replayed identically from the seed it names."""
    seed, what, trace = first_divergence(name, template, fast_folder, range(SEEDS_MAX))
    assert first_divergence(name, template, fast_folder, range(seed, seed + 1)) == (seed, what, trace)


def sell(folder: Path) -> tuple[Counter[str], bool]:
    """Threads open calls on a wallet with exactly 8 quotas, on PostgreSQL; outcomes, ledger whole."""
    with empty_database("postgresql", folder) as db:
        clock, ids = VirtualClock(), RandomIds()
        TopUps(db, clock, ids, [DevelopmentProvider()]).top_up("fan_1", "USD", QUOTAS * 1_000_000, "k")
        meter, start = Meter(db, clock, ids, calls_max=1000, calls_per_minute=1000), Barrier(THREADS)

        def open_one(_: int) -> str:
            start.wait()
            try:
                return meter.open_call("fan_1", "juniper", 4_000_000, "USD").status
            except AppError as error:
                return error.code

        with ThreadPoolExecutor(THREADS) as pool:
            outcomes = Counter(pool.map(open_one, range(THREADS)))
        return outcomes, verify(db).ok


@pytest.mark.postgres
def test_threads_catch_a_missing_row_lock(tmp_path: Path) -> None:
    """With the lock exactly 8 are sold; without it not, or the ledger is no longer whole."""
    right = (Counter(open=QUOTAS, unpaid=THREADS - QUOTAS), True)
    assert sell(tmp_path) == right
    with no_row_lock():
        assert sell(tmp_path) != right
