"""The training loop: it learns, stops in time, goes on after a kill, and fails clearly."""

from __future__ import annotations

import errno
import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors
import torch

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import BadInput, Busy
from fenshen.training.adapter import AdaptedBase, new_adapter
from fenshen.training.batches import Row
from fenshen.training.int8_linear import choose_arithmetic, int8_products
from fenshen.training.loop import Budget, Runtime, TrainingLoop, learning_rate, load_checkpoint
from fenshen.training.recipe import Recipe, recipe
from fenshen.training.weights import Base

RECIPE = Recipe("test", rank=4, learning_rate=1e-2, passes_max=40)


class Killed(BaseException):
    """Stands for a kill between two steps."""


def _rows(_pass: int) -> list[Row]:
    text = list(b"the kettle is sulking about a crumb again")
    return [Row(tuple(text), (0, len(text)), tuple(range(1, len(text)))) for _ in range(2)]


def _loop(
    base: Base, folder: Path, budget: Budget, before_step: Callable[[], None] = lambda: None
) -> TrainingLoop:
    model: AdaptedBase = new_adapter(base, RECIPE)
    return TrainingLoop(
        model, RECIPE, _rows, budget, folder, Runtime(VirtualClock(), before_step=before_step)
    )


def _curve(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "loss.jsonl").read_text().splitlines()]


def test_the_loss_falls(base: Base, tmp_path: Path) -> None:
    """Thirty steps on one sentence lower its loss as far as a random frozen head allows, and the curve says so."""
    _loop(base, tmp_path, Budget(1e9, tokens=30 * 41)).run()
    curve = _curve(tmp_path)
    assert len(curve) == 30
    assert curve[-1]["loss"] < 0.95 * curve[0]["loss"]


def test_the_time_budget_ends_it(base: Base, tmp_path: Path) -> None:
    """With ten seconds and one second a step it stops after ten steps."""
    clock = VirtualClock()
    model = new_adapter(base, RECIPE)
    loop = TrainingLoop(
        model, RECIPE, _rows, Budget(10.0), tmp_path, Runtime(clock, before_step=lambda: clock.advance(1.0))
    )
    assert loop.run().steps == 10


def test_passes_end_it_too(base: Base, tmp_path: Path) -> None:
    """A tiny library is not repeated beyond the recipe's passes, however much time there is."""
    small = Recipe("test", rank=4, passes_max=2)
    model = new_adapter(base, small)
    loop = TrainingLoop(model, small, _rows, Budget(1e9), tmp_path, Runtime(VirtualClock()))
    assert loop.run().steps == 4


def test_a_killed_run_goes_on_as_if_it_had_not_stopped(fresh: Callable[[], Base], tmp_path: Path) -> None:
    """Killed two steps after a checkpoint and started again, it ends with the weights and the curve of a whole run."""
    budget = Budget(1e9, tokens=12 * 41)
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = _loop(fresh(), tmp_path / "whole", budget)
    whole.run()
    steps = 0
    broken = _loop(fresh(), tmp_path / "broken", budget)

    def die_at_seven() -> None:
        nonlocal steps
        if steps == 5:
            broken.save()
        if steps == 7:
            raise Killed
        steps += 1

    broken.runtime = replace(broken.runtime, before_step=die_at_seven)
    with pytest.raises(Killed):
        broken.run()
    resumed = _loop(fresh(), tmp_path / "broken", budget)
    assert resumed.run() == whole.position
    for name, weight in whole.weights.items():
        torch.testing.assert_close(resumed.weights[name], weight, rtol=0, atol=0)
    losses = [point["loss"] for point in _curve(tmp_path / "broken")]
    assert losses == [point["loss"] for point in _curve(tmp_path / "whole")]


