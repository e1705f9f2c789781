"""Statements: what a fan paid, second by second, and what a creator earned, by day and by call.

Every amount is read from ledger entries, never recomputed, so the totals are exact sums of the ledger.
Knows nothing about how they are shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing.accounts import HOUSE, Account, check_owner, wallet_id
from fenshen.billing.charges import quota_reference
from fenshen.billing.ledger import find_wallet
from fenshen.billing.pricing import second_prices
from fenshen.billing.tables import call_shares, call_usage, calls, entries, holds, transfers
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
class ChargeLine:
    """One hold that is not a quota of a call, in micros.

    Attributes:
        reference: What it pays for.
        state: open, posted, voided or expired.
        charged: What the ledger moved out of the wallet for it.
    """

    reference: str
    reserved: datetime
    state: str
    held: int
    charged: int


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
    charges: tuple[ChargeLine, ...]
    money: tuple[MoneyLine, ...]
    topped_up: int
    refunded: int
    charged: int
    available: int
    held: int


@dataclass(frozen=True)
class DayLine:
    """One UTC day of a creator: `gross == share + others + platform_fee`, in micros.

    Attributes:
        gross: What fans were charged where the creator earned, or shared the call.
        others: What other creators of the same calls earned.
    """

    day: date
    calls: int
    seconds: int
    gross: int
    share: int
    others: int
    platform_fee: int

    @property
    def minutes(self) -> float:
        """Charged minutes, for showing."""
        return self.seconds / 60


@dataclass(frozen=True)
class CreatorStatement:
    """What a creator earned in one currency, summed as in `DayLine`; `balance` is what is owed now."""

    creator: str
    currency: str
    days: tuple[DayLine, ...]
    seconds: int
    gross: int
    share: int
    others: int
    platform_fee: int
    balance: int


@dataclass(frozen=True)
class CallEarning:
    """One charged call of a creator; `gross` is the whole charge, `share` the creator's part, in micros."""

    call_id: str
    fan: str
    started: datetime
    seconds: int
    gross: int
    share: int


