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
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.ids import Ids
from fenshen.core.progress import Progress, silent
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.dataset import Dataset, read_dataset
from fenshen.training.lock import training_lock
from fenshen.training.recipe import DEFAULT, Recipe
from fenshen.training.recipe import recipe as find_recipe
from fenshen.training.snapshot import write_snapshot

if TYPE_CHECKING:
    from fenshen.training.weights import Base


def train(
    db: Database,
    clock: Clock,
    ids: Ids,
    home: Path,
    creator: str,
    *,
    base: str = "smollm2-135m",
    recipe: str = DEFAULT,
    minutes: float = 3.0,
    consent_id: str | None = None,
    consents: Collection[str] = (),
    threads: int = 2,
    progress: Progress = silent,
    before_step: Callable[[], None] = lambda: None,
    load: Callable[[BaseFile], Base] | None = None,
) -> versions.Version:
    """Train a version of `creator`'s twin, or finish one that was interrupted.

    Args:
        home: adapters go to `<home>/versions/<id>/`, bases come from `<home>/models/`.
        minutes: time for the training loop itself, over all resumptions.
        consents: ids of the creator's consents that hold now; items resting on others are not learned.
        before_step: called before each step; what it raises stops the training (checkpoint kept).
        load: makes the base from its file; for tests.

    Raises:
        BadInput: unknown base or recipe, nothing to learn, or the loss diverged.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: another training of this twin runs, or the disk is full.
    """
    chosen = find_recipe(recipe)
    if not minutes > 0:
        raise BadInput(f"cannot train for {minutes!r} minutes; give more than 0", code="bad_minutes")
    file = find_base(base, home)
    _require_extra()
    from fenshen.training.run import TrainingRun
    from fenshen.training.weights import load_base

    with training_lock(home, creator):
        data = read_dataset(db, creator, file.languages, consents=consents)
        version, resumed = _begin(db, clock, ids, creator, file, chosen, data, consent_id)
        folder = home / version.adapter_dir
        folder.mkdir(parents=True, exist_ok=True)
        write_snapshot(folder, data.train)
        run = TrainingRun(version, file, chosen, data, folder, minutes * 60.0, clock, progress)
        try:
            run.train(
                load or (lambda found: load_base(found.name, found.path, threads)), before_step, resumed
            )
        except BadInput:
            versions.set_status(db, version.id, "failed")
            raise
        versions.set_status(db, version.id, "trained")
        return versions.version(db, version.id)


def _require_extra() -> None:
    try:
        import peft
        import torch
    except ImportError as error:
        raise EngineMissing(
            f"training needs {error.name!r}; run `pip install 'fenshen[train]'`", code="extra_missing"
        ) from error
    del peft, torch


def _begin(
    db: Database,
    clock: Clock,
    ids: Ids,
    creator: str,
    file: BaseFile,
    recipe: Recipe,
    data: Dataset,
    consent_id: str | None,
) -> tuple[versions.Version, bool]:
    """The version to train, and whether it was begun before."""
    begun = versions.unfinished(db, creator, file.name, data.sha256, recipe.sha256)
    if begun is not None:
        return begun, True
    version_id = ids.new("ver")
    version = versions.Version(
        id=version_id,
        creator=creator,
        base=file.name,
        recipe=recipe.name,
        recipe_sha256=recipe.sha256,
        data_sha256=data.sha256,
        consent_id=consent_id,
        adapter_dir=f"versions/{version_id}",
        created=clock.now(),
        status="training",
    )
    versions.add(db, version)
    return version, False
