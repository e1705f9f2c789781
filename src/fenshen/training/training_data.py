"""What a job learns: the library as it stands, the snapshot of an earlier version, or what is new since one.

Preflight and training read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.core.installation import Installation
from fenshen.core.note import Note
from fenshen.training import versions
from fenshen.training.bases import BaseFile
from fenshen.training.dataset import Dataset, Inputs, read_dataset
from fenshen.training.job import JobSpec
from fenshen.training.rebase import Port, lineage, ported_dataset
from fenshen.training.recipe import Recipe
from fenshen.training.recipe import recipe as find_recipe
from fenshen.training.update import Update, read_update, with_lower_rate
from fenshen.training.versions import Version

#: A row has some four characters a token; half of it is for what leads to an answer.
CHARS_PER_ROW_TOKEN = 2


@dataclass(frozen=True)
class TrainingData:
    """A dataset, and what of an earlier version it ports or continues."""

    data: Dataset
    port: Port | None = None
    update: Update | None = None

    @property
    def note(self) -> Note:
        """It in words."""
        if (update := self.update) is not None:
            return Note.of(
                "update",
                "{fresh} examples from {items} new items, {again} that {parent} knows again",
                fresh=update.fresh,
                items=update.fresh_items,
                again=update.rehearsed,
                parent=update.parent,
            )
        if (port := self.port) is not None:
            return Note(port).known_as("replay", base=port.base, again=port.ported, examples=port.examples)
        count = len(self.data.train)
        return Note.of("library", "{examples} examples from the library as it is now", examples=count)


def recipe_of(job: JobSpec) -> Recipe:
    """How the job is trained; an update takes smaller steps.

    Raises:
        BadInput: unknown recipe.
    """
    found = find_recipe(job.recipe)
    return with_lower_rate(found) if job.origin == "update" else found


def read_training_data(
    on: Installation, job: JobSpec, file: BaseFile, recipe: Recipe, inputs: Inputs = Inputs()
) -> TrainingData:
    """The material of `job`, to be learned by the base in `file`.

    Raises:
        BadInput: nothing to learn, nothing new, or an update on another base than its parent's.
        Refused: an update of a version that learned from what may no longer be used.
        NotFound: the parent is no version of this creator.
    """
    parent = parent_of(on.db, job)
    if parent is not None and job.origin == "rebase":
        line = lineage(versions.list_versions(on.db, job.creator), parent)
        data, port = ported_dataset(on.db, line, on.home, file.languages, consents=inputs.consents)
        return TrainingData(data, port=port)

    def read(held_out: Sequence[str] | None = None) -> Dataset:
        return read_dataset(
            on.db,
            job.creator,
            file.languages,
            held_out,
            inputs=inputs,
            context_chars=CHARS_PER_ROW_TOKEN * recipe.row_tokens,
        )

    if parent is None or job.origin != "update":
        return TrainingData(read())
    if parent.base != file.name:
        raise BadInput(
            f"version {parent.id!r} stands on {parent.base!r}; its adapter cannot continue on {file.name!r}. "
            f"Train anew on that base, or update on {parent.base!r}",
            code="other_base",
        )
    data, update = read_update(on, parent, file.languages, recipe, read, inputs.consents)
    return TrainingData(data, update=update)


def parent_of(db: Database, job: JobSpec) -> Version | None:
    """The version a job starts from.

    Raises:
        NotFound: it is no version of this creator.
    """
    if job.parent is None:
        return None
    found = versions.version(db, job.parent)
    if found.creator != job.creator:
        raise NotFound(f"version {job.parent!r} is not one of {job.creator!r}")
    return found
