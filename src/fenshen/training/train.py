"""A creator's library becomes an adapter: dataset, version folder, training run, status.

Killed at any point, the same call resumes. The caller checks consent before and, through
`Control.before_step`, on every step. Needs the `train` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.installation import Installation
from fenshen.library.item_texts import item_texts
from fenshen.library.items import list_items
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base, remember_base
from fenshen.training.dataset import Dataset, Inputs
from fenshen.training.job import CONTINUED, Control, JobSpec, training_lock
from fenshen.training.library_diff import (
    Manifest,
    manifest_of,
    merged_manifest,
    read_manifest,
    write_manifest,
)
from fenshen.training.meta import read_meta
from fenshen.training.preflight import cache_throughput, preflight, what_fits
from fenshen.training.recipe import Recipe
from fenshen.training.rejections import forget_gone
from fenshen.training.resources import Machine, this_machine
from fenshen.training.shape import read_shape
from fenshen.training.snapshot import write_snapshot
from fenshen.training.training_data import parent_of, read_training_data, recipe_of
from fenshen.training.versions import Version

#: A training shorter than this says little about the next.
THROUGHPUT_AFTER_S = 20.0

if TYPE_CHECKING:
    from fenshen.training.weights import Base


def train(
    on: Installation,
    job: JobSpec,
    inputs: Inputs = Inputs(),
    control: Control = Control(),
    *,
    load: Callable[[BaseFile], Base] | None = None,
    machine: Machine | None = None,
) -> Version:
    """Train a version of the creator's twin, or finish one that was interrupted.

    Args:
        on: adapters go to `<home>/versions/<id>/`, bases come from `<home>/models/`.
        load: makes the base from its file; for tests.
        machine: the resources to train with; looked up when not given.

    Raises:
        BadInput: unknown base or recipe, nothing to learn, it cannot fit, or the loss diverged.
        NotFound: the parent is no version of this creator.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: another training of this twin runs, the disk is full, memory ran out, or a worker was lost.
    """
    recipe, file = recipe_of(job), find_base(job.base, on.home)
    parent = parent_of(on.db, job)
    require_extra()
    from fenshen.training.distributed import train_with_workers
    from fenshen.training.loop import Runtime
    from fenshen.training.run import TrainingRun
    from fenshen.training.weights import load_file, placement

    with training_lock(on.home, job.creator):
        start = on.home / parent.adapter_dir if parent is not None and job.origin in CONTINUED else None
        data = read_training_data(on, job, file, recipe, inputs)
        control.progress(0.0, 1.0, data.note)
        machine = machine or this_machine(on.threads)
        preflight(data.data, file, recipe, job, machine, on.home).require()
        load = load or partial(load_file, threads=on.threads, place=placement(recipe))
        planned = planned_version(
            on,
            job,
            base=file.name,
            recipe=recipe.name,
            recipe_sha256=recipe.sha256,
            data_sha256=data.data.sha256,
            consent_id=inputs.consent_id,
        )
        remember_base(file, on.home)
        version, resumed = begin(on.db, planned)
        run = TrainingRun(
            version,
            file,
            recipe,
            data.data,
            folder=_write_data(on.db, on.home / version.adapter_dir, data.data, start),
            seconds=job.minutes * 60.0,
            start=start,
            port=data.port,
            advice=next(what_fits(file.name, read_shape(file.source), recipe, machine), "a smaller base"),
            update=data.update,
        )
        with ended_as(on.db, version.id):
            runtime = Runtime(on.clock, control.progress, control.before_step)
            if recipe.workers == 1:
                run.train(load, runtime, resumed)
            else:
                train_with_workers(run, load, runtime, resumed)
        _cache_throughput(on.home, run.folder, machine, file, recipe)
        return versions.version(on.db, version.id)


@contextmanager
def ended_as(db: Database, version_id: str) -> Iterator[None]:
    """Around a training: the version is `trained` after it, `failed` where going on would fail again."""
    try:
        yield
    except BadInput:
        versions.set_status(db, version_id, "failed")
        raise
    versions.set_status(db, version_id, "trained")


def _write_data(db: Database, folder: Path, data: Dataset, start: Path | None) -> Path:
    """Keep in the version's folder what it learns and what it has met; the folder."""
    forget_gone(db, data.items[0].creator, {item.id for item in list_items(db, data.items[0].creator)})
    folder.mkdir(parents=True, exist_ok=True)
    write_snapshot(folder, data.train)
    write_manifest(folder, _learned(db, data, start))
    return folder


def _cache_throughput(home: Path, folder: Path, machine: Machine, file: BaseFile, recipe: Recipe) -> None:
    """Keep the tokens a second for the next preflight, where the loop ran long enough."""
    ended = read_meta(folder)["training"]
    if ended["seconds"] >= THROUGHPUT_AFTER_S:
        cache_throughput(home, machine.label, file.name, recipe, ended["tokens"] / ended["seconds"])


def _learned(db: Database, data: Dataset, start: Path | None) -> Manifest:
    """The training manifest: its own items, and all that the adapter it continues has learned."""
    texts = item_texts(db, data.items[0].creator)
    own = manifest_of(data.items, data.split.train, data.train, texts)
    return own if start is None else merged_manifest(read_manifest(start), own)


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


def planned_version(on: Installation, job: JobSpec, **values: Any) -> Version:
    """The version that `job` begins, not recorded yet.

    Args:
        values: its base, recipe, digests and consent.
    """
    version_id = on.ids.new("ver")
    return Version(
        id=version_id,
        creator=job.creator,
        adapter_dir=f"versions/{version_id}",
        created=on.clock.now(),
        status="training",
        origin=job.origin,
        parent=job.parent,
        **values,
    )


def begin(db: Database, planned: Version) -> tuple[Version, bool]:
    """The version to train, and whether it was begun before."""
    begun = versions.unfinished(db, planned)
    if begun is not None:
        return begun, True
    versions.add(db, planned)
    return planned, False
