"""Training on a cluster: several members learn what one does, and survive the loss of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Refused
from fenshen.core.ids import SeededIds
from fenshen.library import items as library
from fenshen.training import train as training
from fenshen.training import versions
from fenshen.training.bases import BaseFile
from fenshen.training.order import Order
from tiny_base import LoseOne, make_base, make_poisoned_base

ray = pytest.importorskip("ray")

pytestmark = pytest.mark.slow

RECIPE = "rank = 4\nlearning_rate = 1e-2\npasses_max = 3\nrow_tokens = 256\nrows_per_step = 4\narithmetic = 'float32'\n"


@pytest.fixture(scope="module", autouse=True)
def cluster() -> Iterator[None]:
    """One small cluster of this machine's own for all of them."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    yield
    ray.shutdown()


@pytest.fixture
def train(
    db: Database,
    shelf: Callable[..., Any],
    base_file: BaseFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., tuple[list[float], Path]]:
    """Trains on six posts with so many workers; the losses and the version's folder."""
    for number in range(6):
        texts = [
            f"Kettle {number} is sulking. " + f"Crumb {number}{number}. " * 3,
            f"Then tea {number}. " * 4,
        ]
        (item,), passages = shelf(f"post{number}", texts, published=date(2024, 1, 1 + number))
        with db.write() as connection:
            library.insert_item(connection, item, passages)
    monkeypatch.setattr(training, "find_base", lambda name, home: base_file)
    ids = SeededIds()

    def run(workers: int, **changes: Any) -> tuple[list[float], Path]:
        path = tmp_path / f"workers{workers}.toml"
        path.write_text(RECIPE + f"workers = {workers}\n")
        order = Order("juniper", "tiny", str(path), minutes=5.0)
        values = {"load": make_base} | changes
        version = training.train(db, VirtualClock(), ids, tmp_path / "home", order, **values)
        assert version.status == "trained"
        folder = tmp_path / "home" / version.adapter_dir
        lines = (folder / "loss.jsonl").read_text().splitlines()
        return [json.loads(line)["loss"] for line in lines], folder

    return run


def test_two_learn_what_one_does(train: Callable[..., tuple[list[float], Path]]) -> None:
    """The same rows in the same order: the curves of one and of two agree to rounding, and every file is there."""
    alone, folder = train(1)
    together, other = train(2)
    assert together == pytest.approx(alone, rel=1e-3)
    assert together[-1] < together[0]
    assert {path.name for path in folder.iterdir()} == {path.name for path in other.iterdir()}


def test_a_lost_member_costs_no_training(
    train: Callable[..., tuple[list[float], Path]], tmp_path: Path
) -> None:
    """One is killed while loading after the first steps of the others' checkpoint: all begin again and end the same."""
    alone, _ = train(1)
    lossy, _ = train(2, load=LoseOne(str(tmp_path / "lost")))
    assert (tmp_path / "lost").exists()
    assert lossy == pytest.approx(alone, rel=1e-3)


def test_a_loss_that_is_no_number_is_told_as_one(
    train: Callable[..., tuple[list[float], Path]], db: Database
) -> None:
    """The error of a member reaches the caller as it is, and nothing is tried again."""
    with pytest.raises(BadInput) as caught:
        train(2, load=make_poisoned_base)
    assert caught.value.code == "training_diverged"
    assert versions.list_versions(db, "juniper")[0].status == "failed"


def test_consent_that_ends_stops_every_member(
    train: Callable[..., tuple[list[float], Path]], db: Database
) -> None:
    """What the check raises ends the training on all machines; the version can be gone on with."""

    def ended() -> None:
        raise Refused("consent has ended", code="consent_revoked")

    with pytest.raises(Refused):
        train(2, before_step=ended)
    assert versions.list_versions(db, "juniper")[0].status == "training"
