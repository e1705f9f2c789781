"""Work on a Ray cluster: the same function over the same tasks, on other machines.

A task whose worker is killed is begun again elsewhere by Ray. Every machine must see the files, the home
folder and the database (so: PostgreSQL and shared storage). Knows nothing about what is done.

Source: Ray Core, "Fault tolerance: tasks" and "Pattern: using ray.wait to limit the number of pending tasks".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from fenshen.core.errors import EngineMissing
from fenshen.core.workers import DEATHS_MAX, Done, Work

T = TypeVar("T")
R = TypeVar("R")

#: Tasks handed out for each core, so that none waits for the driver.
PENDING_PER_CORE = 2


class Cluster:
    """Workers of a Ray cluster.

    Args:
        address: `host:port`, `auto` for the one this machine belongs to, `local` for one of its own.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._cores = 0

    @property
    def count(self) -> int:
        """Cores of the whole cluster."""
        if not self._cores:
            self._cores = max(1, int(self._ray().cluster_resources().get("CPU", 1)))
        return self._cores

    def run(
        self, work: Work[T, R], tasks: Iterable[T], told: Callable[[T, float], None]
    ) -> Iterator[Done[T, R]]:
        """Results as they are ready. A task on another machine tells nothing before it is done."""
        ray = self._ray()
        kept = ray.put(work)
        remote = ray.remote(num_cpus=1, max_retries=DEATHS_MAX - 1)(_do)
        waiting = iter(tasks)
        pending: dict[Any, T] = {}
        try:
            while True:
                for task in itertools.islice(waiting, PENDING_PER_CORE * self.count - len(pending)):
                    pending[remote.remote(kept, task)] = task
                if not pending:
                    return
                ready, _ = ray.wait(list(pending))
                for reference in ready:
                    yield self._collect(ray, reference, pending.pop(reference))
        finally:
            for reference in pending:
                ray.cancel(reference, force=True)

    def _collect(self, ray: Any, reference: Any, task: T) -> Done[T, R]:
        try:
            return Done(task, ray.get(reference))
        except (
            ray.exceptions.WorkerCrashedError,
            ray.exceptions.OutOfMemoryError,
            ray.exceptions.NodeDiedError,
        ):
            return Done(task, None, "died")

    def _ray(self) -> Any:
        return connect(self._address)


def connect(address: str) -> Any:
    """Ray, joined to the cluster at `address` (see `Cluster`) unless this process is in one already.

    Raises:
        EngineMissing: Ray is not installed.
    """
    try:
        import ray
    except ImportError as error:
        raise EngineMissing(
            "work on a cluster needs Ray; run `pip install 'fenshen[cluster]'`", code="extra_missing"
        ) from error
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, configure_logging=False, include_dashboard=None)
    return ray


def _do(work: Work[T, R], task: T) -> R:
    """One task in a worker of the cluster; `work` is read there once and kept."""
    return work(task, lambda _: None)
