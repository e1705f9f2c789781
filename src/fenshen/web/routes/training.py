"""Training on the page: what is new, start, watch, pause, go on, cancel, and the schedule. Owner or operator only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from fenshen.core.errors import BadInput, Conflict, NotFound, Refused
from fenshen.core.progress import seconds_left
from fenshen.library.items import Item
from fenshen.models.catalog import CATALOG
from fenshen.models.pull import installed
from fenshen.studio.comparisons import check_pair
from fenshen.studio.schedules import Schedule
from fenshen.studio.trainings import Training
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.job import JobSpec
from fenshen.training.recipe import recipes
from fenshen.training.schedule import Rule, next_hour
from fenshen.training.snapshot import loss_curve
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.training import (
    BaseOut,
    EvaluationIn,
    NewsItem,
    NewsOut,
    OrderIn,
    ScheduleIn,
    ScheduleOut,
    TrainingDetail,
    TrainingOut,
    TrainingPageOut,
    VersionRef,
    WithdrawnOut,
)
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/training", tags=["training"])

#: Items that the page names of those that are new, edited or withdrawn.
ITEMS_NAMED = 50
LOSS_POINTS_MAX = 300


@router.get("")
def show_training(creator: StudioDep, app: AppDep) -> TrainingPageOut:
    """What is new since the live version, what can be started, and the schedule."""
    slug = creator.slug
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
        schedule=None if schedule is None else _schedule(app, schedule),
    )


@router.get("/runs")
def list_runs(creator: StudioDep, app: AppDep) -> list[TrainingOut]:
    """Trainings, newest first, each with how far it is."""
    return [_out(app, training) for training in app.scheduling.trainings.recent(creator.slug)]


@router.post("/runs", status_code=201)
def start_run(body: OrderIn, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Train in the background, then evaluate; what cannot work is refused now."""
    consent.check(app.db, creator.slug, "train", app.clock.now())
    _check_names(body)
    order = _order(app, creator.slug, body)
    find_base(order.base, app.settings.home)
    return _out(app, app.scheduling.trainings.begin(order, user.id, stages=("train", "evaluate")))


@router.get("/runs/{run_id}")
def show_run(run_id: str, creator: StudioDep, app: AppDep) -> TrainingDetail:
    """How far a training is, with its loss curve so far."""
    training = app.scheduling.trainings.get(creator.slug, run_id)
    version = _version_of(app, training)
    loss = [] if version is None else loss_curve(app.settings.home / version.adapter_dir)
    return TrainingDetail.of(_out(app, training), loss=_thinned(loss))


