"""Preferences become a version: enough of them, version folder, run, status.

Killed at any point, the same call resumes. Needs the `train` extra.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fenshen.core.errors import BadInput
from fenshen.core.files import disk_full_as_busy
from fenshen.core.ids import digest_text
from fenshen.core.installation import Installation
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.job import Control, JobSpec, training_lock
from fenshen.training.library_diff import FILE as LEARNED
from fenshen.training.meta import read_meta
from fenshen.training.preference.dataset import PreferenceDataset, check_enough
from fenshen.training.preference.hyperparameters import PREFERENCE_RECIPE
from fenshen.training.recipe import recipe as find_recipe
from fenshen.training.snapshot import FILE as SNAPSHOT
from fenshen.training.train import begin, ended_as, planned_version, require_extra
from fenshen.training.training_data import parent_of
from fenshen.training.versions import Version

if TYPE_CHECKING:
    from fenshen.training.weights import Base


def train_preferences(
    on: Installation,
    job: JobSpec,
    dataset: PreferenceDataset,
    consent_id: str | None = None,
    control: Control = Control(),
    *,
    load: Callable[[BaseFile], Base] | None = None,
) -> Version:
    """Train a version that continues its parent by what people preferred, or finish one that was interrupted.

    Args:
        job: of origin `preference`, on the parent's own base.
        dataset: everything that may be used; what is in languages the parent was not trained in is left out.
        consent_id, control, load: as `training.train`.

    Raises:
        BadInput: too little evidence, another base than the parent's, an unknown recipe, or the loss diverged.
        NotFound: the parent is no version of this creator, or was not trained to its end.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: another training of this twin runs, or the disk is full.
    """
    recipe = find_recipe(job.recipe)
    parent = parent_of(on.db, job)
    if parent is None or job.origin != "preference" or job.base != parent.base:
        raise BadInput("preferences continue a version, on its own base", code="bad_order")
    start = on.home / parent.adapter_dir
    meta = read_meta(start)
    dataset = dataset.in_languages(meta["systems"])
    check_enough(dataset, job.creator)
    file = find_base(parent.base, on.home)
    require_extra()
    from fenshen.training.loop import Runtime
    from fenshen.training.preference.run import PreferenceRun
    from fenshen.training.weights import load_file, placement

    load = load or partial(load_file, threads=on.threads, place=placement(recipe))
    with training_lock(on.home, job.creator):
        planned = planned_version(
            on,
            job,
            base=parent.base,
            recipe=recipe.name,
            recipe_sha256=PREFERENCE_RECIPE.sha256(recipe),
            data_sha256=digest_text(parent.id, dataset.sha256),
            consent_id=consent_id,
        )
        version, resumed = begin(on.db, planned)
        folder = on.home / version.adapter_dir
        _keep_snapshot(start, folder)
        run = PreferenceRun(
            version,
            meta,
            start,
            file,
            recipe,
            PREFERENCE_RECIPE,
            dataset,
            folder=folder,
            seconds=job.minutes * 60.0,
        )
        with ended_as(on.db, version.id):
            run.train(load, Runtime(on.clock, control.progress, control.before_step), resumed)
        return versions.version(on.db, version.id)


def _keep_snapshot(start: Path, folder: Path) -> None:
    """The parent's examples are this version's too: what it learned them from, and what would be ported to a new base."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (SNAPSHOT, LEARNED):
        if (start / name).is_file():
            with disk_full_as_busy(folder):
                shutil.copyfile(start / name, folder / name)
