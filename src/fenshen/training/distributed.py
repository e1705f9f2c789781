"""Several processes train one adapter on one machine: data parallelism with summed gradients. Imports PyTorch.

    rank 0 (this process) ── TCP store ── ranks 1 … n-1 (spawned)
    rank r reads rows r, r + n, … of a step; an all-reduce sums the gradients: the step is that of one process

Rank 0 has the clock, the progress, the consent checks and the files. If a rank dies the run ends with the last
checkpoint kept, and the same command resumes from it. The backend is gloo on processors, NCCL on GPUs.

Source: PyTorch, "Distributed communication package - torch.distributed".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from fenshen.core.clock import SystemClock
from fenshen.core.errors import Busy
from fenshen.training.bases import BaseFile
from fenshen.training.loop import Runtime
from fenshen.training.process_group import TorchProcessGroup
from fenshen.training.run import TrainingRun
from fenshen.training.weights import Base

TCPStore: Any = dist.TCPStore  # type: ignore[attr-defined]  # public in the documentation, not in its types
HOST = "127.0.0.1"
#: The longest wait for another rank: it may load a large base or judge an update's parent meanwhile.
PATIENCE = timedelta(hours=1)


def train_with_workers(
    run: TrainingRun, load: Callable[[BaseFile], Base], runtime: Runtime, resumed: bool
) -> None:
    """Train `run` with as many processes as its recipe has workers; this one is rank 0.

    Args:
        load: makes the base from its file, in each process; must be picklable.
        runtime: of this process; what its `before_step` raises ends all, the last checkpoint is kept.

    Raises:
        BadInput, Busy: as `TrainingRun.train`, and `worker_lost` when another process ended early.
    """
    size, store = run.recipe.workers, TCPStore(HOST, 0, is_master=True, wait_for_workers=False)
    context = mp.get_context("spawn")
    workers = [
        context.Process(target=_train_rank, args=(rank, store.port, run, load, resumed), daemon=True)
        for rank in range(1, size)
    ]
    for worker in workers:
        worker.start()
    try:
        run.train(load, replace(runtime, group=_join(store, 0, run)), resumed)
    except RuntimeError as error:
        if all(worker.exitcode in (None, 0) for worker in workers):
            raise
        raise Busy(
            "a worker process of the training ended early; the last checkpoint is kept; run the same command "
            "again to go on from it",
            code="worker_lost",
        ) from error
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        _leave()


def _train_rank(
    rank: int, port: int, run: TrainingRun, load: Callable[[BaseFile], Base], resumed: bool
) -> None:
    """The whole life of a spawned rank."""
    group = _join(TCPStore(HOST, port, is_master=False), rank, run)
    try:
        run.train(load, Runtime(SystemClock(), group=group), resumed)
    finally:
        _leave()


def _join(store: Any, rank: int, run: TrainingRun) -> TorchProcessGroup:
    on_gpu = run.recipe.device != "cpu" and torch.cuda.is_available()
    if on_gpu:
        torch.cuda.set_device(rank)
    dist.init_process_group(
        "nccl" if on_gpu else "gloo", store=store, rank=rank, world_size=run.recipe.workers, timeout=PATIENCE
    )
    return TorchProcessGroup(torch.device("cuda", rank) if on_gpu else torch.device("cpu"))


def _leave() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()