@router.post("/runs/{run_id}/pause")
def pause(run_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Stop for now; the checkpoint is kept."""
    return _out(app, app.scheduling.trainings.move(creator.slug, run_id, "paused", user.id))


@router.post("/runs/{run_id}/resume")
def resume(run_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Go on after a pause or a failure, from the checkpoint."""
    return _out(app, app.scheduling.trainings.move(creator.slug, run_id, "waiting", user.id))


@router.post("/runs/{run_id}/cancel")
def cancel(run_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Stop for good; ordering the same again would still find the checkpoint."""
    return _out(app, app.scheduling.trainings.move(creator.slug, run_id, "cancelled", user.id))


@router.post("/evaluations", status_code=201)
def evaluate(body: EvaluationIn, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Measure a version in the background, or compare it with another."""
    trainings, found = app.scheduling.trainings, _trained(app, creator.slug, body.version_id)
    if body.against_id is None:
        return _out(app, trainings.begin_evaluation(creator.slug, found.id, user.id))
    other = _trained(app, creator.slug, body.against_id)
    check_pair(found, other)
    return _out(app, trainings.begin_comparison(creator.slug, found.id, other.id, user.id))


@router.put("/schedule")
def store_schedule(body: ScheduleIn, creator: StudioDep, user: UserDep, app: AppDep) -> ScheduleOut:
    """Retrain by this rule from now on."""
    return _schedule(app, app.scheduling.schedules.store(creator.slug, Rule(**body.model_dump()), user.id))


@router.delete("/schedule", status_code=204)
def remove_schedule(creator: StudioDep, user: UserDep, app: AppDep) -> None:
    """Retrain by hand only."""
    app.scheduling.schedules.remove(creator.slug, user.id)


def _trained(app: App, slug: str, version_id: str) -> Version:
    found = next((v for v in versions.list_versions(app.db, slug) if v.id == version_id), None)
    if found is None or found.status in ("training", "failed"):
        raise Conflict(f"version {version_id!r} is not trained to its end", code="version_unfinished")
    return found


def _order(app: App, slug: str, body: OrderIn) -> JobSpec:
    """What is asked for, on the version it goes out from."""
    if body.kind == "full":
        return JobSpec(slug, body.base or app.settings.base, body.recipe, body.minutes)
    if body.kind == "update":
        return app.scheduling.update_order(slug, body.recipe, body.minutes)
    parent = app.scheduling.parent_of_update(slug) or versions.newest(app.db, slug)
    if parent is None:
        raise BadInput(f"{slug!r} has no version to go out from; train anew first", code="no_version")
    return JobSpec(slug, body.base or parent.base, body.recipe, body.minutes, "rebase", parent.id)


def _check_names(body: OrderIn) -> None:
    """Only names of the catalog and of the package: a page opens no path on the server.

    Raises:
        BadInput: `unknown_recipe`, `unknown_base`.
    """
    if body.recipe not in recipes():
        raise BadInput(f"no recipe {body.recipe!r}; known: {', '.join(recipes())}", code="unknown_recipe")
    known = [card.name for card in CATALOG.values() if card.modality == "text"]
    if body.base is not None and body.base not in known:
        raise BadInput(f"no base {body.base!r} to train; known: {', '.join(known)}", code="unknown_base")


def _out(app: App, training: Training) -> TrainingOut:
    order, numbers = training.training_order or {}, versions.numbers(app.db, training.owner)
    against = None if training.against_id is None else versions.version(app.db, training.against_id)
    return TrainingOut.of(
        training,
        kind=order.get("origin", training.stages[0]),
        base=order.get("base"),
        minutes=order.get("minutes"),
        version=_ref(_version_of(app, training), numbers),
        against=_ref(against, numbers),
        seconds_left=_seconds_left(app, training) if training.status == "running" else None,
        note=training.note or None,
    )


def _seconds_left(app: App, training: Training) -> float | None:
    """A training has a budget; an evaluation goes on as it went so far."""
    if training.stage == "train":
        return training.order.minutes * 60.0 * (1.0 - training.share)
    elapsed_s = (app.clock.now() - training.began).total_seconds() if training.began else 0.0
    return seconds_left(elapsed_s, training.done, training.total)


def _version_of(app: App, training: Training) -> Version | None:
    """The version it makes: noted at the end, until then the version in training."""
    if training.version_id is not None:
        return versions.version(app.db, training.version_id)
    if training.status not in ("running", "paused"):
        return None
    found = versions.list_versions(app.db, training.owner)
    asked = (training.order.origin, training.order.parent)
    return next((v for v in found if v.status == "training" and (v.origin, v.parent) == asked), None)


def _schedule(app: App, schedule: Schedule) -> ScheduleOut:
    """A schedule, and when it comes round."""
    return ScheduleOut(
        **schedule.rule.as_json(),
        next_at=next_hour(schedule.rule, app.clock.now()),
        failures=schedule.past.failures,
        retry_at=schedule.past.retry_at,
        error=schedule.error,
    )


def _ref(version: Version | None, numbers: Mapping[str, int]) -> VersionRef | None:
    return None if version is None else _reference(version, numbers)


def _reference(version: Version, numbers: Mapping[str, int]) -> VersionRef:
    passed = version.passed_gate if version.gate else None
    return VersionRef.of(version, number=numbers[version.id], passed=passed)


def _news(app: App, since: Version, numbers: Mapping[str, int]) -> NewsOut | None:
    try:
        news = app.scheduling.news_since(since)
    except NotFound:  # its files are gone or were never here
        return None
    return NewsOut(
        since=_reference(since, numbers),
        **news.as_json(),
        added_items=_named(news.added),
        edited_items=_named(news.edited),
        withdrawn_items=[WithdrawnOut.of(item, id=item.item_id) for item in news.revoked[:ITEMS_NAMED]],
    )


def _named(items: Sequence[Item]) -> list[NewsItem]:
    return [NewsItem.of(item) for item in items[:ITEMS_NAMED]]


def _bases(app: App) -> list[BaseOut]:
    models = app.settings.home / "models"
    return [
        BaseOut.of(card, installed=installed(card.name, models) is not None)
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
