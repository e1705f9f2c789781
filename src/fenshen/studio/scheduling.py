"""Begins the trainings that schedules ask for, and remembers how they ended.

    every schedule → what is new since the newest version → `training.schedule.decide` → an order

An update goes out from the live version; where that learned from what may no longer be used, or nothing is live,
a training anew takes its place. Never without consent, never beside another training of the twin. Knows nothing
about how a training is done.
"""

from __future__ import annotations

import logging
from pathlib import Path

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import AppError, BadInput, Busy, Refused
from fenshen.studio.schedules import Schedule, Schedules
from fenshen.studio.trainings import Stage, Training, Trainings
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.job import JobSpec
from fenshen.training.library_diff import LibraryDiff
from fenshen.training.recipe import DEFAULT, recipes
from fenshen.training.schedule import decide, hour_passed
from fenshen.training.update import check_update, diff_since
from fenshen.training.versions import Version
from fenshen.trust import consent

_log = logging.getLogger(__name__)


class Scheduling:
    """Looks at schedules.

    Args:
        base: what a first training stands on.
    """

    def __init__(self, db: Database, clock: Clock, trainings: Trainings, home: Path, base: str) -> None:
        self._db, self._clock, self._home, self._base = db, clock, home, base
        self.schedules, self.trainings = Schedules(db, clock), trainings

    def news_since(self, version: Version) -> LibraryDiff:
        """What is new in the library since a version.

        Raises:
            NotFound: it was not trained to its end.
        """
        consents = consent.active_ids(self._db, version.creator, self._clock.now())
        folder = self._home / version.adapter_dir
        return diff_since(self._db, folder, version.creator, self._languages(version), consents)

    def parent_of_update(self, slug: str) -> Version | None:
        """What an update goes out from: the live version, else the newest that passed its gate."""
        live = versions.published(self._db, slug)
        passed = (v for v in versions.list_versions(self._db, slug) if v.passed_gate)
        return live or next(passed, None)

    def update_order(self, slug: str, recipe: str, minutes: float) -> JobSpec:
        """An update of the live version, else of the newest.

        Raises:
            BadInput: `no_version`, there is none; `nothing_new`.
            Refused: `cannot_unlearn`.
        """
        parent = self.parent_of_update(slug) or versions.newest(self._db, slug)
        if parent is None:
            raise BadInput(f"{slug!r} has no version to go out from; train anew first", code="no_version")
        check_update(self.news_since(parent), parent)
        return JobSpec(slug, parent.base, recipe, minutes, "update", parent.id)

    def begin_due(self) -> list[Training]:
        """Order what is due now."""
        found = (self._attempt(schedule) for schedule in self.schedules.all())
        return [training for training in found if training is not None]

    def ended(self, training: Training) -> None:
        """Remember how a training by schedule ended."""
        if training.scheduled and training.status == "done":
            self.schedules.succeeded(training.owner)
        elif training.scheduled and training.status == "failed":
            self.schedules.failed(training.owner, training.error or {})

    def _attempt(self, schedule: Schedule) -> Training | None:
        try:
            return self._begin(schedule)
        except Busy:
            return None
        except AppError as error:
            _log.warning("the schedule of %s cannot start: %s", schedule.creator, error.message)
            self.schedules.failed(schedule.creator, {"code": error.code, "message": error.message})
            return None

    def _begin(self, schedule: Schedule) -> Training | None:
        slug, now = schedule.creator, self._clock.now()
        if self.trainings.open_of(slug) is not None or not self._is_allowed(slug):
            return None
        newest = versions.newest(self._db, slug)
        count = 1 if newest is None else _count(self.news_since(newest))
        verdict = decide(schedule.rule, schedule.past, count, now)
        if verdict == "nothing_new" and hour_passed(schedule.rule, schedule.past, now):
            self.schedules.looked(slug)
        if verdict != "start":
            return None
        stages: tuple[Stage, ...] = ("train", "evaluate")
        if schedule.rule.publishes:
            stages = (*stages, "publish")
        training = self.trainings.begin(self._order(schedule), schedule.by, stages=stages, scheduled=True)
        self.schedules.looked(slug)
        return training

    def _order(self, schedule: Schedule) -> JobSpec:
        parent = self.parent_of_update(schedule.creator)
        minutes = schedule.rule.minutes
        if parent is None:
            return JobSpec(schedule.creator, self._base, minutes=minutes)
        if self.news_since(parent).revoked:
            return JobSpec(schedule.creator, parent.base, minutes=minutes)
        recipe = parent.recipe if parent.recipe in recipes() else DEFAULT
        return JobSpec(schedule.creator, parent.base, recipe, minutes, "update", parent.id)

    def _is_allowed(self, slug: str) -> bool:
        try:
            consent.check(self._db, slug, "train", self._clock.now())
        except Refused:
            return False
        return True

    def _languages(self, version: Version) -> tuple[str, ...] | None:
        try:
            return find_base(version.base, self._home).languages
        except AppError:  # news can be told without its weights
            return None


def _count(news: LibraryDiff) -> int:
    return len(news.added) + len(news.edited) + len(news.revoked)
