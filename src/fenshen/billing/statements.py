"""Statements: what a fan paid, second by second, and what a creator earned, day by day.

Every amount is read from ledger entries, never recomputed, so the totals are exact sums of the ledger.
Knows nothing about how they are shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing.accounts import HOUSE, Account, check_owner, wallet_id
from fenshen.billing.ledger import find_wallet
from fenshen.billing.pricing import second_prices
from fenshen.billing.tables import calls, entries, holds, transfers
from fenshen.core.db import Database
from fenshen.core.money import check_currency


@dataclass(frozen=True)
class QuotaLine:
    """One settled or open quota of a call, in micros.

    Attributes:
        from_s: Charged seconds of the call before it.
        state: open, posted, voided or expired.
        charged: What the ledger moved out of the wallet for it.
        second_prices: What each charged second cost; sums to `charged`.
    """

    sequence: int
    from_s: int
    seconds: int
    held: int
    charged: int
    state: str
    reserved: datetime
    second_prices: tuple[int, ...]


@dataclass(frozen=True)
class CallLine:
    """One call on a fan's statement."""

    call_id: str
    kind: str
    subject: str
    started: datetime
    ended: datetime | None
    status: str
    reason: str
    price_micros_per_minute: int
    seconds: int
    charged: int
    quotas: tuple[QuotaLine, ...]


@dataclass(frozen=True)
class MoneyLine:
    """A top-up or refund; `amount` is what the wallet gained (or, negative, gave back)."""

    at: datetime
    kind: str
    reference: str
    amount: int


@dataclass(frozen=True)
class FanStatement:
    """A fan's wallet: `topped_up - refunded - charged == available + held`."""

    fan: str
    currency: str
    calls: tuple[CallLine, ...]
    money: tuple[MoneyLine, ...]
    topped_up: int
    refunded: int
    charged: int
    available: int
    held: int


@dataclass(frozen=True)
class DayLine:
    """One UTC day of a creator: `gross == share + platform_fee`, in micros."""

    day: date
    calls: int
    seconds: int
    gross: int
    share: int
    platform_fee: int

    @property
    def minutes(self) -> float:
        """Charged minutes, for showing."""
        return self.seconds / 60


@dataclass(frozen=True)
class CreatorStatement:
    """What a creator earned in one currency; `balance` is what is owed now."""

    creator: str
    currency: str
    days: tuple[DayLine, ...]
    seconds: int
    gross: int
    share: int
    platform_fee: int
    balance: int


def fan_statement(db: Database, fan: str, currency: str) -> FanStatement:
    """Every call, top-up and refund of a wallet, oldest first."""
    check_currency(currency)
    with db.read() as connection:
        purse = find_wallet(connection, fan, currency)
        money = _money_lines(connection, fan, currency)
        lines = _call_lines(connection, purse.id)
    return FanStatement(
        fan=fan,
        currency=currency,
        calls=lines,
        money=money,
        topped_up=sum(line.amount for line in money if line.kind == "topup"),
        refunded=-sum(line.amount for line in money if line.kind == "refund"),
        charged=sum(line.charged for line in lines),
        available=purse.available,
        held=purse.held,
    )


def creator_statement(db: Database, creator: str, currency: str) -> CreatorStatement:
    """Seconds, gross, share and fee per UTC day of settlement, oldest first."""
    check_owner(creator)
    check_currency(currency)
    with db.read() as connection:
        days = _day_lines(connection, creator, currency)
        owed = sa.select(sa.func.coalesce(sa.func.sum(entries.c.amount), 0)).where(
            entries.c.account_id.in_(
                [
                    Account("creator:pending", creator, currency).id,
                    Account("creator:payable", creator, currency).id,
                ]
            )
        )
        balance = int(connection.execute(owed).scalar_one())
    return CreatorStatement(
        creator=creator,
        currency=currency,
        days=days,
        seconds=sum(day.seconds for day in days),
        gross=sum(day.gross for day in days),
        share=sum(day.share for day in days),
        platform_fee=sum(day.platform_fee for day in days),
        balance=balance,
    )


