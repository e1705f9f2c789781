"""Blind comparisons in the studio, and what training could learn from them and from fans' thumbs."""

from __future__ import annotations

from fastapi import APIRouter

from fenshen.training import versions
from fenshen.training.preference.comparisons import Comparison, list_chosen, people
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.taste import (
    ChoiceIn,
    ComparisonOut,
    ContestantOut,
    PreferencesOut,
    QuestionOut,
    RevealedOut,
    TasteIn,
    TasteOut,
)

router = APIRouter(prefix="/api/studio/{slug}", tags=["studio"])


@router.get("/preferences")
def show_preferences(creator: StudioDep, app: AppDep) -> PreferencesOut:
    """Pairs and thumbs by source, what may not be used and why, and whether there is enough to train."""
    found = app.preferences.gather(creator.slug)
    parent = versions.newest(app.db, creator.slug)
    return PreferencesOut(
        counts=found.counts,
        left_out=dict(found.left_out),
        pairs=len(found.pairs),
        thumbs=len(found.usable_ratings),
        missing=found.pairs_missing,
        parent=parent.id if parent else None,
        ended=app.preferences.resting_on_ended(creator.slug),
    )


@router.get("/taste")
def show_taste(creator: StudioDep, app: AppDep) -> TasteOut:
    """Which versions can be compared, what could be asked, and how the comparisons stand."""
    chosen, numbers = list_chosen(app.db, creator.slug), versions.numbers(app.db, creator.slug)
    return TasteOut(
        versions=[
            ContestantOut.of(version, number=numbers[version.id], people=people(chosen, version.id))
            for version in app.tasting.contestants(creator.slug)
        ],
        questions=[QuestionOut.of(question) for question in app.tasting.questions(creator.slug)],
        answered=len(chosen),
    )


@router.post("/taste", status_code=201)
async def ask(body: TasteIn, creator: StudioDep, user: UserDep, app: AppDep) -> ComparisonOut:
    """Two answers to one question, without names."""
    made = await app.tasting.ask(creator.slug, user.id, body.question, body.source, body.version, body.rival)
    return _out(made)


@router.post("/taste/{comparison_id}/choice")
def choose(comparison_id: str, body: ChoiceIn, creator: StudioDep, app: AppDep) -> RevealedOut:
    """Say which answer is more like you, and hear whose it was."""
    made = app.tasting.choose(creator.slug, comparison_id, body.choice, body.edited, body.edit)
    return RevealedOut(id=made.id, choice=body.choice, left=made.left_version, right=made.right_version)


def _out(made: Comparison) -> ComparisonOut:
    left, right = made.labels
    return ComparisonOut.of(
        made,
        left={"text": made.left_text, "label": left},
        right={"text": made.right_text, "label": right},
    )
