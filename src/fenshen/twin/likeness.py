"""The likeness ladder on a version, with this installation's own look-up, citations and limits.

Knows nothing about what is measured how; the training package does the measuring.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from fenshen.core.db import Database
from fenshen.core.progress import Progress
from fenshen.library import items
from fenshen.library.rights import is_private
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.dataset import read_dataset
from fenshen.training.evals.answers import Decoding
from fenshen.training.evals.facts import Fact
from fenshen.training.evals.ladder import LadderPlan, Tools, run_ladder
from fenshen.training.gate import decide
from fenshen.training.meta import read_meta
from fenshen.training.preference.comparisons import list_chosen
from fenshen.training.preference.people import people
from fenshen.training.report import write_metrics, write_report
from fenshen.training.versions import Version
from fenshen.trust import creators, limits
from fenshen.trust.guard import Guard
from fenshen.twin.citations import cite
from fenshen.twin.reply import REPEAT_PENALTY, TEMPERATURE
from fenshen.twin.retrieve import Retrieved, Retriever
from fenshen.twin.serving import Bases, begins_with_quote


async def measure(
    db: Database,
    home: Path,
    version: Version,
    bases: Bases,
    retriever: Retriever,
    facts: Sequence[Fact],
    progress: Progress,
    *,
    consents: Collection[str] = (),
) -> Version:
    """Run the ladder, let the gate decide, and keep both with the version.

    Raises:
        BadInput: nothing is held out to judge by.
        EngineMissing: the `train` extra or the base is not installed.
    """
    from fenshen.training.evals.forcing import TeacherForcing

    slug, folder = version.creator, home / version.adapter_dir
    file = find_base(version.base, home)
    held_out = read_meta(folder)["held_out"]["items"]
    data = await asyncio.to_thread(
        read_dataset, db, slug, file.languages, held_out=held_out, consents=consents
    )
    private_items = {item.id for item in items.list_items(db, slug) if is_private(item)}
    everything = items.passages(db, slug, include_private=True)
    plan = LadderPlan(
        version=version.id,
        folder=folder,
        data=data,
        languages=file.languages,
        private=[(p.text, p.language) for p in everything if p.item_id in private_items],
        facts=facts,
        decoding=Decoding(temperature=TEMPERATURE, repeat_penalty=REPEAT_PENALTY),
    )
    guard = Guard(limits.current(db, slug))
    quotes = begins_with_quote(version.base)

    def retrieve(question: str, exclude: frozenset[str]) -> Retrieved:
        found = retriever.retrieve(slug, question, exclude_items=exclude)
        return found if quotes else replace(found, opening="")

    tools = Tools(
        engine=await bases.engine_for(version),
        scorer=lambda: TeacherForcing.load(file.name, file.path, folder),
        retrieve=retrieve,
        cite=cite,
        clear=lambda text: guard.check_sentence(text).allowed,
    )
    ladder = await run_ladder(plan, tools, progress)
    ladder.metrics["people"] = people(list_chosen(db, slug), version.id)
    live = versions.published(db, slug)
    gate = decide(ladder.metrics, live.metrics if live is not None and live.id != version.id else None)
    versions.record_evaluation(db, version.id, ladder.metrics, gate.as_json())
    write_metrics(folder, ladder.metrics)
    write_report(folder, creators.creator(db, slug).name, ladder.metrics, gate)
    return versions.version(db, version.id)
