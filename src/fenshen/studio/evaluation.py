"""The likeness ladder on a version, with this installation's own look-up, citations and limits.

Knows nothing about what is measured how; the training package does the measuring.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fenshen.core.db import Database
from fenshen.core.progress import Progress
from fenshen.library import items
from fenshen.library.rights import is_private
from fenshen.models.made import is_made, made_base
from fenshen.training import versions
from fenshen.training.bases import BaseFile, find_base
from fenshen.training.dataset import Dataset, Inputs, read_dataset
from fenshen.training.evals.conditions import CONDITIONS, DOMAIN_CONDITIONS
from fenshen.training.evals.facts import Fact
from fenshen.training.evals.generation import Decoding
from fenshen.training.evals.run import EvaluationSpec, Tools
from fenshen.training.evals.suite import run_suite
from fenshen.training.gate import decide
from fenshen.training.meta import read_meta
from fenshen.training.preference.comparisons import list_chosen, people
from fenshen.training.versions import Version
from fenshen.trust import creators, limits
from fenshen.trust.guard import Guard
from fenshen.twin.citations import cite
from fenshen.twin.reply import AnswerSettings
from fenshen.twin.retrieve import Retrieved, Retriever
from fenshen.twin.serving import Bases, persona_of, uses_extractive_prefix

if TYPE_CHECKING:
    from fenshen.training.evals.nll import AnswerScorer


@dataclass(frozen=True)
class Measuring:
    """What measuring needs of this installation.

    Attributes:
        bases: where versions run while they are measured.
        consents: ids of the creator's consents that hold now.
        answers: how fans' answers are drawn.
    """

    db: Database
    home: Path
    bases: Bases
    retriever: Retriever
    consents: Collection[str] = ()
    answers: AnswerSettings = field(default_factory=AnswerSettings)


async def measure(on: Measuring, version: Version, facts: Sequence[Fact], progress: Progress) -> Version:
    """Run the ladder, let the gate decide, and keep both with the version; the figures also as `ladder.json`.

    Raises:
        BadInput: nothing is held out to judge by.
        EngineMissing: the `train` extra or the base is not installed.
    """
    slug, folder = version.creator, on.home / version.adapter_dir
    meta = read_meta(folder)
    plan, tools = await prepare(on, version, meta["held_out"]["items"], facts)
    ladder = await run_suite(plan, tools, progress)
    forgot = meta.get("forgetting")
    measured = {**ladder.metrics, "forgetting": forgot} if forgot else ladder.metrics
    live = versions.published(on.db, slug)
    gate = decide(measured, live.metrics if live is not None and live.id != version.id else None)
    metrics = {**measured, "people": people(list_chosen(on.db, slug), version.id)}
    versions.record_evaluation(on.db, version.id, metrics, gate.as_json())
    (folder / "ladder.json").write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return versions.version(on.db, version.id)


async def prepare(
    on: Measuring, version: Version, held_out: Sequence[str], facts: Sequence[Fact] = ()
) -> tuple[EvaluationSpec, Tools]:
    """What is measured of a version, and what with, on the given held-out items.

    Raises:
        EngineMissing: the `train` extra or a base is not installed.
    """
    slug, file = version.creator, find_base(version.base, on.home)
    data = await asyncio.to_thread(
        read_dataset, on.db, slug, file.languages, held_out=held_out, inputs=Inputs(consents=on.consents)
    )
    private_items = {item.id for item in items.list_items(on.db, slug) if is_private(item)}
    everything = items.passages(on.db, slug, include_private=True)
    plan = EvaluationSpec(
        version=version.id,
        folder=on.home / version.adapter_dir,
        data=_unread(data, version.base, on.home),
        languages=file.languages,
        private=[(p.text, p.language) for p in everything if p.item_id in private_items],
        facts=facts,
        decoding=Decoding(temperature=on.answers.temperature, repeat_penalty=on.answers.repeat_penalty),
        levels=DOMAIN_CONDITIONS if is_made(version.base) else CONDITIONS,
    )
    return plan, await _tools(on, version, file, data)


async def _tools(on: Measuring, version: Version, file: BaseFile, data: Dataset) -> Tools:
    slug, folder = version.creator, on.home / version.adapter_dir
    guard = Guard(limits.current(on.db, slug))
    plain = made_base(version.base, on.home)[0].plain if is_made(version.base) else None
    quotes = uses_extractive_prefix(plain or version.base)

    def retrieve(question: str, exclude: frozenset[str]) -> Retrieved:
        copies = data.split.dropped if exclude else frozenset()
        found = on.retriever.retrieve(
            slug, question, exclude_items=exclude, exclude_passages=copies, whole_library=True
        )
        return found if quotes else replace(found, opening="")

    return Tools(
        engine=await on.bases.engine_for(version),
        scorer=partial(_scorer, file, folder),
        retrieve=retrieve,
        cite=partial(cite, names=persona_of(on.db, creators.creator(on.db, slug)).names),
        clear=lambda text: guard.check_sentence(text).allowed,
        plain=None if plain is None else on.bases.plain_engine(plain),
        plain_scorer=None if plain is None else partial(_scorer, find_base(plain, on.home), None),
    )


def _scorer(file: BaseFile, adapter: Path | None) -> AnswerScorer:
    from fenshen.training.evals.teacher_forcing import TeacherForcing

    return TeacherForcing.load(file.name, file.path, adapter)


def _unread(data: Dataset, base: str, home: Path) -> Dataset:
    """The dataset without held-out answers that the domain base has read."""
    if not is_made(base):
        return data
    read = frozenset(made_base(base, home)[0].items)
    return replace(data, held_out=tuple(e for e in data.held_out if e.item_id not in read))
