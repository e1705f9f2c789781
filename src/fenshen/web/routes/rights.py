"""Whose the library is: bulk rules, "everything here is mine", and items the creator answers for. Owner only.

a rule, or a word about items → `Library` brings items and index in line → how much may be used now
"""

from __future__ import annotations

from fastapi import APIRouter

from fenshen.library import items, rules
from fenshen.library.claims import USES, make_rights
from fenshen.library.matching import parse_match
from fenshen.library.rights import is_private, unconfirmed, why_not
from fenshen.trust import consent
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.rights import ConfirmIn, RightsOut, RuleIn, RuleOut
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/library/rights", tags=["library"])


@router.get("")
def show_rights(creator: StudioDep, app: AppDep) -> RightsOut:
    """The rules in order, and how many items may be used for what."""
    return _rights(app, creator.slug)


@router.post("", status_code=201)
def add_rule(body: RuleIn, creator: StudioDep, user: UserDep, app: AppDep) -> RightsOut:
    """Say something about many items at once; it outdoes the rules before it."""
    rights = make_rights(body.uses, body.owner, body.licence, body.territory, body.consent_id)
    app.library.add_rule(creator.slug, parse_match(body.match), rights, by=user.id)
    return _rights(app, creator.slug)


@router.delete("/{ordinal}")
def remove_rule(ordinal: int, creator: StudioDep, user: UserDep, app: AppDep) -> RightsOut:
    """Take a rule back."""
    app.library.remove_rule(creator.slug, ordinal, by=user.id)
    return _rights(app, creator.slug)


@router.post("/claim")
def claim_all(creator: StudioDep, user: UserDep, app: AppDep) -> RightsOut:
    """Everything here is the creator's own, unless a rule about everything says otherwise already."""
    app.library.claim_all(creator.slug, by=user.id)
    return _rights(app, creator.slug)


@router.post("/confirm")
def confirm(body: ConfirmIn, creator: StudioDep, user: UserDep, app: AppDep) -> RightsOut:
    """The creator may use these items although they look like somebody else's work."""
    app.library.decide(creator.slug, body.item_ids, by=user.id, confirm=True)
    return _rights(app, creator.slug)


def _rights(app: App, slug: str) -> RightsOut:
    holding = consent.active_ids(app.db, slug, app.clock.now())
    library = items.list_items(app.db, slug)
    return RightsOut(
        rules=[
            RuleOut.of(rule.rights, ordinal=rule.ordinal, match=str(rule.match))
            for rule in rules.list_rules(app.db, slug)
        ],
        items=len(library),
        usable={use: sum(why_not(item, use, consents=holding) is None for item in library) for use in USES},
        unspoken=rules.count_unspoken(app.db, slug),
        flagged=sum(bool(unconfirmed(item)) and not is_private(item) for item in library),
    )
