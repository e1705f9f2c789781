"""A training run on several devices, by Ray Train: the same loop, with the rows of each step shared out.

    driver ── TorchTrainer ──► member 0 … n: load, loop, gradients added up; member 0 writes the files
       └──── a desk (actor) ◄── progress, what went wrong; "stop" the other way

A member that is killed is started again with the others by Ray, and all go on from the last checkpoint.
Every machine must see the home. Knows nothing about the database. Imports PyTorch and Ray.

Source: Ray Train 2.x, "Get Started with Distributed Training using PyTorch" and "Handling Failures".
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fenshen.core import errors
from fenshen.core.clock import SystemClock
from fenshen.core.cluster import connect
from fenshen.core.errors import AppError, Busy, EngineMissing
from fenshen.core.progress import silent
from fenshen.training.bases import BaseFile
from fenshen.training.run import TrainingRun
from fenshen.training.weights import Base

#: Members that may be lost before we give up.
LOSSES_MAX = 3
_LOOK_EVERY_S = 0.5


class Stopped(Exception):
    """The driver has asked the members to end."""


@dataclass(frozen=True)
class Work:
    """What every member is given."""

    run: TrainingRun
    load: Callable[[BaseFile], Base]
    resumed: bool
    desk: Any


class Desk:
    """Where driver and members leave word; one in the cluster."""

    def __init__(self) -> None:
        self._news = (0.0, 1.0, "")
        self._is_closed = False
        self._failure: tuple[str, str, str] | None = None

    def tell(self, done: float, total: float, note: str) -> None:
        """From the first member."""
        self._news = (done, total, note)

    def fail(self, kind: str, message: str, code: str) -> None:
        """From a member: an error that trying again would not mend."""
        self._failure, self._is_closed = (kind, message, code), True

    def close(self) -> None:
        """From the driver: end."""
        self._is_closed = True

    def look(self) -> tuple[tuple[float, float, str], bool, tuple[str, str, str] | None]:
        """News, whether to end, and what went wrong."""
        return self._news, self._is_closed, self._failure


def train_on_cluster(
    run: TrainingRun,
    load: Callable[[BaseFile], Base],
    before_step: Callable[[], None],
    resumed: bool,
    address: str,
) -> None:
    """Train `run` with as many members as its recipe has workers.

    Args:
        load: makes the base from its file, in each member; must be picklable.
        before_step: called here while the members train; raising ends them, the last checkpoint is kept.
        address: as `core.cluster.Cluster` takes it.

    Raises:
        EngineMissing: Ray is not installed.
        BadInput, Busy: as `TrainingRun.train`, and `cluster_failed` when members were lost too often.
    """
    ray = connect(address)
    desk = ray.remote(num_cpus=0)(Desk).remote()
    plain = replace(run, progress=silent, clock=SystemClock())
    outcome: list[Exception | None] = []
    fitting = threading.Thread(
        target=lambda: outcome.append(_fit(Work(plain, load, resumed, desk))), name="ray-train", daemon=True
    )
    fitting.start()
    try:
        while fitting.is_alive():
            fitting.join(_LOOK_EVERY_S)
            news, _, _ = ray.get(desk.look.remote())
            run.progress(*news)
            before_step()
    finally:
        ray.get(desk.close.remote())
        fitting.join()
        _, _, failure = ray.get(desk.look.remote())
        ray.kill(desk)
        shutil.rmtree(run.folder / "ray", ignore_errors=True)
    _raise(failure, outcome[0])


def _fit(work: Work) -> Exception | None:
    """Run the trainer to its end; what it raised."""
    try:
        from ray.train import FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            _member,
            train_loop_config={"work": work},
            scaling_config=ScalingConfig(
                num_workers=work.run.recipe.workers, use_gpu=work.run.recipe.device == "cuda"
            ),
            run_config=RunConfig(
                name=work.run.version.id,
                storage_path=str((work.run.folder / "ray").resolve()),
                failure_config=FailureConfig(max_failures=LOSSES_MAX),
            ),
        )
        trainer.fit()
    except Exception as error:  # told by the thread that waits; nothing is lost
        return error
    return None


def _member(config: dict[str, Any]) -> None:
    """One member's whole life."""
    import ray
    from ray.train.torch import get_device

    from fenshen.training.crew import Together

    work: Work = config["work"]
    crew = Together(get_device())
    desk = work.desk

    def may_go_on() -> None:
        _, is_closed, _ = ray.get(desk.look.remote())
        if crew.agree(float(is_closed)):
            raise Stopped

    def tell(done: float, total: float, note: str = "") -> None:
        if crew.number == 0:
            desk.tell.remote(done, total, note)

    try:
        may_go_on()
        replace(work.run, progress=tell).train(work.load, may_go_on, work.resumed, crew)
    except Stopped:
        return
    except AppError as error:
        ray.get(desk.fail.remote(type(error).__name__, error.message, error.code))
        raise  # the others wait for this one: Ray ends all, and started again they find the desk closed


def _raise(failure: tuple[str, str, str] | None, error: Exception | None) -> None:
    if failure is not None:
        kind, message, code = failure
        raise getattr(errors, kind)(message, code=code)
    if isinstance(error, ImportError):
        raise EngineMissing(
            f"training with several workers needs Ray Train: {error}; run `pip install 'fenshen[cluster]'`",
            code="extra_missing",
        ) from error
    if error is not None:
        raise Busy(
            f"the training was lost {LOSSES_MAX + 1} times on the cluster and is given up for now: {error}. "
            f"The last checkpoint is kept; run the same command again to go on from it",
            code="cluster_failed",
        ) from error
