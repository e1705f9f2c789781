"""Processes that share the rows of a step learn what one would: the same curve and the same adapter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from safetensors.torch import load_file

from tiny_base import train_in_crew

pytestmark = pytest.mark.slow


def _curve(folder: Path) -> list[float]:
    return [json.loads(line)["loss"] for line in (folder / "loss.jsonl").read_text().splitlines()]


def test_two_processes_learn_what_one_does(tmp_path: Path) -> None:
    """Five rows in steps of three, shared two and one: curve and adapter agree to rounding, one writes the files."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    train_in_crew(0, 1, tmp_path / "one", "")
    meeting = f"file://{tmp_path / 'meeting'}"
    mp.spawn(train_in_crew, (2, tmp_path / "two", meeting), nprocs=2)
    assert not dist.is_initialized()
    alone, together = _curve(tmp_path / "one"), _curve(tmp_path / "two")
    assert len(alone) == 6 and alone[-1] < alone[0]
    assert together == pytest.approx(alone, rel=1e-4)
    weights = [load_file(tmp_path / name / "checkpoint.safetensors") for name in ("one", "two")]
    for key, value in weights[0].items():
        if key.startswith("weight."):
            torch.testing.assert_close(weights[1][key], value, rtol=1e-3, atol=1e-5)
