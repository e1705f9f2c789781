"""The training loop: AdamW over packed rows until the time, the passes or the caller ends it.

    rows → loss → gradients → clip → AdamW (warm-up, cosine over the budget) → loss.jsonl, checkpoint

With several processes rank r reads rows r, r + n, … of a step and gradients are summed (all-reduce); rank 0
writes curve and checkpoint. The schedule follows the share of the budget that is spent, so a run of three
minutes ends as calmly as one of an hour. A checkpoint is one safetensors file (adapter, optimiser,
randomness, position in the data), written aside and renamed.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TextIO, TypeVar

import safetensors
import torch
from safetensors.torch import save

from fenshen.core.clock import Clock
from fenshen.core.errors import BadInput
from fenshen.core.files import disk_full_as_busy, write_atomic
from fenshen.core.note import Note
from fenshen.core.progress import Progress, Stopped, silent
from fenshen.training.process_group import ProcessGroup, SingleProcess
from fenshen.training.recipe import Recipe

_MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Position:
    """How far training is: whole passes, rows into the next one, and totals since the beginning."""

    passed: int = 0
    row: int = 0
    steps: int = 0
    tokens: int = 0
    learned: int = 0
    seconds: float = 0.0


def save_checkpoint(
    path: Path,
    weights: Mapping[str, torch.nn.Parameter],
    optimiser: torch.optim.Optimizer,
    position: Position,
) -> None:
    """Write everything that a run needs to resume exactly.

    Raises:
        OSError: it could not be written; the earlier file is untouched.
    """
    tensors = {f"weight.{name}": weight.detach() for name, weight in weights.items()}
    for name, weight in weights.items():
        state = optimiser.state.get(weight, {})
        tensors |= {f"{moment}.{name}": state[moment] for moment in _MOMENTS if moment in state}
    tensors["random"] = torch.get_rng_state()
    data = save(tensors, {"position": json.dumps(asdict(position))})
    write_atomic(path, data)


def load_checkpoint(
    path: Path, weights: Mapping[str, torch.nn.Parameter], optimiser: torch.optim.Optimizer
) -> Position | None:
    """Put a checkpoint's values into `weights` and `optimiser`; its position, `None` without a file."""
    if not path.is_file():
        return None
    with safetensors.safe_open(str(path), framework="pt") as file:
        position = Position(**json.loads(file.metadata()["position"]))
        known = set(file.keys())
        with torch.no_grad():
            for name, weight in weights.items():
                weight.copy_(file.get_tensor(f"weight.{name}"))
                if f"{_MOMENTS[0]}.{name}" in known:
                    optimiser.state[weight] = {
                        "step": torch.tensor(float(position.steps)),
                        **{m: file.get_tensor(f"{m}.{name}").to(weight.device) for m in _MOMENTS},
                    }
        torch.set_rng_state(file.get_tensor("random"))
    return position


CHECKPOINT_EVERY_S = 20.0


class Readable(Protocol):
    """What one step reads: `batches.Row`, or several answers to compare."""

    @property
    def ids(self) -> Sequence[int]:
        """Every token that is read."""
        ...

    @property
    def answers(self) -> Sequence[int]:
        """Every token that is learned from."""
        ...

    @property
    def weight(self) -> float:
        """How much it counts against the others of its pass."""
        ...


R = TypeVar("R", bound=Readable)
R_contra = TypeVar("R_contra", bound=Readable, contravariant=True)


class Learner(Protocol[R_contra]):
    """What is trained: `adapter.AdaptedBase`, or one that compares answers."""

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """The trainable matrices by name, in a fixed order."""
        ...

    def loss(self, row: R_contra, /) -> torch.Tensor:
        """A scalar with gradients."""
        ...


@dataclass(frozen=True)
class Budget:
    """When training ends: after `seconds` of work or `tokens` read, whichever comes first."""

    seconds: float
    tokens: int | None = None

    def share(self, position: Position, passes: float) -> float:
        """How much of the budget is spent, 0…1; `passes` is the share of the allowed passes."""
        by_tokens = position.tokens / self.tokens if self.tokens else 0.0
        return min(1.0, max(position.seconds / self.seconds, by_tokens, passes))


@dataclass(frozen=True)
class Runtime:
    """What a loop runs in.

    Attributes:
        before_step: called before every step; raising stops the run, and the last checkpoint is kept.
        group: the processes that share the work.
    """

    clock: Clock
    progress: Progress = silent
    before_step: Callable[[], None] = lambda: None
    group: ProcessGroup = field(default_factory=SingleProcess)


