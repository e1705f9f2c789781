"""Retraining and measuring: consent before every step, and a second call finishes what was cut off.

Knows nothing about commands or pages; the training package does the learning.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from fenshen.core.errors import Refused
from fenshen.core.installation import Installation
from fenshen.core.progress import Progress, silent
from fenshen.library.rules import consents_named
from fenshen.studio.comparisons import compare_versions
from fenshen.studio.evaluation import Measuring, measure
from fenshen.studio.feedback import Preferences
from fenshen.training.backtranslation.questions import Teacher, cached_questions, find_questions
from fenshen.training.bases import find_base
from fenshen.training.dataset import Inputs, Questions
from fenshen.training.domain.record import check_base
from fenshen.training.evals.facts import read_facts
from fenshen.training.job import READ_FROM_LIBRARY, Control, JobSpec
from fenshen.training.preflight import PreflightReport, preflight_training
from fenshen.training.resources import this_machine
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.trust.creators import creator
from fenshen.twin.learning_consent import check_still_held
from fenshen.twin.reply import AnswerSettings
from fenshen.twin.retrieve import Retriever
from fenshen.twin.serving import Bases

T = TypeVar("T")


class Retraining:
    """Trains and measures versions.

    Args:
        bases: Where a version's base runs while it is measured.
        preferences: What people said about answers.
        retriever: Starts the look-up; asked for only when measuring.
        teacher: Who finds out what monologues answer when a base is trained; `None` asks by their titles.
        answers: How fans' answers are drawn, for measuring.
    """

    def __init__(
        self,
        on: Installation,
        bases: Callable[[], Bases],
        retriever: Callable[[], Retriever],
        preferences: Preferences,
        teacher: Callable[[str], Teacher | None] = lambda base: None,
        answers: AnswerSettings | None = None,
    ) -> None:
        self._on, self._db, self._clock, self._home = on, on.db, on.clock, on.home
        self._bases, self._retriever, self._preferences = bases, retriever, preferences
        self._teacher = teacher
        self._answers = answers or AnswerSettings()

    def plan(self, order: JobSpec) -> PreflightReport:
        """What `order` would take on this machine; starts nothing.

        Raises:
            NotFound: no such creator.
            Refused: no valid consent to learn.
            BadInput, EngineMissing: as `training.preflight.plan_training`.
        """
        creator(self._db, order.creator)
        self._consent_id(order.creator)
        held = consent.active_ids(self._db, order.creator, self._clock.now())
        return preflight_training(self._on, order, this_machine(self._on.threads), Inputs(consents=held))

    def train(self, order: JobSpec, progress: Progress = silent) -> Version:
        """Train a version, or finish the one that was cut off.

        Raises:
            NotFound: no such creator or parent.
            Refused: no valid consent to learn, or it ended meanwhile.
            BadInput, EngineMissing, Busy: as `training.train`.
        """
        creator(self._db, order.creator)
        self._consent_id(order.creator)
        check_base(self._db, order.base, self._clock.now())
        questions = self._questions(order, progress)
        if order.origin == "preference":
            return self._learn_preferences(order, progress)
        return self._train(order, questions, progress)

    def evaluate(
        self, version: Version, progress: Progress = silent, *, facts: Path | None = None
    ) -> Version:
        """Run the ladder on a version and let the gate decide; finished parts are not measured again.

        Args:
            facts: YAML of checkable facts; it is kept, and used again when none is given.
        """
        check_base(self._db, version.base, self._clock.now())
        kept = self._home / "facts" / f"{version.creator}.yaml"
        if facts is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(facts, kept)
        known = read_facts(kept) if kept.is_file() else []
        return asyncio.run(
            self._with_engines(lambda tools: measure(tools, version, known, progress), version)
        )

    def compare(self, a: Version, b: Version, progress: Progress = silent) -> dict[str, Any]:
        """How version `a` stands against `b`: from what both ladders stored, else measured anew on held-out
        items that neither has learned.

        Raises:
            BadInput: `nothing_in_common`, there is too little that neither has learned.
            Refused: the consent to use one of their bases has ended.
        """
        for one in (a, b):
            check_base(self._db, one.base, self._clock.now())
        return asyncio.run(self._with_engines(lambda tools: compare_versions(tools, a, b, progress), a))

    async def _with_engines(self, work: Callable[[Measuring], Awaitable[T]], version: Version) -> T:
        bases = self._bases()
        try:
            holding = consent.active_ids(self._db, version.creator, self._clock.now())
            return await work(
                Measuring(self._db, self._home, bases, self._retriever(), holding, self._answers)
            )
        finally:
            await bases.close()

    def _questions(self, order: JobSpec, progress: Progress) -> Questions | None:
        """What monologues answer, asked where the library is read anew and there is a teacher."""
        teacher = self._teacher(order.base) if order.origin in READ_FROM_LIBRARY else None
        if teacher is None:
            return None
        holding = consent.active_ids(self._db, order.creator, self._clock.now())
        trouble = find_questions(
            self._on,
            order.creator,
            find_base(order.base, self._home).languages,
            teacher,
            holding,
            Control(progress, lambda: self._still_allowed(order.creator, holding, order.base)),
        )
        return cached_questions(self._home, order.creator, teacher.name, trouble)

    def _train(self, order: JobSpec, questions: Questions | None, progress: Progress) -> Version:
        from fenshen.training.train import train

        slug = order.creator
        holding = consent.active_ids(self._db, slug, self._clock.now())
        inputs = Inputs(self._consent_id(slug), holding, questions)
        control = Control(progress, lambda: self._still_allowed(slug, holding, order.base))
        return train(self._on, order, inputs, control)

    def _learn_preferences(self, order: JobSpec, progress: Progress) -> Version:
        from fenshen.training.preference.train import train_preferences

        evidence = self._preferences.gather(order.creator)

        def still_allowed() -> None:
            self._consent_id(order.creator)
            check_still_held(self._db, order.creator, evidence.fan_consents)

        control = Control(progress, still_allowed)
        return train_preferences(self._on, order, evidence, self._consent_id(order.creator), control)

    def _consent_id(self, slug: str) -> str:
        return consent.check(self._db, slug, "train", self._clock.now()).id

    def _still_allowed(self, slug: str, held: frozenset[str], base: str) -> None:
        """Raise `Refused` when the consent, or one that some of the items or the base rest on, has ended."""
        self._consent_id(slug)
        check_base(self._db, base, self._clock.now())
        ended = held - consent.active_ids(self._db, slug, self._clock.now())
        if ended & consents_named(self._db, slug):
            raise Refused(
                f"consent {min(ended)} has ended, and items learned from rest on it; train again without them",
                code="consent_revoked",
            )
