"""The fan's word about answers: a thumb on each, and whether a twin may learn from them."""

from __future__ import annotations

from fastapi import APIRouter

from fenshen.trust.creators import creator
from fenshen.twin import learning_consent
from fenshen.twin.learning_consent import LearningConsent
from fenshen.twin.thumbs import set_thumb
from fenshen.web.deps import AppDep, UserDep
from fenshen.web.schemas.thumbs import LearningIn, LearningOut, ThumbIn, ThumbOut

router = APIRouter(prefix="/api", tags=["conversations"])


@router.put("/conversations/{conversation_id}/turns/{turn_id}/thumb")
def rate_answer(conversation_id: str, turn_id: str, body: ThumbIn, user: UserDep, app: AppDep) -> ThumbOut:
    """Rate an answer, change the rating, or take it back."""
    set_thumb(app.db, app.clock, user.id, conversation_id, turn_id, body.thumb)
    return ThumbOut(turn_id=turn_id, thumb=body.thumb)


@router.get("/twins/{slug}/learning")
def show_learning(slug: str, user: UserDep, app: AppDep) -> LearningOut:
    """Whether this twin may learn from the answers I rated."""
    return _out(learning_consent.consent_of(app.db, user.id, creator(app.db, slug).slug))


@router.put("/twins/{slug}/learning")
def allow_learning(slug: str, body: LearningIn, user: UserDep, app: AppDep) -> LearningOut:
    """Allow it, or end that; from then on nothing of mine is learned from."""
    found = creator(app.db, slug).slug
    return _out(learning_consent.set_consent(app.db, app.clock, app.ids, user.id, found, body.allowed))


def _out(consent: LearningConsent | None) -> LearningOut:
    return LearningOut(allowed=consent is not None, since=consent.granted if consent else None)
