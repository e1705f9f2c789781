"""Holds of a process that is gone are given back though the wall clock was set back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from fenshen.billing import ledger
from fenshen.billing.meter import Meter
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds


@pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=1), timedelta(days=4000)])
def test_a_dead_process_holds_nothing_after_forty_seconds(
    db: Database, clock: VirtualClock, meter: Meter, give: Callable[[str, int], None], back: timedelta
) -> None:
    """Whatever the clock on the wall says after the restart; what was acknowledged is charged."""
    give("fan_1", 5)
    call = meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    clock.advance(6)
    meter.heartbeat(call.id, "fan_1", 1, 6)
    later = VirtualClock(clock.current - back, elapsed_s=2.0)
    after = Meter(db, later, SeededIds(8))
    for _ in range(45):
        after.sweep()
        later.advance(1)
    wallet = ledger.read_wallet(db, "fan_1", "USD")
    assert (wallet.held, wallet.available) == (0, 4_900_000)
    assert verify(db).ok


def test_a_live_process_keeps_its_calls(
    db: Database, clock: VirtualClock, meter: Meter, give: Callable[[str, int], None]
) -> None:
    """Two servers on one database: heartbeats are signs of life, also while the wall clock stands still."""
    give("fan_1", 5)
    call = meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    other = Meter(db, clock, SeededIds(8))
    state = call
    for second in range(0, 90, 5):
        other.sweep()
        clock.advance(5)
        meter.deliver(call.id, 0)
        state = meter.heartbeat(call.id, "fan_1", state.sequence, second + 5)
    assert state.status == "open"
