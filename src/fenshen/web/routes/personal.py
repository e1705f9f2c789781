"""Personal data found in a library, in the clear for its creator's eyes: kept or masked. Owner only."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from fenshen.library.privacy.finding import PersonalKind
from fenshen.library.privacy.review import count_personal_data, personal_data_of
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.personal import DecisionIn, PersonalOut, PersonalPage

router = APIRouter(prefix="/api/studio/{slug}/library/personal", tags=["library"])


@router.get("")
def list_personal(
    creator: StudioDep,
    app: AppDep,
    kind: PersonalKind | None = None,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PersonalPage:
    """What was found, by kind, the most frequent first."""
    counts = count_personal_data(app.db, creator.slug)
    found = personal_data_of(app.db, creator.slug, kind=kind, limit=limit, offset=offset)
    values = [PersonalOut.of(value, items=len(value.items)) for value in found]
    return PersonalPage(kinds=counts.values, kept=counts.kept, values=values)


@router.post("/{value_id}")
def decide_personal(
    value_id: str, body: DecisionIn, creator: StudioDep, user: UserDep, app: AppDep
) -> dict[str, int]:
    """Leave a value in the texts, or mask it again; how many passages changed."""
    done = app.library.decide_personal(creator.slug, value_id, body.decision, by=user.id)
    return {"passages": len(done.passages)}
