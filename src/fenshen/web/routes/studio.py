"""The creator's side: library, versions, earnings, consents. Owner or operator only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from fenshen.billing import statements
from fenshen.core.errors import NotFound
from fenshen.library import items
from fenshen.library.report.report import as_json
from fenshen.library.rights import unconfirmed, why_not
from fenshen.trust import consent, limits
from fenshen.twin.refusals import Reason
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.studio import (
    ConsentOut,
    CountsOut,
    DayOut,
    EarningsCall,
    EarningsOut,
    LibraryItem,
    LibraryOut,
    RefusalOut,
    ReportOut,
)

router = APIRouter(prefix="/api/studio/{slug}", tags=["studio"])


@router.get("/library")
def show_library(creator: StudioDep, app: AppDep) -> LibraryOut:
    """Counts and every item, private ones too."""
    found = items.counts(app.db, creator.slug)
    passages = items.passage_counts(app.db, creator.slug)
    holding = consent.active_ids(app.db, creator.slug, app.clock.now())
    counts = CountsOut.of(
        found, private=found.private_items, by_kind=found.kinds, by_language=found.languages
    )
    return LibraryOut(
        counts=counts,
        items=[
            LibraryItem.of(
                item,
                passages=passages.get(item.id, 0),
                has_media=item.media_sha256 is not None,
                flags=unconfirmed(item),
                dropped=[place.note for place in item.dropped],
                why_not=why_not(item, "train", consents=holding),
            )
            for item in items.list_items(app.db, creator.slug)
        ],
    )


@router.get("/library/report")
def show_library_report(creator: StudioDep, app: AppDep) -> ReportOut:
    """How much the library holds, how good that is, and what to add next."""
    return ReportOut.model_validate(as_json(app.library.report(creator.slug)))


@router.get("/earnings")
def show_earnings(creator: StudioDep, app: AppDep) -> EarningsOut:
    """Minutes, gross, share and fee, by day and by call."""
    found = statements.creator_statement(app.db, creator.slug, app.settings.currency)
    calls = statements.call_earnings(app.db, creator.slug, app.settings.currency)
    return EarningsOut.of(
        found,
        gross_micros=found.gross,
        share_micros=found.share,
        others_micros=found.others,
        fee_micros=found.platform_fee,
        fans=len({call.fan for call in calls}),
        days=[DayOut.of(day, gross_micros=day.gross, share_micros=day.share) for day in found.days],
        calls=[EarningsCall.of(call, gross_micros=call.gross, share_micros=call.share) for call in calls],
    )


@router.get("/consents")
def list_consents(creator: StudioDep, app: AppDep) -> list[ConsentOut]:
    """Every consent that was ever given."""
    now = app.clock.now()
    return [
        ConsentOut.of(given, status=given.status(now)) for given in consent.list_for(app.db, creator.slug)
    ]


@router.post("/consents/{consent_id}/revoke")
async def revoke_consent(consent_id: str, creator: StudioDep, user: UserDep, app: AppDep) -> ConsentOut:
    """End a consent; live calls stop."""
    if consent_id not in {given.id for given in consent.list_for(app.db, creator.slug)}:
        raise NotFound(f"no consent {consent_id!r}")
    ended = consent.revoke(app.db, app.clock, consent_id, by=user.id)
    if not app.may_chat(creator.slug):
        await app.calls.end_all_of(creator.slug, "revoked")
    return ConsentOut.of(ended, status="revoked")


@router.get("/refusals")
def list_refusals(
    creator: StudioDep,
    app: AppDep,
    reason: Reason | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[RefusalOut]:
    """What the limits held back, the newest first; neither words nor fans are shown."""
    found = app.safety.refusals.of(creator.slug, reason=reason, limit=limit)
    return [RefusalOut.of(refusal) for refusal in found]


@router.get("/limits")
def show_limits(creator: StudioDep, app: AppDep) -> dict[str, object]:
    """What the twin never talks about."""
    return limits.to_json(limits.current(app.db, creator.slug))
