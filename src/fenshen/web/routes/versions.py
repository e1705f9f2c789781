"""Versions of a twin: what each is worth, which one fans talk to, what they are told. Owner or operator only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from fenshen.core.errors import NotFound
from fenshen.core.money import parse_amount
from fenshen.studio.comparisons import stored_comparison
from fenshen.training import versions
from fenshen.training.releases import before_live, draft_rollback, list_releases
from fenshen.training.versions import Version
from fenshen.trust import consent
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.studio_schemas import (
    NoteDraftOut,
    PublicationOut,
    PublishIn,
    RollbackIn,
    RollbackOut,
    SideBySideOut,
    VersionOut,
)
from fenshen.web.versions import version_out
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}", tags=["studio"])


@router.get("/versions")
def list_versions(creator: StudioDep, app: AppDep) -> list[VersionOut]:
    """Every version, newest first."""
    numbers = versions.numbers(app.db, creator.slug)
    found = versions.list_versions(app.db, creator.slug)
    return [version_out(version, app.settings, numbers) for version in found]


@router.get("/versions/compare")
def compare_versions(
    creator: StudioDep,
    app: AppDep,
    a: Annotated[str, Query(max_length=64)],
    b: Annotated[str, Query(max_length=64)],
) -> SideBySideOut:
    """Version `a` beside version `b`: intervals, a verdict for each measure, and both answers to the same
    questions. 409 `not_compared` when they were not measured on the same set."""
    chosen = [_own(app, creator.slug, one) for one in (a, b)]
    holding = consent.active_ids(app.db, creator.slug, app.clock.now())
    found = stored_comparison(app.db, app.settings.home, chosen[0], chosen[1], holding)
    return SideBySideOut.model_validate(found)


@router.get("/versions/{version_id}/report", response_class=HTMLResponse)
def show_report(version_id: str, creator: StudioDep, app: AppDep) -> HTMLResponse:
    """The evaluation's page with plots."""
    version = versions.version(app.db, version_id)
    path = app.settings.home / version.adapter_dir / "report.html"
    if version.creator != creator.slug or not path.is_file():
        raise NotFound(f"no report of version {version_id!r}; run `fenshen eval {creator.slug}`")
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return HTMLResponse(path.read_text(encoding="utf-8"), headers={"Content-Security-Policy": policy})


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
    return RollbackOut(
        version_id=version.id,
        number=number,
        price_micros_per_minute=version.price_micros_per_minute,
        currency=version.currency,
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
        PublicationOut(
            id=one.id,
            kind=one.kind,
            version_id=one.version_id,
            number=numbers.get(one.version_id, 0),
            previous_number=numbers.get(one.previous_id or ""),
            price_micros_per_minute=one.price_micros_per_minute,
            currency=one.currency,
            note=one.note,
            forced_reason=one.forced_reason,
            at=one.at,
        )
        for one in list_releases(app.db, creator.slug)
    ]


def _own(app: App, slug: str, version_id: str) -> Version:
    found = versions.version(app.db, version_id)
    if found.creator != slug:
        raise NotFound(f"no version {version_id!r}")
    return found


def _shown(app: App, version: Version) -> VersionOut:
    return version_out(version, app.settings, versions.numbers(app.db, version.creator))


def _withdrawn(app: App, version: Version) -> int:
    try:
        return len(app.scheduling.news_since(version).revoked)
    except NotFound:
        return 0
