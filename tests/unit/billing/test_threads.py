"""Many threads on one wallet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from fenshen.billing import ledger
from fenshen.billing.meter import Meter
from fenshen.billing.verify import verify
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import Unpaid
from fenshen.core.ids import RandomIds

Give = Callable[[str, int], None]
THREADS = 64
QUOTAS = 20


def test_exactly_as_many_quotas_are_sold_as_the_wallet_holds(
    db: Database, clock: VirtualClock, give: Give
) -> None:
    """64 threads open a call each on a wallet with exactly 20 quotas: 20 succeed, 44 are unpaid."""
    give("fan_1", QUOTAS)
    meter = Meter(db, clock, RandomIds(), calls_max=1000, calls_per_minute=1000)
    start = Barrier(THREADS)

    def open_one(_: int) -> str:
        start.wait()
        try:
            return meter.open_call("fan_1", "juniper", 4_000_000, "USD").status
        except Unpaid:
            return "unpaid"

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = Counter(pool.map(open_one, range(THREADS)))
    assert outcomes == {"open": QUOTAS, "unpaid": THREADS - QUOTAS}
    wallet = ledger.read_wallet(db, "fan_1", "USD")
    assert (wallet.available, wallet.held) == (0, QUOTAS * 1_000_000)
    assert verify(db).ok


def test_a_heartbeat_sent_64_times_at_once_posts_once(
    db: Database, meter: Meter, clock: VirtualClock, give: Give
) -> None:
    """A client that retries in a panic, and a sweep and an end among them, pays once."""
    give("fan_1", 5)
    call = meter.open_call("fan_1", "juniper", 1_000_000, "USD")
    clock.advance(15)
    start = Barrier(THREADS)

    def beat(number: int) -> None:
        start.wait()
        if number % 16 == 0:
            meter.sweep()
        meter.heartbeat(call.id, "fan_1", 1, 15)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(beat, range(THREADS)))
        ends = list(pool.map(lambda _: meter.end(call.id, "fan_1", "fan", 15), range(8)))
    assert {state.charged_micros for state in ends} == {250_000}
    assert ledger.read_wallet(db, "fan_1", "USD").available == 4_750_000
    assert verify(db).ok
