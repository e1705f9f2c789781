"""A library read by a real Ray cluster of two nodes: the same result, and a killed worker loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from fenshen.core.blobs import Blobs
from fenshen.core.cluster import Cluster
from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.intake.ingest import ingest
from worker_tasks import KillsOnce, slow_square, square

ray = pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    from ray.cluster_utils import Cluster as LocalCluster

    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    os.environ["PYTHONPATH"] = paths
    nodes: Any = LocalCluster(initialize_head=True, head_node_args={"num_cpus": 1})
    nodes.add_node(num_cpus=1)
    yield Cluster(nodes.address)
    ray.shutdown()
    nodes.shutdown()


def test_two_nodes_do_every_task(cluster: Cluster) -> None:
    """Both are counted, and each task is done once."""
    assert cluster.count == 2
    done = {one.task: one.result for one in cluster.run(square, range(20), lambda *_: None)}
    assert done == {n: n * n for n in range(20)}


def test_a_killed_worker_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """Its task is done by another; one that kills every worker is given up."""
    done = {one.task: one for one in cluster.run(KillsOnce(tmp_path), range(7), lambda *_: None)}
    assert {task: one.failure for task, one in done.items() if one.failure} == {5: "died"}
    assert all(one.result for task, one in done.items() if task != 5)


def test_a_cluster_reads_a_library(cluster: Cluster, tmp_path: Path) -> None:
    """Workers ask the database whether a file is known, and the driver stores what they read."""
    db = Database(f"sqlite:///{tmp_path / 'library.db'}")
    db.create_all()
    files = tmp_path / "files"
    files.mkdir()
    for number in range(30):
        (files / f"{number:02}.md").write_text(f"Kettle number {number} is on the bench with a hole in it.")
    (files / "empty.srt").write_bytes(b"")
    first = ingest(db, Blobs(tmp_path / "blobs"), _no_hearing, "mara", [files], workers=cluster)
    assert (first.added, [one.code for one in first.skipped]) == (30, ["empty"])
    again = ingest(db, Blobs(tmp_path / "blobs"), _no_hearing, "mara", [files], workers=cluster)
    assert (again.added, again.unchanged, len(items.list_items(db, "mara"))) == (0, 30, 30)
    db.close()


def _no_hearing() -> None:
    return None


def _workers() -> list[psutil.Process]:
    """Processes of the cluster that are doing tasks of ours."""
    titled = ((p, " ".join(p.info["cmdline"] or ())) for p in psutil.process_iter(["cmdline"]))
    return [process for process, title in titled if title.startswith("ray::_do")]


def test_workers_killed_while_reading_lose_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """Whoever is working when the ninth result comes is killed; every task still has its result."""
    done: dict[int, int | None] = {}
    killed = 0
    for one in cluster.run(slow_square, range(30), lambda *_: None):
        done[one.task] = one.result
        for process in _workers() if len(done) == 9 else ():
            process.send_signal(signal.SIGKILL)
            killed += 1
    assert killed >= 1
    assert done == {n: n * n for n in range(30)}
