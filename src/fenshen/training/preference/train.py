"""Preferences become a version: enough of them, version folder, run, status.

Killed at any point, the same call goes on where it was. Knows nothing about consent or about who said what: the
caller gathers the evidence, and checks consent before and on every step. Needs the `train` extra.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.core.ids import Ids, digest_text
from fenshen.core.progress import Progress, silent
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.disk import out_of_space
from fenshen.training.job import JobSpec, training_lock
from fenshen.training.library_diff import FILE as LEARNED
from fenshen.training.meta import read_meta
from fenshen.training.preference.dataset import PreferenceDataset, check_enough
from fenshen.training.preference.hyperparameters import PREFERENCE_RECIPE, PreferenceRecipe
from fenshen.training.recipe import recipe as find_recipe
from fenshen.training.snapshot import FILE as SNAPSHOT
from fenshen.training.train import begin, ended_as, planned_version, require_extra
from fenshen.training.training_data import parent_of
from fenshen.training.versions import Version

if TYPE_CHECKING:
    from fenshen.training.weights import Base


def train_preferences(
    db: Database,
    clock: Clock,
    ids: Ids,
    home: Path,
    job: JobSpec,
    evidence: PreferenceDataset,
    *,
    consent_id: str | None = None,
    choices: PreferenceRecipe = PREFERENCE_RECIPE,
    threads: int = 2,
    progress: Progress = silent,
    before_step: Callable[[], None] = lambda: None,
    load: Callable[[BaseFile], Base] | None = None,
) -> Version:
    """Train a version that goes on from its parent by what people preferred, or finish one that was interrupted.

    Args:
        job: of origin `preference`, on the parent's own base.
        evidence: everything that may be used; what is in languages the parent was not trained in is left out.
        consent_id, threads, progress, before_step, load: as `training.train`.

    Raises:
        BadInput: too little evidence, another base than the parent's, an unknown recipe, or the loss diverged.
        NotFound: the parent is no version of this creator, or was not trained to its end.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: another training of this twin runs, or the disk is full.
    """
    recipe = find_recipe(job.recipe)
    parent = parent_of(db, job)
    if parent is None or job.origin != "preference" or job.base != parent.base:
        raise BadInput("preferences go on from a version, on its own base", code="bad_order")
    start = home / parent.adapter_dir
    meta = read_meta(start)
    evidence = evidence.in_languages(meta["systems"])
    check_enough(evidence, job.creator)
    file = find_base(parent.base, home)
    require_extra()
    from fenshen.training.preference.run import PreferenceRun
    from fenshen.training.weights import load_base, placement

    place = placement(recipe)
    with training_lock(home, job.creator):
        planned = planned_version(
            job,
            ids,
            clock,
            base=parent.base,
            recipe=recipe.name,
            recipe_sha256=choices.sha256(recipe),
            data_sha256=digest_text(parent.id, evidence.sha256),
            consent_id=consent_id,
        )
        version, resumed = begin(db, planned)
        folder = home / version.adapter_dir
        _keep_snapshot(start, folder)
        run = PreferenceRun(
            version,
            meta,
            start,
            file,
            recipe,
            choices,
            evidence,
            folder,
            job.minutes * 60.0,
            clock,
            progress,
        )
        with ended_as(db, version.id):
            run.train(
                load or (lambda found: load_base(found.name, found.source, threads, place)),
                before_step,
                resumed,
            )
        return versions.version(db, version.id)


def _keep_snapshot(start: Path, folder: Path) -> None:
    """The parent's examples are this version's too: what it learned them from, and what a new base would replay."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (SNAPSHOT, LEARNED):
        if (start / name).is_file():
            with out_of_space(folder):
                shutil.copyfile(start / name, folder / name)
