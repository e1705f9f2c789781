"""Versions of a twin: what each is worth, which one fans talk to, what they are told. Owner or operator only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query

from fenshen.core.errors import NotFound
from fenshen.core.money import parse_amount
from fenshen.studio.comparisons import stored_comparison
from fenshen.training import versions
from fenshen.training.evals.generation import price_floor_micros
from fenshen.training.meta import read_meta
from fenshen.training.releases import before_live, draft_rollback, list_releases
from fenshen.training.snapshot import loss_curve
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.versions import (
    GateOut,
    NoteDraftOut,
    PublicationOut,
    PublishIn,
    RollbackIn,
    RollbackOut,
    SideBySideOut,
    VersionOut,
)
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}", tags=["studio"])

#: Parts of a ladder beside its levels; single items stay at home.
MEASURES = (
    "floor",
    "ceiling",
    "no_bound",
    "differences",
    "provoked",
    "canaries",
    "limits",
    "cost",
    "sets",
    "people",
    "verifier",
    "heldout_sha256",
    "seed",
    "seconds",
)


@router.get("/versions")
def list_versions(creator: StudioDep, app: AppDep) -> list[VersionOut]:
    """Every version, newest first."""
    numbers = versions.numbers(app.db, creator.slug)
    found = versions.list_versions(app.db, creator.slug)
    return [_out(app, version, numbers) for version in found]


@router.get("/versions/compare")
def compare_versions(
    creator: StudioDep,
    app: AppDep,
    a: Annotated[str, Query(max_length=64)],
    b: Annotated[str, Query(max_length=64)],
) -> SideBySideOut:
    """Version `a` beside version `b`: intervals, a verdict for each measure, and both answers to the same
    questions. 409 `not_compared` when they were not measured on the same set."""
    chosen = [_own(app, creator.slug, version_id) for version_id in (a, b)]
    holding = consent.active_ids(app.db, creator.slug, app.clock.now())
    found = stored_comparison(app.db, app.settings.home, chosen[0], chosen[1], holding)
    return SideBySideOut.model_validate(found)


@router.get("/versions/{version_id}/note")
def draft_note(version_id: str, creator: StudioDep, app: AppDep) -> NoteDraftOut:
    """A draft of what fans are told when this version goes out."""
    return NoteDraftOut(note=app.releases.draft(_own(app, creator.slug, version_id)))


@router.post("/versions/{version_id}/publish")
def publish(version_id: str, body: PublishIn, creator: StudioDep, user: UserDep, app: AppDep) -> VersionOut:
    """Offer a version to fans; one that failed the gate needs a reason, which is recorded."""
    found = _own(app, creator.slug, version_id)
    price = parse_amount(body.price, body.currency)
    published = app.releases.publish(
        found, price, body.currency, by=user.id, reason=body.force_reason, note=body.note
    )
    return _shown(app, published)


@router.get("/rollback")
def preview_rollback(creator: StudioDep, app: AppDep) -> RollbackOut:
    """Which version going back would bring before fans, and what that means."""
    version = before_live(app.db, creator.slug)
    number = versions.numbers(app.db, creator.slug)[version.id]
    return RollbackOut.of(
        version,
        version_id=version.id,
        number=number,
        withdrawn=_withdrawn(app, version),
        note=draft_rollback(number),
    )


@router.post("/rollback")
def rollback(creator: StudioDep, user: UserDep, app: AppDep, body: RollbackIn | None = None) -> VersionOut:
    """Go back to the version that was published before."""
    version = app.releases.rollback(creator.slug, by=user.id, note=body.note if body else None)
    return _shown(app, version)


@router.get("/publications")
def show_publications(creator: StudioDep, app: AppDep) -> list[PublicationOut]:
    """What was live when, and what fans were told, newest first."""
    numbers = versions.numbers(app.db, creator.slug)
    return [
        PublicationOut.of(
            publication,
            number=numbers.get(publication.version_id, 0),
            previous_number=numbers.get(publication.previous_id or ""),
        )
        for publication in list_releases(app.db, creator.slug)
    ]


def _own(app: App, slug: str, version_id: str) -> Version:
    found = versions.version(app.db, version_id)
    if found.creator != slug:
        raise NotFound(f"no version {version_id!r}")
    return found


def _shown(app: App, version: Version) -> VersionOut:
    return _out(app, version, versions.numbers(app.db, version.creator))


def _withdrawn(app: App, version: Version) -> int:
    try:
        return len(app.scheduling.news_since(version).revoked)
    except NotFound:
        return 0


def _out(app: App, version: Version, numbers: Mapping[str, int]) -> VersionOut:
    """One version; its files say how it was trained, `numbers` what people call it and its parent."""
    metrics, folder = version.metrics or {}, app.settings.home / version.adapter_dir
    meta = _meta(folder)
    training, plan = meta.get("training", {}), meta.get("plan", {})
    gate = GateOut.of(version, passed=version.passed_gate) if version.gate else None
    return VersionOut.of(
        version,
        number=numbers[version.id],
        parent_number=numbers.get(version.parent or ""),
        note=version.note or {},
        forgetting=meta.get("forgetting"),
        examples=sum(plan.get("examples", {}).values()),
        tokens=int(training.get("tokens", 0)),
        minutes=round(float(training.get("seconds", 0.0)) / 60, 2),
        gate=gate,
        levels=metrics.get("levels", []),
        measures={name: metrics[name] for name in MEASURES if name in metrics},
        price_floor_micros_per_minute=price_floor_micros(
            metrics.get("cost") or {}, app.settings.cpu_hour_price_micros
        ),
        loss=loss_curve(folder),
        people=metrics.get("people"),
    )


def _meta(folder: Path) -> dict[str, Any]:
    try:
        return read_meta(folder)
    except NotFound:
        return {}
