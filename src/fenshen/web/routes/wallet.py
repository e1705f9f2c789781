"""A fan's money: balance, top-ups, refunds, what payment providers report, and the statement to the second."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import PlainTextResponse

from fenshen.billing import statements
from fenshen.billing.ledger import read_wallet
from fenshen.core.errors import BadInput, NotFound
from fenshen.core.money import CURRENCY_PLACES, parse_amount
from fenshen.web.deps import AppDep, OperatorDep, UserDep
from fenshen.web.schemas.wallet import (
    CallLine,
    QuotaLine,
    RefundIn,
    RefundOut,
    StatementOut,
    TopUpIn,
    TopUpOut,
    WalletOut,
)
from fenshen.wiring import App

router = APIRouter(prefix="/api/wallet", tags=["wallet"])
providers = APIRouter(prefix="/api/webhooks", tags=["payments"])
admin = APIRouter(prefix="/api/admin", tags=["admin"])

Key = Annotated[str | None, Header(alias="idempotency-key", max_length=255)]


@router.get("")
def show_wallet(user: UserDep, app: AppDep) -> WalletOut:
    """What is free and what is held by open calls."""
    wallet = read_wallet(app.db, user.id, app.settings.currency)
    return WalletOut(
        currency=app.settings.currency,
        available_micros=wallet.available,
        held_micros=wallet.held,
        provider=next(iter(app.topups.offered), None),
        providers=list(app.topups.offered),
        topup_presets=_presets(app.settings.currency),
    )


def _presets(currency: str) -> list[str]:
    """Amounts to choose from, as the currency is written."""
    places = CURRENCY_PLACES[currency]
    return [f"{units:.{places}f}" if places else str(units * 100) for units in (5, 10, 20, 50)]


@router.post("/topups", status_code=201)
def top_up(body: TopUpIn, user: UserDep, app: AppDep, key: Key = None) -> TopUpOut:
    """Put money into the wallet; the same key never charges twice."""
    if not key:
        raise BadInput("send an `Idempotency-Key` header, so that a retry never pays twice", code="no_key")
    amount = parse_amount(body.amount, body.currency)
    if body.currency != app.settings.currency:
        raise BadInput(f"wallets here are in {app.settings.currency}", code="bad_currency")
    return TopUpOut.of_topup(app.topups.top_up(user.id, body.currency, amount, key, body.provider))


@router.get("/topups/{topup_id}")
def show_top_up(topup_id: str, user: UserDep, app: AppDep) -> TopUpOut:
    """What became of a top-up; the provider is asked while it is not finished, so a fan may come back here."""
    return TopUpOut.of_topup(app.topups.complete(topup_id, user.id))


@providers.post("/{provider}", response_class=PlainTextResponse)
async def receive_webhook(provider: str, request: Request, app: AppDep) -> str:
    """What a payment provider reports; it must be signed the provider's own way. It is only ever a reason to
    ask the provider what is true."""
    body = await request.body()
    return await asyncio.to_thread(app.topups.on_webhook, provider, body, dict(request.headers))


@admin.post("/topups/{topup_id}/refunds", status_code=201)
def refund(topup_id: str, body: RefundIn, operator: OperatorDep, app: AppDep, key: Key = None) -> RefundOut:
    """Send unspent money of a top-up back to its fan; audited, and the same key sends it once."""
    if not key:
        raise BadInput("send an `Idempotency-Key` header, so that a retry never refunds twice", code="no_key")
    amount = parse_amount(body.amount, app.settings.currency)
    done = app.topups.refund(topup_id, amount, key, by=operator.id, why=body.why)
    return RefundOut.of(done, amount_micros=done.amount, at=done.created)


@router.get("/statement")
def show_statement(user: UserDep, app: AppDep) -> StatementOut:
    """Every top-up and every call, with each quota's seconds and price."""
    found = statements.fan_statement(app.db, user.id, app.settings.currency)
    names = {slug: _names(app, slug) for slug in {line.subject for line in found.calls}}
    return StatementOut(
        currency=found.currency,
        available_micros=found.available,
        held_micros=found.held,
        topups=[
            TopUpOut.of(
                line,
                id=line.reference,
                status=line.kind,
                amount_micros=line.amount,
                currency=found.currency,
                checkout_url=None,
            )
            for line in reversed(found.money)
        ],
        calls=[_call_line(line, names) for line in reversed(found.calls)],
    )


def _names(app: App, slug: str) -> tuple[str, str]:
    """What the twin is called, in English and in Chinese; its slug once there is no such twin any more."""
    try:
        persona = app.persona(slug)
    except NotFound:
        return slug, slug
    return persona.name, persona.name_zh or persona.name


def _call_line(line: statements.CallLine, names: dict[str, tuple[str, str]]) -> CallLine:
    name, name_zh = names[line.subject]
    return CallLine.of(
        line,
        kind="answer" if line.kind == "answer" else "call",
        twin=line.subject,
        name=name,
        name_zh=name_zh,
        charged_micros=line.charged,
        quotas=[QuotaLine.of(q, micros=q.charged, at=q.reserved) for q in line.quotas if q.seconds],
    )