def test_a_loss_that_is_no_number_stops_the_run(base: Base, tmp_path: Path) -> None:
    """It says so and keeps the last checkpoint as it was."""

    def poison() -> None:
        if loop.position.steps == 3:
            loop.save()
            with torch.no_grad():
                next(iter(loop.weights.values())).fill_(math.nan)

    loop = _loop(base, tmp_path, Budget(1e9), poison)
    with pytest.raises(BadInput, match="diverged at step 3") as caught:
        loop.run()
    assert caught.value.code == "training_diverged"
    with safetensors.safe_open(str(tmp_path / "checkpoint.safetensors"), framework="pt") as file:
        assert all(file.get_tensor(name).isfinite().all() for name in file.keys())  # noqa: SIM118


def test_a_full_disk_keeps_the_last_checkpoint(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a checkpoint cannot be written the run stops as `Busy`, the old file whole and no half one left."""
    loop = _loop(base, tmp_path, Budget(1e9, tokens=41))
    loop.save()
    before = (tmp_path / "checkpoint.safetensors").read_bytes()

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Busy, match="full") as caught:
        loop.run()
    assert caught.value.code == "disk_full"
    assert (tmp_path / "checkpoint.safetensors").read_bytes() == before
    assert not (tmp_path / "checkpoint.safetensors.part").exists()


def test_a_checkpoint_remembers_everything(fresh: Callable[[], Base], tmp_path: Path) -> None:
    """Weights, moments, steps and position come back as they were."""
    loop = _loop(fresh(), tmp_path, Budget(1e9, tokens=3 * 41))
    position = loop.run()
    other = _loop(fresh(), tmp_path, Budget(1e9))
    found = load_checkpoint(tmp_path / "checkpoint.safetensors", other.weights, other.optimiser)
    assert found == position
    for (name, ours), theirs in zip(loop.weights.items(), other.weights.values(), strict=True):
        torch.testing.assert_close(ours, theirs)
        state, again = loop.optimiser.state[ours], other.optimiser.state[theirs]
        assert float(state["step"]) == float(again["step"]), name
        torch.testing.assert_close(state["exp_avg_sq"], again["exp_avg_sq"])


def test_the_rate_warms_up_and_comes_down() -> None:
    """Low at first, at its peak after the warm-up, at a tenth in the end."""
    chosen = recipe()
    peak = chosen.learning_rate
    assert learning_rate(chosen, 0.0) == pytest.approx(0.1 * peak)
    assert learning_rate(chosen, chosen.warmup_share) == pytest.approx(peak)
    assert learning_rate(chosen, 1.0) == pytest.approx(chosen.final_share * peak)


def test_integer_products_are_close_and_leave_nothing_behind(base: Base) -> None:
    """Loss and gradients agree with float32 to within quantisation, and the plain forward comes back."""
    model = new_adapter(base, RECIPE)
    for weight in model.weights().values():
        torch.nn.init.normal_(weight, std=0.05)
    (row, _) = _rows(0)
    exact = model.loss(row)
    exact.backward()
    expected = torch.cat([w.grad.flatten() for w in model.weights().values() if w.grad is not None])
    for weight in model.weights().values():
        weight.grad = None
    with int8_products(model.peft_model):
        near = model.loss(row)
        near.backward()
    got = torch.cat([w.grad.flatten() for w in model.weights().values() if w.grad is not None])
    assert near.item() == pytest.approx(exact.item(), rel=0.01)
    assert float(torch.nn.functional.cosine_similarity(got, expected, dim=0)) > 0.95
    assert model.loss(row).item() == exact.item()


def test_arithmetic_is_taken_as_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe that names it gets it; `auto` follows the processor and never the clock."""
    assert choose_arithmetic("float32") == "float32"
    assert choose_arithmetic("int8") == "int8"
    for has_vnni, chosen in ((True, "int8"), (False, "float32")):
        monkeypatch.setattr(torch.cpu, "_is_vnni_supported", lambda has_vnni=has_vnni: has_vnni)
        assert choose_arithmetic("auto") == chosen