def _money_lines(connection: Connection, fan: str, currency: str) -> tuple[MoneyLine, ...]:
    moved = (
        sa.select(transfers.c.created, transfers.c.kind, transfers.c.reference, entries.c.amount)
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .where(
            transfers.c.wallet_id == wallet_id(fan, currency),
            transfers.c.kind.in_(("topup", "refund")),
            entries.c.account_id == Account("fan:available", fan, currency).id,
        )
        .order_by(transfers.c.position)
    )
    return tuple(MoneyLine(*row) for row in connection.execute(moved))


def _charges(wallet: str) -> sa.Subquery:
    """Per hold of a wallet, what its settling transfer moved to anyone but the fan."""
    return (
        sa.select(transfers.c.reference.label("hold_id"), sa.func.sum(entries.c.amount).label("moved"))
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .where(
            transfers.c.wallet_id == wallet,
            transfers.c.kind == "post",
            entries.c.account_id.not_in([f"fan:available/{wallet}", f"fan:held/{wallet}"]),
        )
        .group_by(transfers.c.reference)
        .subquery()
    )


def _call_lines(connection: Connection, wallet: str) -> tuple[CallLine, ...]:
    charges = _charges(wallet)
    quotas: dict[str, list[Any]] = defaultdict(list)
    settled = (
        sa.select(holds, sa.func.coalesce(charges.c.moved, 0).label("moved"))
        .outerjoin(charges, charges.c.hold_id == holds.c.id)
        .where(holds.c.wallet_id == wallet)
        .order_by(holds.c.call_id, holds.c.sequence)
    )
    for row in connection.execute(settled):
        quotas[row.call_id].append(row)
    mine = sa.select(calls).where(calls.c.wallet_id == wallet).order_by(calls.c.started, calls.c.id)
    return tuple(_call_line(call, quotas[call.id]) for call in connection.execute(mine))


def _call_line(call: Any, rows: list[Any]) -> CallLine:
    price = call.price_micros_per_minute
    quotas = tuple(
        QuotaLine(
            sequence=row.sequence,
            from_s=row.from_s,
            seconds=row.seconds,
            held=row.amount,
            charged=int(row.moved),
            state=row.state,
            reserved=row.reserved,
            second_prices=second_prices(price, row.from_s, row.seconds),
        )
        for row in rows
    )
    return CallLine(
        call_id=call.id,
        kind=call.kind,
        subject=call.subject,
        started=call.started,
        ended=call.ended,
        status=call.status,
        reason=call.reason,
        price_micros_per_minute=price,
        seconds=sum(quota.seconds for quota in quotas),
        charged=sum(quota.charged for quota in quotas),
        quotas=quotas,
    )


def _day_lines(connection: Connection, creator: str, currency: str) -> tuple[DayLine, ...]:
    earned = (
        sa.select(
            transfers.c.created, holds.c.call_id, holds.c.seconds, entries.c.account_id, entries.c.amount
        )
        .select_from(holds)
        .join(calls, calls.c.id == holds.c.call_id)
        .join(transfers, sa.and_(transfers.c.reference == holds.c.id, transfers.c.kind == "post"))
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .where(calls.c.subject == creator, calls.c.currency == currency)
        .order_by(transfers.c.created, transfers.c.id, entries.c.ordinal)
    )
    ours = {
        Account("creator:pending", creator, currency).id: "share",
        Account("platform:revenue", HOUSE, currency).id: "fee",
    }
    sums: dict[date, dict[str, int]] = defaultdict(lambda: {"share": 0, "fee": 0, "seconds": 0})
    seen: dict[date, set[str]] = defaultdict(set)
    for row in connection.execute(earned):
        day = row.created.date()
        seen[day].add(row.call_id)
        if row.account_id.startswith("fan:held/"):
            sums[day]["seconds"] += row.seconds
        elif row.account_id in ours:
            sums[day][ours[row.account_id]] += row.amount
    return tuple(
        DayLine(day, len(seen[day]), s["seconds"], s["share"] + s["fee"], s["share"], s["fee"])
        for day, s in sorted(sums.items())
    )