class TrainingLoop(Generic[R]):
    """One run of training that can be stopped anywhere and continued.

    Args:
        model: the base with its adapter.
        rows_of_pass: rows for the given pass (0, 1, …) in an order that depends only on the recipe.
        folder: takes `checkpoint.safetensors` and `loss.jsonl`.
    """

    def __init__(
        self,
        model: Learner[R],
        recipe: Recipe,
        rows_of_pass: Callable[[int], Sequence[R]],
        budget: Budget,
        folder: Path,
        runtime: Runtime,
    ) -> None:
        self.model, self.recipe, self.rows_of_pass, self.budget = model, recipe, rows_of_pass, budget
        self.folder, self.runtime, self.group = folder, runtime, runtime.group
        self.weights = model.weights()
        self.optimiser = torch.optim.AdamW(
            self.weights.values(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self.position = Position()

    def run(self) -> Position:
        """Train to the end of the budget; where it ended.

        Raises:
            BadInput: the loss is no longer a number; the last good checkpoint is kept.
            Busy: the disk is full; the last checkpoint is kept.
        """
        self.position = load_checkpoint(self._checkpoint, self.weights, self.optimiser) or Position()
        if self._keeps:
            self._forget_after(self.position.steps)
        saved_s = started_s = self.runtime.clock.monotonic()
        before_s = self.position.seconds
        with disk_full_as_busy(self.folder), self._curve() as curve:
            for rows, usual, share in self._steps():
                self.runtime.before_step()
                loss = self._step(rows, usual, share)
                now_s = self.runtime.clock.monotonic()
                self._advance(rows, before_s + now_s - started_s)
                curve.write(json.dumps(self._point(loss, share)) + "\n")
                curve.flush()
                self._report_or_save(loss, share)
                if now_s - saved_s >= CHECKPOINT_EVERY_S:
                    self.save()
                    saved_s = now_s
            self.save()
        return self.position

    def save(self) -> None:
        """Write a checkpoint aside and put it in place of the last one."""
        if self._keeps:
            save_checkpoint(self._checkpoint, self.weights, self.optimiser, self.position)

    @property
    def _keeps(self) -> bool:
        """Whether this process writes the files: the first one does."""
        return self.group.rank == 0

    def _curve(self) -> TextIO:
        path = self.folder / "loss.jsonl" if self._keeps else Path(os.devnull)
        return path.open("a", encoding="utf-8")

    @property
    def _checkpoint(self) -> Path:
        return self.folder / "checkpoint.safetensors"

    def _steps(self) -> Iterator[tuple[Sequence[R], float, float]]:
        """Rows of each step from the position on, the weight of a usual row, and the budget's share spent before."""
        together = self.recipe.rows_per_step
        while self.position.passed < self.recipe.passes_max:
            rows = self.rows_of_pass(self.position.passed)
            usual = sum(row.weight for row in rows) / len(rows)
            for first in range(self.position.row, len(rows), together):
                passes = (self.position.passed + self.position.row / len(rows)) / self.recipe.passes_max
                share = self.group.broadcast(self.budget.share(self.position, passes))
                if share >= 1.0:
                    return
                yield rows[first : first + together], usual, share
            self.position = replace(self.position, passed=self.position.passed + 1, row=0)

    def _step(self, rows: Sequence[R], usual: float, share: float) -> float:
        """One step; the mean loss of its rows. Each counts by its weight, in whichever step it is."""
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.recipe, share)
        self.optimiser.zero_grad(set_to_none=True)
        mean = 0.0
        for row in rows[self.group.rank :: self.group.size]:
            loss = self.model.loss(row)
            (loss * (row.weight / usual / len(rows))).backward()  # type: ignore[no-untyped-call]
            mean += loss.item() / len(rows)
        mean = self.group.all_reduce(self.weights.values(), mean)
        norm = torch.nn.utils.clip_grad_norm_(self.weights.values(), self.recipe.clip_norm)
        if not (math.isfinite(mean) and math.isfinite(float(norm))):
            raise BadInput(
                f"training diverged at step {self.position.steps}: the loss is {mean}; the last "
                f"checkpoint is kept. Train again with a recipe that has a lower learning rate",
                code="training_diverged",
            )
        self.optimiser.step()
        return mean

    def _advance(self, rows: Sequence[R], seconds: float) -> None:
        at = self.position
        self.position = replace(
            at,
            row=at.row + len(rows),
            steps=at.steps + 1,
            tokens=at.tokens + sum(len(row.ids) for row in rows),
            learned=at.learned + sum(len(row.answers) for row in rows),
            seconds=seconds,
        )

    def _forget_after(self, steps: int) -> None:
        """Take steps out of the curve that a kill undid: they are about to be made again."""
        path = self.folder / "loss.jsonl"
        if not path.is_file():
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[:steps]
        write_atomic(path, "".join(line for line in lines if line.endswith("\n")))

    def _point(self, loss: float, share: float) -> dict[str, Any]:
        at = self.position
        return {
            "step": at.steps,
            "pass": at.passed,
            "seconds": round(at.seconds, 2),
            "tokens": at.tokens,
            "loss": round(loss, 5),
            "learning_rate": learning_rate(self.recipe, share),
        }

    def _report_or_save(self, loss: float, share: float) -> None:
        """Tell how far it is; who stops it then loses nothing."""
        try:
            self._report(loss, share)
        except Stopped:
            self.save()
            raise

    def _report(self, loss: float, share: float) -> None:
        speed = self.position.tokens / max(self.position.seconds, 1e-6)
        note = Note.of(
            "step",
            "step {step}, loss {loss}, {speed} tokens/s",
            step=self.position.steps,
            loss=f"{loss:.3f}",
            speed=f"{speed:.0f}",
        )
        self.runtime.progress(share, 1.0, note)


def learning_rate(recipe: Recipe, share: float) -> float:
    """The rate when `share` (0…1) of the budget is spent: linear warm-up, then half a cosine."""
    if share < recipe.warmup_share:
        return recipe.learning_rate * max(0.1, share / recipe.warmup_share)
    angle = math.pi * (share - recipe.warmup_share) / (1.0 - recipe.warmup_share)
    low = recipe.final_share
    return recipe.learning_rate * (low + (1.0 - low) * 0.5 * (1.0 + math.cos(angle)))
