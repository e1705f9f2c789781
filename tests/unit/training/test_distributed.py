"""Processes that share the rows of a step learn what one would: the same gradients, curve and adapter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from safetensors.torch import load_file

from fenshen.core.errors import Busy, Refused
from fenshen.training import recipe as recipes
from fenshen.training import training_data, versions
from tiny_base import gradients_of_rank, make_base, make_base_in_rank_0, train_rank

pytestmark = pytest.mark.slow


def _curve(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "loss.jsonl").read_text().splitlines()]


def _both(work: Callable[..., None], tmp_path: Path) -> tuple[Path, Path]:
    """The folders in which one process, and two, did the work."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    work(0, 1, tmp_path / "one", "")
    mp.spawn(work, (2, tmp_path / "two", f"file://{tmp_path / 'meeting'}"), nprocs=2)
    assert not dist.is_initialized()
    return tmp_path / "one", tmp_path / "two"


def test_two_processes_have_the_gradients_of_the_double_batch(tmp_path: Path) -> None:
    """Two rows each, summed, are the gradients of one process that reads all four, and both ranks have them."""
    one, two = _both(gradients_of_rank, tmp_path)
    expected = load_file(one / "0.safetensors")
    assert any(float(gradient.abs().max()) > 1e-4 for gradient in expected.values())
    for rank in (0, 1):
        found = load_file(two / f"{rank}.safetensors")
        assert found.keys() == expected.keys()
        for name, gradient in expected.items():
            torch.testing.assert_close(found[name], gradient, rtol=1e-4, atol=1e-7)


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    """Five rows in steps of three, shared two and one: curve and adapter agree to rounding, one writes the files."""
    one, two = _both(train_rank, tmp_path)
    alone, together = _curve(one), _curve(two)
    assert len(alone) == 6 and alone[-1] < alone[0]
    assert together == pytest.approx(alone, rel=1e-4)
    weights = [load_file(folder / "checkpoint.safetensors") for folder in (one, two)]
    for key, value in weights[0].items():
        if key.startswith("weight."):
            torch.testing.assert_close(weights[1][key], value, rtol=1e-3, atol=1e-5)


@pytest.fixture
def two_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default recipe with two processes and two rows a step."""
    chosen = replace(recipes.recipe(), workers=2, rows_per_step=2, row_tokens=256)
    monkeypatch.setattr(training_data, "find_recipe", lambda name: chosen)


def test_a_recipe_with_two_workers_trains_a_version(
    two_workers: None, train: Callable[..., versions.Version], tmp_path: Path
) -> None:
    """From the job to the finished version: one curve, one adapter, the steps that the time allows."""
    version = train(load=make_base)
    folder = tmp_path / "home" / version.adapter_dir
    assert version.status == "trained"
    assert len(_curve(folder)) == 6
    assert (folder / "adapter.gguf").is_file() and not (folder / "checkpoint.safetensors").exists()


def test_a_lost_worker_ends_the_training_and_the_next_call_finishes_it(
    two_workers: None, train: Callable[..., Any]
) -> None:
    """What to do is said, and the version is the same one afterwards."""
    with pytest.raises(Busy, match="run the same command again") as caught:
        train(load=make_base_in_rank_0)
    assert caught.value.code == "worker_lost" and not dist.is_initialized()
    assert train(load=make_base).status == "trained"


def test_consent_that_ends_stops_every_process(two_workers: None, train: Callable[..., Any]) -> None:
    """What the check before a step raises comes out, and no process is left."""

    def ended() -> None:
        raise Refused("consent has ended", code="consent_revoked")

    with pytest.raises(Refused):
        train(load=make_base, stop=ended)
    assert mp.active_children() == []
