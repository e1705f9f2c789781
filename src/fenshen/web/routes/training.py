"""Training on the page: what is new, start, watch, pause, go on, cancel, and the schedule. Owner or operator only."""

from __future__ import annotations

from fastapi import APIRouter

from fenshen.core.errors import BadInput, Conflict
from fenshen.models.catalog import CATALOG
from fenshen.studio.comparisons import check_pair
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.job import JobSpec
from fenshen.training.recipe import recipes
from fenshen.training.schedule import Rule
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.training_schemas import (
    EvaluationIn,
    OrderIn,
    ScheduleIn,
    ScheduleOut,
    TrainingDetail,
    TrainingOut,
    TrainingPageOut,
)
from fenshen.web.training_shapes import schedule_out, training_detail, training_out, training_page
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/training", tags=["training"])


@router.get("")
def show_training(creator: StudioDep, app: AppDep) -> TrainingPageOut:
    """What is new since the live version, what can be started, and the schedule."""
    return training_page(app, creator.slug)


@router.get("/runs")
def list_runs(creator: StudioDep, app: AppDep) -> list[TrainingOut]:
    """Trainings, newest first, each with how far it is."""
    return [training_out(app, one) for one in app.scheduling.trainings.recent(creator.slug)]


@router.post("/runs", status_code=201)
def start_run(body: OrderIn, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Train in the background, then evaluate; what cannot work is refused now."""
    consent.check(app.db, creator.slug, "train", app.clock.now())
    _check_names(body)
    order = _order(app, creator.slug, body)
    find_base(order.base, app.settings.home)
    return training_out(app, app.scheduling.trainings.begin(order, user.id, stages=("train", "evaluate")))


@router.get("/runs/{run_id}")
def show_run(run_id: str, creator: StudioDep, app: AppDep) -> TrainingDetail:
    """How far a training is, with its loss curve so far."""
    return training_detail(app, app.scheduling.trainings.get(creator.slug, run_id))


@router.post("/runs/{run_id}/pause")
def pause(run_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Stop for now; the checkpoint is kept."""
    return training_out(app, app.scheduling.trainings.move(creator.slug, run_id, "paused", user.id))


@router.post("/runs/{run_id}/resume")
def resume(run_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Go on after a pause or a failure, from the checkpoint."""
    return training_out(app, app.scheduling.trainings.move(creator.slug, run_id, "waiting", user.id))


@router.post("/runs/{run_id}/cancel")
def cancel(run_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Stop for good; ordering the same again would still find the checkpoint."""
    return training_out(app, app.scheduling.trainings.move(creator.slug, run_id, "cancelled", user.id))


@router.post("/evaluations", status_code=201)
def evaluate(body: EvaluationIn, creator: StudioDep, user: UserDep, app: AppDep) -> TrainingOut:
    """Measure a version in the background, or compare it with another."""
    trainings, found = app.scheduling.trainings, _trained(app, creator.slug, body.version_id)
    if body.against_id is None:
        return training_out(app, trainings.begin_evaluation(creator.slug, found.id, user.id))
    other = _trained(app, creator.slug, body.against_id)
    check_pair(found, other)
    return training_out(app, trainings.begin_comparison(creator.slug, found.id, other.id, user.id))


@router.put("/schedule")
def store_schedule(body: ScheduleIn, creator: StudioDep, user: UserDep, app: AppDep) -> ScheduleOut:
    """Retrain by this rule from now on."""
    return schedule_out(app, app.scheduling.schedules.store(creator.slug, Rule(**body.model_dump()), user.id))


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