def fan_statement(db: Database, fan: str, currency: str) -> FanStatement:
    """Every call, top-up and refund of a wallet, oldest first."""
    check_currency(currency)
    with db.read() as connection:
        wallet = find_wallet(connection, fan, currency)
        money = _money_lines(connection, fan, currency)
        lines, charges = _charge_lines(connection, wallet.id)
    return FanStatement(
        fan=fan,
        currency=currency,
        calls=lines,
        charges=charges,
        money=money,
        topped_up=sum(line.amount for line in money if line.kind == "topup"),
        refunded=-sum(line.amount for line in money if line.kind == "refund"),
        charged=sum(line.charged for line in lines) + sum(line.charged for line in charges),
        available=wallet.available,
        held=wallet.held,
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
        others=sum(day.others for day in days),
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


def _charge_lines(connection: Connection, wallet: str) -> tuple[tuple[CallLine, ...], tuple[ChargeLine, ...]]:
    """The calls of a wallet with their quotas, and every other hold."""
    moved = _charges(wallet)
    mine = sa.select(calls).where(calls.c.wallet_id == wallet).order_by(calls.c.started, calls.c.id)
    found = connection.execute(mine).all()
    open_quotas = {quota_reference(c.id, c.sequence): c for c in found if c.hold_micros is not None}
    quotas: dict[str, list[QuotaLine]] = {call.id: [] for call in found}
    prices = {call.id: call.price_micros_per_minute for call in found}
    others = []
    held = (
        sa.select(holds, call_usage, sa.func.coalesce(moved.c.moved, 0).label("moved"))
        .outerjoin(call_usage, call_usage.c.hold_id == holds.c.id)
        .outerjoin(moved, moved.c.hold_id == holds.c.id)
        .where(holds.c.wallet_id == wallet)
        .order_by(holds.c.reserved, call_usage.c.sequence, holds.c.id)
    )
    for row in connection.execute(held):
        call = open_quotas.get(row.id)
        if call is not None:
            quotas[call.id].append(_quota_line(row, call.sequence, call.charged_s, 0, ()))
        elif row.call_id is not None:
            seconds = second_prices(prices[row.call_id], row.from_s, row.seconds)
            quotas[row.call_id].append(_quota_line(row, row.sequence, row.from_s, row.seconds, seconds))
        else:
            others.append(ChargeLine(row.id, row.reserved, row.state, row.amount, int(row.moved)))
    return tuple(_call_line(call, quotas[call.id]) for call in found), tuple(others)


def _quota_line(row: Any, sequence: int, from_s: int, seconds: int, prices: tuple[int, ...]) -> QuotaLine:
    return QuotaLine(
        sequence=sequence,
        from_s=from_s,
        seconds=seconds,
        held=row.amount,
        charged=int(row.moved),
        state=row.state,
        reserved=row.reserved,
        second_prices=prices,
    )


def _call_line(call: Any, quotas: list[QuotaLine]) -> CallLine:
    return CallLine(
        call_id=call.id,
        kind=call.kind,
        subject=call.subject,
        started=call.started,
        ended=call.ended,
        status=call.status,
        reason=call.reason,
        price_micros_per_minute=call.price_micros_per_minute,
        seconds=sum(quota.seconds for quota in quotas),
        charged=sum(quota.charged for quota in quotas),
        quotas=tuple(quotas),
    )


def _day_lines(connection: Connection, creator: str, currency: str) -> tuple[DayLine, ...]:
    share, fee = (
        Account("creator:pending", creator, currency).id,
        Account("platform:revenue", HOUSE, currency).id,
    )
    of_calls = (
        sa.select(call_usage.c.hold_id)
        .join(call_shares, call_shares.c.call_id == call_usage.c.call_id)
        .where(call_shares.c.subject == creator)
    )
    earned = (
        sa.select(transfers.c.reference)
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .where(transfers.c.kind == "post", entries.c.account_id == share)
    )
    sides = (
        sa.select(
            transfers.c.created,
            call_usage.c.call_id,
            call_usage.c.seconds,
            entries.c.account_id,
            entries.c.amount,
        )
        .select_from(transfers)
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .outerjoin(call_usage, call_usage.c.hold_id == transfers.c.reference)
        .where(transfers.c.kind == "post", transfers.c.currency == currency)
        .where(transfers.c.reference.in_(sa.union(of_calls, earned)))
    )
    sums: dict[date, Counter[str]] = defaultdict(Counter)
    seen: dict[date, set[str]] = defaultdict(set)
    for row in connection.execute(sides):
        day, account = row.created.date(), row.account_id
        if row.call_id is not None:
            seen[day].add(row.call_id)
        if account.startswith("fan:held/"):
            sums[day]["seconds"] += row.seconds or 0
        elif account in (share, fee):
            sums[day]["share" if account == share else "fee"] += row.amount
        elif account.startswith("creator:"):
            sums[day]["others"] += row.amount
    return tuple(
        DayLine(
            day=day,
            calls=len(seen[day]),
            seconds=s["seconds"],
            gross=s["share"] + s["others"] + s["fee"],
            share=s["share"],
            others=s["others"],
            platform_fee=s["fee"],
        )
        for day, s in sorted(sums.items())
    )


def call_earnings(db: Database, creator: str, currency: str, limit: int = 500) -> list[CallEarning]:
    """The newest charged calls of a creator."""
    check_owner(creator)
    check_currency(currency)
    share = Account("creator:pending", creator, currency).id
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
        .join(call_shares, call_shares.c.call_id == calls.c.id)
        .join(call_usage, call_usage.c.call_id == calls.c.id)
        .join(transfers, sa.and_(transfers.c.reference == call_usage.c.hold_id, transfers.c.kind == "post"))
        .join(entries, entries.c.transfer_id == transfers.c.id)
        .where(call_shares.c.subject == creator, calls.c.currency == currency)
        .where(entries.c.account_id.not_like("fan:%"))
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
