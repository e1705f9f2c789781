"""Books with every kind of row in every state, and changes behind their back that vanish again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.billing import holds as hold_money
from fenshen.billing import ledger
from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.holds import Reservation, Settlement
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.pricing import Share
from fenshen.billing.providers import CheckoutStatus
from fenshen.billing.tables import BOOKS
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds

TABLES = BOOKS


class MoodyProvider(DevelopmentProvider):
    """Answers what it is told to."""

    answer: CheckoutStatus = "paid"

    def status(self, reference: str) -> CheckoutStatus:
        return self.answer


def write_books(db: Database, clock: VirtualClock) -> None:
    """Two fans; calls open, paused, ended, shared and free; songs; holds and top-ups in every state; a refund."""
    ids, provider = SeededIds(7), MoodyProvider()
    topups_of, meter = TopUps(db, clock, ids, [provider]), Meter(db, clock, ids)
    paid = {fan: topups_of.top_up(fan, "USD", 5_000_000, f"key-{fan}") for fan in ("fan_1", "fan_2")}
    topups_of.refund(paid["fan_1"].id, 1_000_000, "back", fan="fan_1")
    for answer in ("failed", "open"):
        provider.answer = answer  # type: ignore[assignment]
        clock.advance(1)
        topups_of.top_up("fan_2", "USD", 3_000_000, f"key-{answer}")
    for fan, price in (("fan_1", 1_000_001), ("fan_2", 999_983), ("fan_1", 0)):
        call = meter.open_call(fan, "juniper", price, "USD")
        meter.open_call(fan, "rowan", 1_000_000, "USD")
        clock.advance(15)
        meter.heartbeat(call.id, fan, 1, 15)
        clock.advance(7)
        meter.heartbeat(call.id, fan, 2, 20)
        if price != 999_983:
            clock.advance(3)
            meter.end(call.id, fan, "fan", 21, 400)
    meter.sweep()
    clock.advance(41)
    meter.sweep()
    live = meter.open_call("fan_2", "juniper", 2_000_000, "USD")
    clock.advance(5)
    meter.heartbeat(live.id, "fan_2", 1, 4)
    shares = (Share("juniper", 3_333), Share("rowan", 3_334))
    shared = [meter.open_call(fan, "room_1", 1_000_003, "USD", shares=shares) for fan in ("fan_1", "fan_2")]
    clock.advance(15)
    meter.heartbeat(shared[0].id, "fan_1", 1, 15)
    hold_songs(db, clock)


def hold_songs(db: Database, clock: VirtualClock) -> None:
    """One song that was paid for, one that failed and one that is being made."""
    for number, charged in enumerate((123_457, 0, None), 1):
        reference = f"song_{number}"
        with db.write() as connection:
            wallet = ledger.lock_wallet(connection, "fan_1/USD")
            wallet = hold_money.hold(connection, wallet, Reservation(reference, 200_000), clock.now())
            if charged is None:
                return
            settlement = Settlement(
                reference=reference,
                amount=200_000,
                outcome="posted" if charged else "voided",
                charged=charged,
                shares=(Share("juniper", 7_000),) if charged else (),
            )
            hold_money.settle(connection, wallet, settlement, clock.now())


@contextlib.contextmanager
def tampering(db: Database) -> Iterator[Connection]:
    """A transaction in which neither triggers nor foreign keys hold, and that is never kept."""
    with db.engine.connect() as connection:
        if db.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.exec_driver_sql(triggers).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        try:
            yield connection
        finally:
            connection.rollback()
            if db.is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def other_values(column: sa.Column[Any], old: Any) -> list[Any]:
    """Wrong values of the column's type, at most three."""
    known = {
        "state": ["open", "posted", "voided", "expired"],
        "status": ["open", "paused", "ended", "stored", "started", "credited", "failed", "settled"],
        "currency": ["EUR"],
    }.get(column.name)
    if known is not None:
        return [value for value in known if value != old]
    if isinstance(old, datetime):
        return [old + timedelta(microseconds=1), old - timedelta(days=400)]
    if isinstance(old, int):
        return [value for value in (old + 1, old - 1, 0) if value != old]
    if old is None:
        kind = column.type.python_type if not hasattr(column.type, "impl") else datetime
        return [datetime(2020, 1, 1, tzinfo=UTC)] if kind is datetime else [kind(1)]
    return [old[:-1] + ("a" if old[-1] != "a" else "b"), "x"] if old else ["x"]


def where(table: sa.Table, row: Any) -> list[Any]:
    """The row, by its key."""
    return [column == getattr(row, column.name) for column in table.primary_key]


def key_of(table: sa.Table, row: Any) -> str:
    """The row's name in a problem."""
    return " ".join(str(getattr(row, column.name)) for column in table.primary_key)
