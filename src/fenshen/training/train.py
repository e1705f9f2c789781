"""A creator's library becomes an adapter: dataset, version folder, training run, status.

Killed at any point, the same call goes on where it was. Knows nothing about consent: the caller checks
it before, and on every step through `before_step`. Needs the `train` extra.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, EngineMissing
from fenshen.core.ids import Ids
from fenshen.core.progress import Progress, silent
from fenshen.library.item_texts import item_texts
from fenshen.library.items import list_items
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base, remember_base
from fenshen.training.dataset import Dataset, Questions
from fenshen.training.job import CONTINUED, JobSpec, training_lock
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
SPEED_AFTER_S = 20.0

if TYPE_CHECKING:
    from fenshen.training.run import TrainingRun
    from fenshen.training.weights import Base


def train(
    db: Database,
    clock: Clock,
    ids: Ids,
    home: Path,
    job: JobSpec,
    *,
    consent_id: str | None = None,
    consents: Collection[str] = (),
    questions: Questions | None = None,
    threads: int = 2,
    progress: Progress = silent,
    before_step: Callable[[], None] = lambda: None,
    load: Callable[[BaseFile], Base] | None = None,
    machine: Machine | None = None,
    ray_address: str | None = None,
) -> Version:
    """Train a version of the creator's twin, or finish one that was interrupted.

    Args:
        home: adapters go to `<home>/versions/<id>/`, bases come from `<home>/models/`.
        consents: ids of the creator's consents that hold now; items resting on others are not learned.
        questions: what a teacher found that passages answer.
        before_step: called before each step; what it raises stops the training (checkpoint kept).
        load: makes the base from its file; for tests.
        machine: what there is to train with; looked up when not given.
        ray_address: cluster for recipes with several workers; `None` is one of this machine's own.

    Raises:
        BadInput: unknown base or recipe, nothing to learn, it cannot fit, or the loss diverged.
        NotFound: the parent is no version of this creator.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: another training of this twin runs, the disk is full, or memory ran out.
    """
    chosen = recipe_of(job)
    require_served(chosen)
    file = find_base(job.base, home)
    parent = parent_of(db, job)
    require_extra()
    from fenshen.training.run import TrainingRun
    from fenshen.training.weights import load_base, placement

    with training_lock(home, job.creator):
        start = home / parent.adapter_dir if parent is not None and job.origin in CONTINUED else None
        material = read_training_data(db, home, job, file, chosen, consents=consents, questions=questions)
        progress(0.0, 1.0, material.note)
        machine = machine or this_machine(threads)
        preflight(material.data, file, chosen, job, machine, home).require()
        place = placement(chosen)
        planned = planned_version(
            job,
            ids,
            clock,
            base=file.name,
            recipe=chosen.name,
            recipe_sha256=chosen.sha256,
            data_sha256=material.data.sha256,
            consent_id=consent_id,
        )
        remember_base(file, home)
        version, resumed = begin(db, planned)
        folder = _write_material(db, home / version.adapter_dir, material.data, start)
        advice = next(what_fits(file.name, read_shape(file.source), chosen, machine), "a smaller base")
        run = TrainingRun(
            version,
            file,
            chosen,
            material.data,
            folder,
            job.minutes * 60.0,
            clock,
            progress,
            start=start,
            replay=material.replay,
            advice=advice,
            update=material.update,
        )
        load = load or (lambda found: load_base(found.name, found.source, threads, place))
        with ended_as(db, version.id):
            _carry_out(run, load, before_step, resumed, ray_address)
        _remember_speed(home, folder, machine, file, chosen)
        return versions.version(db, version.id)


@contextmanager
def ended_as(db: Database, version_id: str) -> Iterator[None]:
    """Around a training: the version is `trained` after it, `failed` where going on would fail again."""
    try:
        yield
    except BadInput:
        versions.set_status(db, version_id, "failed")
        raise
    versions.set_status(db, version_id, "trained")


def require_served(recipe: Recipe) -> None:
    """Nothing if an engine can serve what `recipe` trains.

    Raises:
        BadInput: `adapter_not_served`.
    """
    if recipe.adapter == "dora":
        raise BadInput(
            f"recipe {recipe.name!r} trains DoRA, which scales every row of the base besides adding to it. Neither "
            f"llama.cpp nor vLLM can serve that as an adapter, and no LoRA says the same, so nobody could talk to "
            f"the result. Take adapter = 'lora', with a higher rank if you miss capacity",
            code="adapter_not_served",
        )


def _write_material(db: Database, folder: Path, data: Dataset, start: Path | None) -> Path:
    """Keep in the version's folder what it learns and what it has met; the folder."""
    forget_gone(db, data.items[0].creator, {item.id for item in list_items(db, data.items[0].creator)})
    folder.mkdir(parents=True, exist_ok=True)
    write_snapshot(folder, data.train)
    write_manifest(folder, _learned(db, data, start))
    return folder


def _carry_out(
    run: TrainingRun,
    load: Callable[[BaseFile], Base],
    before_step: Callable[[], None],
    resumed: bool,
    ray_address: str | None,
) -> None:
    """The run itself, in this process or on a cluster."""
    if run.recipe.workers == 1:
        run.train(load, before_step, resumed)
        return
    from fenshen.training.cluster import train_on_cluster

    train_on_cluster(run, load, before_step, resumed, ray_address or "local")


def _remember_speed(home: Path, folder: Path, machine: Machine, file: BaseFile, recipe: Recipe) -> None:
    """Keep the tokens a second for the next plan, where the loop ran long enough to tell."""
    ended = read_meta(folder)["training"]
    if ended["seconds"] >= SPEED_AFTER_S:
        cache_throughput(home, machine.label, file.name, recipe, ended["tokens"] / ended["seconds"])


def _learned(db: Database, data: Dataset, start: Path | None) -> Manifest:
    """What the version meets: its own items, and all that the adapter it goes on with has learned."""
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


def planned_version(
    job: JobSpec,
    ids: Ids,
    clock: Clock,
    *,
    base: str,
    recipe: str,
    recipe_sha256: str,
    data_sha256: str,
    consent_id: str | None,
) -> Version:
    """The version that `job` begins, not recorded yet."""
    version_id = ids.new("ver")
    return Version(
        id=version_id,
        creator=job.creator,
        base=base,
        recipe=recipe,
        recipe_sha256=recipe_sha256,
        data_sha256=data_sha256,
        consent_id=consent_id,
        adapter_dir=f"versions/{version_id}",
        created=clock.now(),
        status="training",
        origin=job.origin,
        parent=job.parent,
    )


def begin(db: Database, planned: Version) -> tuple[Version, bool]:
    """The version to train, and whether it was begun before."""
    begun = versions.unfinished(db, planned)
    if begun is not None:
        return begun, True
    versions.add(db, planned)
    return planned, False
