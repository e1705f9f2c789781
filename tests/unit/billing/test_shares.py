"""Calls that several creators share: every micro goes to one of them or to the platform."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.billing import ledger
from fenshen.billing.accounts import HOUSE, Account
from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.pricing import Share
from fenshen.billing.statements import call_earnings, creator_statement, fan_statement
from fenshen.billing.tables import entries
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Refused
from fenshen.core.ids import SeededIds
from postgres import empty_database

Give = Callable[[str, int], None]
ROOM = (Share("juniper", 3_333), Share("rowan", 3_334), Share("alder", 1_000))


def talk(meter: Meter, clock: VirtualClock, seconds: int, price: int, shares: tuple[Share, ...]) -> str:
    """A call in a room, acknowledged every few seconds."""
    call = meter.open_call("fan_1", "room_1", price, "USD", shares=shares)
    received = 0
    while received < seconds:
        step = min(4, seconds - received)
        clock.advance(step)
        received += step
        meter.deliver(call.id, 0)
        meter.heartbeat(call.id, "fan_1", 1, received)
    meter.end(call.id, "fan_1", "fan", seconds)
    return call.id


def test_each_creator_of_a_room_is_paid_and_sees_it(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """37 seconds at a price that divides badly: shares, others and fee come to the charge for each of three."""
    give("fan_1", 9)
    call_id = talk(meter, clock, 37, 1_000_003, ROOM)
    charged = fan_statement(db, "fan_1", "USD").charged
    statements = [creator_statement(db, share.subject, "USD") for share in ROOM]
    for found in statements:
        assert found.gross == found.share + found.others + found.platform_fee == charged
        assert (found.seconds, found.balance) == (37, found.share)
        assert [day.calls for day in found.days] == [1]
        (earning,) = call_earnings(db, found.creator, "USD")
        assert (earning.call_id, earning.seconds) == (call_id, 37)
        assert (earning.gross, earning.share) == (charged, found.share)
    assert sum(found.share for found in statements) + statements[0].platform_fee == charged
    assert creator_statement(db, "nobody", "USD").gross == 0
    assert verify(db).problems == ()


def test_a_call_without_shares_is_the_subjects(db: Database, meter: Meter, give: Give) -> None:
    """One creator and the meter's share, as for every twin."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    assert meter.end_all_for_subject("rowan", "revoked") == 0
    assert meter.end_all_for_subject("juniper", "revoked") == 1
    assert meter.state(call.id, "fan_1").reason == "revoked"


def test_any_creator_who_withdraws_ends_the_shared_call(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """Rowan says no: the call of three ends, and its quota is given back."""
    give("fan_1", 1)
    call = meter.open_call("fan_1", "room_1", 1_000_000, "USD", shares=ROOM)
    clock.advance(5)
    assert meter.end_all_for_subject("rowan", "revoked") == 1
    ended = meter.state(call.id, "fan_1")
    assert (ended.status, ended.reason, ended.charged_micros) == ("ended", "revoked", 0)


def test_every_creator_is_asked_before_a_quota(
    db: Database, clock: VirtualClock, ids: SeededIds, give: Give
) -> None:
    """Nobody is sold without their consent: not at the start, and not one quota longer."""
    give("fan_1", 1)
    allowed = {"juniper", "rowan", "alder"}
    meter = Meter(db, clock, ids, still_allowed=lambda subject: subject in allowed)
    call = meter.open_call("fan_1", "room_1", 1_000_000, "USD", shares=ROOM)
    allowed.remove("alder")
    with pytest.raises(Refused):
        meter.open_call("fan_1", "room_1", 1_000_000, "USD", shares=ROOM)
    clock.advance(15)
    state = meter.heartbeat(call.id, "fan_1", 1, 15)
    assert (state.status, state.reason) == ("ended", "revoked")


def test_more_than_everything_cannot_be_shared(db: Database, meter: Meter, give: Give) -> None:
    """The shares are checked before anything is stored."""
    give("fan_1", 1)
    with pytest.raises(BadInput):
        meter.open_call("fan_1", "room_1", 1, "USD", shares=[Share("juniper", 9_000), Share("rowan", 1_001)])
    assert fan_statement(db, "fan_1", "USD").calls == ()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    parts=st.lists(st.integers(0, 800), min_size=1, max_size=12),
    price=st.integers(0, 4_000_000),
    seconds=st.integers(0, 50),
)
def test_shares_sum_to_the_charge_for_any_number_of_creators(
    parts: list[int], price: int, seconds: int
) -> None:
    """All entries sum to zero, creators and platform together earn what the fan paid, and the books are whole."""
    shares = tuple(Share(f"creator_{n}", bps) for n, bps in enumerate(parts))
    with tempfile.TemporaryDirectory() as folder, empty_database("sqlite", Path(folder)) as db:
        clock, ids = VirtualClock(), SeededIds(3)
        TopUps(db, clock, ids, [DevelopmentProvider()]).top_up("fan_1", "USD", 10_000_000, "k")
        talk(Meter(db, clock, ids), clock, seconds, price, shares)
        charged = fan_statement(db, "fan_1", "USD").charged
        with db.read() as connection:
            total = connection.execute(sa.select(sa.func.sum(entries.c.amount))).scalar_one()
            earned = [
                ledger.balance(connection, Account("creator:pending", share.subject, "USD"))
                for share in shares
            ]
            platform = ledger.balance(connection, Account("platform:revenue", HOUSE, "USD"))
        assert total == 0
        assert sum(earned) + platform == charged == price * seconds // 60
        assert min(*earned, platform) >= 0
        assert verify(db).problems == ()
