"""A creator's library becomes an adapter: dataset, version folder, training run, status.

Killed at any point, the same call goes on where it was. Knows nothing about consent: the caller checks
it before, and on every step through `before_step`. Needs the `train` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, EngineMissing, NotFound
from fenshen.core.ids import Ids
from fenshen.core.progress import Progress, silent
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.dataset import Dataset, read_dataset
from fenshen.training.lock import training_lock
from fenshen.training.order import CONTINUED, Order
from fenshen.training.rebase import lineage
from fenshen.training.recipe import Recipe
from fenshen.training.recipe import recipe as find_recipe
from fenshen.training.replay import Replay, replayed_dataset
from fenshen.training.snapshot import write_snapshot
from fenshen.training.versions import Version

if TYPE_CHECKING:
    from fenshen.training.weights import Base


def train(
    db: Database,
    clock: Clock,
    ids: Ids,
    home: Path,
    order: Order,
    *,
    consent_id: str | None = None,
    consents: Collection[str] = (),
    threads: int = 2,
    progress: Progress = silent,
    before_step: Callable[[], None] = lambda: None,
    load: Callable[[BaseFile], Base] | None = None,
) -> Version:
    """Train a version of the creator's twin, or finish one that was interrupted.

    Args:
        home: adapters go to `<home>/versions/<id>/`, bases come from `<home>/models/`.
        consents: ids of the creator's consents that hold now; items resting on others are not learned.
        before_step: called before each step; what it raises stops the training (checkpoint kept).
        load: makes the base from its file; for tests.

    Raises:
        BadInput: unknown base or recipe, nothing to learn, or the loss diverged.
        NotFound: the parent is no version of this creator.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: another training of this twin runs, or the disk is full.
    """
    chosen = find_recipe(order.recipe)
    file = find_base(order.base, home)
    parent = parent_of(db, order)
    require_extra()
    from fenshen.training.run import TrainingRun
    from fenshen.training.weights import load_base

    with training_lock(home, order.creator):
        data, replay = _dataset(db, home, order, parent, file, consents)
        progress(0.0, 1.0, str(replay or f"{len(data.train)} examples from the library as it is now"))
        version, resumed = begin(db, _planned(order, ids, clock, file, chosen, data, consent_id))
        folder = home / version.adapter_dir
        folder.mkdir(parents=True, exist_ok=True)
        write_snapshot(folder, data.train)
        start = home / parent.adapter_dir if parent is not None and order.origin in CONTINUED else None
        run = TrainingRun(
            version,
            file,
            chosen,
            data,
            folder,
            order.minutes * 60.0,
            clock,
            progress,
            start=start,
            replay=replay,
        )
        try:
            run.train(
                load or (lambda found: load_base(found.name, found.path, threads)), before_step, resumed
            )
        except BadInput:
            versions.set_status(db, version.id, "failed")
            raise
        versions.set_status(db, version.id, "trained")
        return versions.version(db, version.id)


def _dataset(
    db: Database, home: Path, order: Order, parent: Version | None, file: BaseFile, consents: Collection[str]
) -> tuple[Dataset, Replay | None]:
    if order.origin == "rebase" and parent is not None:
        line = lineage(versions.list_versions(db, order.creator), parent)
        return replayed_dataset(db, line, home, file.languages, consents=consents)
    return read_dataset(db, order.creator, file.languages, consents=consents), None


def parent_of(db: Database, order: Order) -> Version | None:
    """The version an order goes out from.

    Raises:
        NotFound: it is no version of this creator.
    """
    if order.parent is None:
        return None
    found = versions.version(db, order.parent)
    if found.creator != order.creator:
        raise NotFound(f"version {order.parent!r} is not one of {order.creator!r}")
    return found


def require_extra() -> None:
    """Say what to install where training cannot be done.

    Raises:
        EngineMissing: `extra_missing`.
    """
    try:
        import peft
        import torch
    except ImportError as error:
        raise EngineMissing(
            f"training needs {error.name!r}; run `pip install 'fenshen[train]'`", code="extra_missing"
        ) from error
    del peft, torch


def _planned(
    order: Order,
    ids: Ids,
    clock: Clock,
    file: BaseFile,
    recipe: Recipe,
    data: Dataset,
    consent_id: str | None,
) -> Version:
    version_id = ids.new("ver")
    return Version(
        id=version_id,
        creator=order.creator,
        base=file.name,
        recipe=recipe.name,
        recipe_sha256=recipe.sha256,
        data_sha256=data.sha256,
        consent_id=consent_id,
        adapter_dir=f"versions/{version_id}",
        created=clock.now(),
        status="training",
        origin=order.origin,
        parent=order.parent,
    )


def begin(db: Database, planned: Version) -> tuple[Version, bool]:
    """The version to train, and whether it was begun before."""
    begun = versions.unfinished(db, planned)
    if begun is not None:
        return begun, True
    versions.add(db, planned)
    return planned, False
