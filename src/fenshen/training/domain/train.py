"""Several libraries of one field become a base: texts, rows, loop, adapter, and its weights merged into the base's.

    consent → texts → plain rows → loop → adapter → merged GGUF → card → record

Killed at any point, the same call resumes, as long as base and texts are the same. The caller checks consent
before and, through `Control.before_step`, on every step. Needs the `train` extra.

Source: Gururangan et al. 2020, "Don't Stop Pretraining" (domain-adaptive pretraining).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fenshen.core.blobs import hash_file
from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.core.installation import Installation
from fenshen.models.catalog import CATALOG
from fenshen.models.made import PREFIX, WEIGHTS, MadeBase, is_made, made_folder, write_card
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.domain import record
from fenshen.training.domain.record import Domain
from fenshen.training.domain.texts import DomainTexts, read_texts
from fenshen.training.job import Control, training_lock
from fenshen.training.recipe import Recipe
from fenshen.training.train import require_extra

if TYPE_CHECKING:
    from fenshen.training.loop import Runtime
    from fenshen.training.weights import Base

#: Calmer than a twin's: the field is to be learned, and how to talk not to be forgotten.
RECIPE = Recipe("domain", rank=32, alpha=64, learning_rate=6e-4, passes_max=3)
CREATORS_MIN = 2
CONTEXT_TOKENS = 4096


@dataclass(frozen=True)
class DomainJobSpec:
    """A domain base as it is asked for.

    Attributes:
        name: without the prefix.
        creators: of the libraries it reads; two or more.
        base: catalog name or path of a GGUF file.
        minutes: time for the training loop, over all resumptions.
    """

    name: str
    creators: tuple[str, ...]
    base: str
    minutes: float = 10.0

    def __post_init__(self) -> None:
        if len(set(self.creators)) != len(self.creators) or len(self.creators) < CREATORS_MIN:
            raise BadInput(
                f"a domain base needs {CREATORS_MIN} or more different creators, not {list(self.creators)!r}",
                code="bad_creators",
            )
        if is_made(self.base):
            raise BadInput(
                "a domain base cannot be made from another one; give a plain base", code="bad_base"
            )
        if not self.minutes > 0:
            raise BadInput(f"cannot train for {self.minutes!r} minutes; give more than 0", code="bad_minutes")
        made_folder(self.full_name, Path())

    @property
    def full_name(self) -> str:
        """As bases are called."""
        return PREFIX + self.name


def train_domain(
    on: Installation,
    job: DomainJobSpec,
    consents: Mapping[str, Collection[str]],
    resting_on: Mapping[str, list[str]],
    control: Control = Control(),
    *,
    load: Callable[[BaseFile], Base] | None = None,
) -> Domain:
    """Make a domain base, or finish one that was interrupted.

    Args:
        consents: by creator, ids of the consents that hold now; items resting on others are not read.
        resting_on: by creator, the consents to record.
        load: makes the base from its file; for tests.

    Raises:
        BadInput: unknown base, nothing to read, or the loss diverged.
        Conflict: `domain_exists`, one of this name is ready, and twins may stand on it.
        EngineMissing: the `train` extra or the base's weights are not installed.
        Busy: the same domain base is being trained, or the disk is full.
    """
    file = find_base(job.base, on.home)
    require_extra()
    from fenshen.training.loop import Runtime
    from fenshen.training.weights import load_base

    with training_lock(on.home, f"domain-{job.name}"):
        _refuse_ready(on.db, job.full_name)
        texts = read_texts(on.db, job.creators, file.languages, consents)
        planned = _planned(on.clock, job, file, texts, resting_on)
        record.keep(on.db, planned)
        folder = made_folder(job.full_name, on.home)
        work = _workplace(folder, planned)
        make = load or (lambda found: load_base(found.name, found.path, on.threads))
        runtime = Runtime(on.clock, control.progress, control.before_step)
        totals = _learn(make(file), texts, job, work, runtime)
        control.before_step()
        sha256 = _write(folder, work, file, job, texts)
        ready = replace(planned, sha256=sha256, totals=totals, status="ready")
        record.keep(on.db, ready)
        shutil.rmtree(work)
        return ready


def _learn(
    base: Base, texts: DomainTexts, job: DomainJobSpec, work: Path, runtime: Runtime
) -> dict[str, object]:
    from fenshen.core.files import disk_full_as_busy
    from fenshen.training.adapter import new_adapter
    from fenshen.training.domain.texts import plain_rows
    from fenshen.training.loop import Budget, TrainingLoop
    from fenshen.training.template import ChatTemplate

    template, words = ChatTemplate(base.tokenizer), texts.words
    counts = ", ".join(f"{count:,} of {creator}" for creator, count in words.items())
    runtime.progress(0.0, 1.0, f"{base.name} reads {sum(words.values()):,} words ({counts})")
    rows = plain_rows(texts.texts, template, RECIPE)
    model = new_adapter(base, RECIPE)
    loop = TrainingLoop(model, RECIPE, rows, Budget(60.0 * job.minutes), work, runtime)
    with model.computing(RECIPE):
        ended = asdict(loop.run())
    with disk_full_as_busy(work):
        model.save(work)
    return {"items": len(set(texts.items)), "words": words, **ended}


def _write(folder: Path, work: Path, file: BaseFile, job: DomainJobSpec, texts: DomainTexts) -> str:
    """Write weights and card into `folder`; the digest of the weights."""
    from fenshen.training.domain.merge import merge_adapter

    weights = merge_adapter(work, file.path, folder / WEIGHTS, job.full_name)
    card, sha256 = CATALOG.get(file.name), hash_file(weights)
    write_card(
        folder,
        MadeBase(
            name=job.full_name,
            sha256=sha256,
            plain=_findable(file),
            languages=file.languages,
            context_tokens=CONTEXT_TOKENS if card is None else card.context_tokens,
            items=tuple(dict.fromkeys(texts.items)),
        ),
    )
    return sha256


def _refuse_ready(db: Database, name: str) -> None:
    try:
        known = record.domain(db, name)
    except NotFound:
        return
    if known.status == "ready":
        raise Conflict(
            f"the domain base {name!r} exists, and twins may stand on it; choose another name",
            code="domain_exists",
        )


def _planned(
    clock: Clock,
    job: DomainJobSpec,
    file: BaseFile,
    texts: DomainTexts,
    resting_on: Mapping[str, list[str]],
) -> Domain:
    return Domain(
        name=job.full_name,
        base=_findable(file),
        base_sha256=file.sha256,
        creators=job.creators,
        consents={creator: list(resting_on.get(creator, ())) for creator in job.creators},
        data_sha256=texts.sha256,
        sha256=None,
        totals=None,
        created=clock.now(),
        status="training",
    )


def _findable(file: BaseFile) -> str:
    """What finds this base again: its catalog name, or its path."""
    return file.name if file.name in CATALOG else str(file.path)


def _workplace(folder: Path, planned: Domain) -> Path:
    """The folder of this very work; what other texts or another base had begun is thrown away."""
    work = folder / f"work-{planned.base_sha256[:12]}-{planned.data_sha256[:12]}-{RECIPE.sha256[:12]}"
    for other in folder.glob("work-*") if folder.is_dir() else ():
        if other != work:
            shutil.rmtree(other)
    work.mkdir(parents=True, exist_ok=True)
    return work
