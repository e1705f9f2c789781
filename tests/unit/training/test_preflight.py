"""The plan before a training: what it takes, whether it fits, and what would instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.core.ids import SeededIds
from fenshen.core.installation import Installation
from fenshen.library import items as library
from fenshen.training import preflight
from fenshen.training.bases import BaseFile
from fenshen.training.job import JobSpec
from fenshen.training.preflight import (
    FILE,
    PreflightReport,
    cache_throughput,
    cached_throughput,
    preflight_training,
)
from fenshen.training.recipe import recipe
from fenshen.training.resources import Gpu, Machine
from fenshen.training.shape import KNOWN_SHAPES, BaseShape

GB = 10**9
SMALL = Machine("cpu", 2, 4 * GB, 3 * GB)
LARGE = replace(SMALL, memory_bytes=64 * GB, memory_free_bytes=60 * GB)
GPU = replace(LARGE, gpus=(Gpu("NVIDIA GeForce RTX 4090", 24 * GB, 23_500_000_000),))

Plan = Callable[..., PreflightReport]


@pytest.fixture
def plan(
    db: Database,
    shelf: Callable[..., Any],
    base_file: BaseFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Plan:
    """Plans a training of a little library on a base of any shape: `plan(shape, recipe, machine)`."""
    for number in range(4):
        (item,), passages = shelf(f"post{number}", [f"Kettle {number} is sulking. " * 8, "And a crumb. " * 8])
        with db.write() as connection:
            library.insert_item(connection, item, passages)
    monkeypatch.setattr(preflight, "find_base", lambda name, home: replace(base_file, name=name))

    def make(shape: str | None, chosen: str, machine: Machine, minutes: float = 4.0) -> PreflightReport:
        known: BaseShape | None = KNOWN_SHAPES[shape] if shape else None
        monkeypatch.setattr(preflight, "read_shape", lambda path: known)
        order = JobSpec("juniper", shape or "tiny", chosen, minutes)
        return preflight_training(Installation(db, VirtualClock(), SeededIds(), tmp_path), order, machine)

    return make


def test_a_plan_says_what_it_takes(plan: Plan) -> None:
    """Base, data, minutes and memory."""
    made = plan("smollm2-135m", "cpu-demo", LARGE)
    assert made.fits and made.instead == ()
    assert made.parameters == KNOWN_SHAPES["smollm2-135m"].parameters
    assert sum(made.examples.values()) > 5 and made.tokens > 300
    assert made.minutes == 4.0
    assert made.memory_bytes is not None and GB < made.memory_bytes < 5 * GB
    made.require()


def test_the_last_training_tells_the_time_of_the_next(plan: Plan, tmp_path: Path) -> None:
    """Its throughput is used for the same base, recipe and machine; before it the given minutes stand."""
    first = plan("smollm2-135m", "cpu-demo", LARGE)
    assert (first.minutes, first.tokens_per_s, first.passes) == (4.0, None, None)
    passes = recipe().passes_max
    cache_throughput(tmp_path, LARGE.label, "smollm2-135m", recipe(), first.tokens * passes / 120)
    found = plan("smollm2-135m", "cpu-demo", LARGE)
    assert found.minutes == 2.0 and found.passes == pytest.approx(passes, abs=0.02)
    assert plan("smollm2-135m", "cpu-demo", replace(LARGE, cores=4)).tokens_per_s is None
    assert plan("smollm2-135m", "cpu-long", LARGE).tokens_per_s is None


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"a": "b"}', "[" * 100_000])
def test_a_broken_file_of_speeds_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    """It only improves an estimate, and the next training writes it anew."""
    (tmp_path / FILE).write_text(text)
    assert cached_throughput(tmp_path, "machine", "base", recipe()) is None
    cache_throughput(tmp_path, "machine", "base", recipe(), 10.0)
    assert cached_throughput(tmp_path, "machine", "base", recipe()) == 10.0


#: Base, recipe, machine, part of why not, and of what would fit.
MISFITS = [
    ("qwen3-8b", "cpu-demo", SMALL, "and 3.0 GB are free", "`--base "),
    ("qwen3-8b", "8B-24GB", LARGE, "needs a CUDA GPU, and this machine has none", "`--recipe "),
    ("qwen3-8b", "14B-80GB", GPU, "of GPU memory", "`--recipe 8B-24GB` with 'qwen3-8b'"),
    ("qwen3-14b", "14B-80GB", GPU, "of GPU memory", "--base "),
]


@pytest.mark.parametrize(("base", "chosen", "machine", "why", "instead"), MISFITS)
def test_what_cannot_fit_is_refused_with_what_would(
    plan: Plan, base: str, chosen: str, machine: Machine, why: str, instead: str
) -> None:
    """Exit 3 with the figures, and a recipe or a base that fits this machine."""
    made = plan(base, chosen, machine)
    assert not made.fits and why in made.why
    with pytest.raises(BadInput) as caught:
        made.require()
    assert caught.value.code == "does_not_fit"
    assert instead in caught.value.message


def test_shorter_rows_are_offered_where_they_are_enough(plan: Plan) -> None:
    """A recipe that nearly fits says with which row length it would."""
    tight = replace(GPU, gpus=(Gpu("small", 20 * GB, 17_000_000_000),))
    whole = plan("qwen3-8b", "8B-24GB", GPU)
    assert whole.fits and whole.memory_bytes is not None and whole.memory_bytes > 11 * GB
    made = plan(
        "qwen3-8b",
        "8B-24GB",
        replace(tight, gpus=(replace(tight.gpus[0], free_bytes=whole.memory_bytes - GB),)),
    )
    assert any("8B-24GB with row_tokens = 2048" in option for option in made.instead)


def test_everything_offered_fits(plan: Plan) -> None:
    """No suggestion is itself refused."""
    for machine in (SMALL, LARGE, GPU):
        for option in plan("qwen3-14b", "14B-80GB", machine).instead:
            if option.startswith("`--base"):
                _, base, _, name = option.strip("`").split()
                assert plan(base, name, machine).fits, option


def test_a_base_that_does_not_tell_its_shape_may_be_tried(plan: Plan) -> None:
    """Whether it fits is not known, and that is what the plan says."""
    made = plan(None, "cpu-demo", SMALL)
    assert made.fits and made.memory_bytes is None and "not known" in made.why
