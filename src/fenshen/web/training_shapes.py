"""Trainings, news and schedules → the shapes of the training page. Translation only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fenshen.core.errors import NotFound, Refused
from fenshen.core.progress import seconds_left
from fenshen.library.items import Item
from fenshen.models.catalog import CATALOG
from fenshen.models.pull import installed
from fenshen.studio.schedules import Schedule
from fenshen.studio.trainings import Training
from fenshen.training import versions
from fenshen.training.browse import loss_curve
from fenshen.training.news import News
from fenshen.training.recipe_files import recipes
from fenshen.training.schedule import next_hour
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.web.shapes import note_out
from fenshen.web.training_schemas import (
    BaseOut,
    NewsItem,
    NewsOut,
    ScheduleOut,
    TrainingDetail,
    TrainingOut,
    TrainingPageOut,
    VersionRef,
    WithdrawnOut,
)
from fenshen.wiring import App

ITEMS_NAMED = 50
LOSS_POINTS_MAX = 300


def training_page(app: App, slug: str) -> TrainingPageOut:
    """Everything the page needs that does not move by the second."""
    numbers = versions.numbers(app.db, slug)
    live, newest = versions.published(app.db, slug), versions.newest(app.db, slug)
    parent = app.scheduling.parent_of_update(slug) or newest
    schedule = app.scheduling.schedules.get(slug)
    return TrainingPageOut(
        allowed=_is_allowed(app, slug),
        live=_ref(live, numbers),
        newest=_ref(newest, numbers),
        parent=_ref(parent, numbers),
        news=None if parent is None else _news(app, parent, numbers),
        bases=_bases(app),
        base=app.settings.base,
        recipes=list(recipes()),
        schedule=None if schedule is None else schedule_out(app, schedule),
    )


def training_out(app: App, training: Training) -> TrainingOut:
    """How far a training is."""
    return TrainingOut(**_facts(app, training))


def training_detail(app: App, training: Training) -> TrainingDetail:
    """The same with its loss curve."""
    version = _version_of(app, training)
    loss = [] if version is None else loss_curve(app.settings.home / version.adapter_dir)
    return TrainingDetail(**_facts(app, training), loss=_thinned(loss))


def schedule_out(app: App, schedule: Schedule) -> ScheduleOut:
    """A schedule, and when it comes round."""
    return ScheduleOut(
        **schedule.rule.as_json(),
        next_at=next_hour(schedule.rule, app.clock.now()),
        failures=schedule.past.failures,
        retry_at=schedule.past.retry_at,
        error=schedule.error,
    )


def _facts(app: App, one: Training) -> dict[str, Any]:
    order = one.training_order or {}
    version, numbers = _version_of(app, one), versions.numbers(app.db, one.owner)
    against = None if one.against_id is None else versions.version(app.db, one.against_id)
    return {
        "id": one.id,
        "status": one.status,
        "stage": one.stage,
        "stages": one.stages,
        "kind": order.get("origin", one.stages[0]),
        "base": order.get("base"),
        "minutes": order.get("minutes"),
        "scheduled": one.scheduled,
        "version": _ref(version, numbers),
        "against": _ref(against, numbers),
        "share": one.share,
        "seconds_left": _seconds_left(app, one) if one.status == "running" else None,
        "note": note_out(one.note) if one.note else None,
        "error": one.error,
        "created": one.created,
        "updated": one.updated,
    }


def _seconds_left(app: App, one: Training) -> float | None:
    """A training has a budget; an evaluation goes on as it went so far."""
    if one.stage == "train":
        return one.order.minutes * 60.0 * (1.0 - one.share)
    elapsed_s = (app.clock.now() - one.began).total_seconds() if one.began else 0.0
    return seconds_left(elapsed_s, one.done, one.total)


def _version_of(app: App, one: Training) -> Version | None:
    """The version it makes: noted at the end, until then the one in training."""
    if one.version_id is not None:
        return versions.version(app.db, one.version_id)
    if one.status not in ("running", "paused"):
        return None
    found = versions.list_versions(app.db, one.owner)
    asked = (one.order.origin, one.order.parent)
    return next((v for v in found if v.status == "training" and (v.origin, v.parent) == asked), None)


def _ref(version: Version | None, numbers: Mapping[str, int]) -> VersionRef | None:
    if version is None:
        return None
    return VersionRef(
        id=version.id,
        number=numbers[version.id],
        base=version.base,
        status=version.status,
        created=version.created,
        passed=version.passed_gate if version.gate else None,
    )


def _news(app: App, since: Version, numbers: Mapping[str, int]) -> NewsOut | None:
    try:
        news = app.scheduling.news_since(since)
    except NotFound:  # its files are gone or were never here
        return None
    ref = _ref(since, numbers)
    return None if ref is None else _told(news, ref)


def _told(news: News, since: VersionRef) -> NewsOut:
    return NewsOut(
        since=since,
        **news.as_json(),
        added_items=_named(news.added),
        edited_items=_named(news.edited),
        withdrawn_items=[
            WithdrawnOut(id=one.item_id, title=one.title, reason=one.reason, why=one.why)
            for one in news.withdrawn[:ITEMS_NAMED]
        ],
    )


def _named(items: Sequence[Item]) -> list[NewsItem]:
    return [NewsItem(id=one.id, title=one.title, words=one.words) for one in items[:ITEMS_NAMED]]


def _bases(app: App) -> list[BaseOut]:
    models = app.settings.home / "models"
    return [
        BaseOut(
            name=card.name,
            size_bytes=card.size_bytes,
            languages=None if card.languages is None else list(card.languages),
            installed=installed(card.name, models) is not None,
        )
        for card in CATALOG.values()
        if card.modality == "text"
    ]


def _is_allowed(app: App, slug: str) -> bool:
    try:
        consent.check(app.db, slug, "train", app.clock.now())
    except Refused:
        return False
    return True


def _thinned(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    step = max(1, -(-len(points) // LOSS_POINTS_MAX))
    return [*points[:-1:step], *points[-1:]]
