"""What each call brought its creator, read from the ledger.

Knows nothing about who the fans are beyond their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from fenshen.billing.accounts import HOUSE, Account, check_owner
from fenshen.billing.tables import calls, entries, holds, transfers
from fenshen.core.db import Database
from fenshen.core.money import check_currency


@dataclass(frozen=True)
class CallEarning:
    """One charged call; `gross` is share plus platform fee, in micros."""

    call_id: str
    fan: str
    started: datetime
    seconds: int
    gross: int
    share: int


def call_earnings(db: Database, creator: str, currency: str, limit: int = 500) -> list[CallEarning]:
    """The newest charged calls of a creator."""
    check_owner(creator)
    check_currency(currency)
    share = Account("creator:pending", creator, currency).id
    fee = Account("platform:revenue", HOUSE, currency).id
    amount = sa.func.sum(entries.c.amount)
    query = (
        sa.select(
            calls.c.id,
            calls.c.fan,
            calls.c.started,
            calls.c.charged_s,
            amount,
            amount.filter(entries.c.account_id == share),
        )
        .join(holds, holds.c.call_id == calls.c.id)
        .join(transfers, sa.and_(transfers.c.reference == holds.c.id, transfers.c.kind == "post"))
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .where(calls.c.subject == creator, calls.c.currency == currency)
        .where(entries.c.account_id.in_([share, fee]))
        .group_by(calls.c.id, calls.c.fan, calls.c.started, calls.c.charged_s)
        .order_by(calls.c.started.desc(), calls.c.id.desc())
        .limit(limit)
    )
    with db.read() as connection:
        rows = connection.execute(query).all()
    return [
        CallEarning(identifier, fan, started, int(seconds), int(gross), int(shared or 0))
        for identifier, fan, started, seconds, gross, shared in rows
    ]
