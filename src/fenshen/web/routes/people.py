"""Accounts under the operator's eye: who said that they are under eighteen, and opening one again."""

from __future__ import annotations

from fastapi import APIRouter

from fenshen.trust import blocks
from fenshen.web.deps import AppDep, OperatorDep
from fenshen.web.schemas.people import LiftIn, MinorOut

router = APIRouter(prefix="/api/admin", tags=["admin"])


@router.get("/minors")
def list_minors(operator: OperatorDep, app: AppDep) -> list[MinorOut]:
    """Every account that is or was blocked, the newest first."""
    return [MinorOut.of(block, email=email) for block, email in blocks.list_blocks(app.db)]


@router.post("/minors/{user_id}/lift", status_code=204)
def lift_minor(user_id: str, body: LiftIn, operator: OperatorDep, app: AppDep) -> None:
    """Open an account again; who did it and why is audited."""
    blocks.lift(app.db, app.clock, user_id, by=operator.id, why=body.why)
