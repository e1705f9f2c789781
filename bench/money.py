"""How many quotas per second the ledger commits, and how long one takes.

Many calls run in virtual time; every measured commit posts one used quota and holds the next, durably,
exactly as a heartbeat of a live call does. Knows nothing about the machine or how results are shown.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from fenshen.billing.accounts import HOUSE
from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.billing.quota import QUOTA_S
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import RandomIds

#: 10,000 concurrent calls at 15 s per quota.
GOAL_PER_S = 700
CURRENCY = "USD"
PRICE_MICROS_PER_MINUTE = 1_000_000


def bench_money(
    db_url: str, *, calls: int = 200, rounds: int = 10, threads: int | None = None
) -> dict[str, object]:
    """Quota commits per second against the goal.

    Args:
        db_url: A database that may be filled with made-up calls; tables are made if absent.
        calls: Live calls, each of another fan.
        rounds: Quotas measured per call.
        threads: Callers at once; by default 1 on SQLite (one writer) and 8 on PostgreSQL.

    Returns:
        `ours`, `peer` (the goal; both per second), `ratio`, `p50_ms`, `p99_ms`, `n` commits, `threads`, `database`.
    """
    db = Database(db_url)
    try:
        db.create_all()
        threads = threads or (1 if db.is_sqlite else 8)
        clock, meter, live = _open_calls(db, calls)
        durations: list[float] = []
        elapsed_s = 0.0
        with ThreadPoolExecutor(threads) as pool:
            for done in range(1, rounds + 1):
                clock.advance(QUOTA_S)
                list(pool.map(partial(meter.deliver, reading_ms=0), [call_id for call_id, _ in live]))
                started = time.perf_counter()
                durations += pool.map(partial(_beat, meter, done), live)
                elapsed_s += time.perf_counter() - started
        return _report(durations, elapsed_s, threads, db.engine.dialect.name)
    finally:
        db.close()


def _open_calls(db: Database, count: int) -> tuple[VirtualClock, Meter, list[tuple[str, str]]]:
    clock, ids = VirtualClock(), RandomIds()
    topups, meter = TopUps(db, clock, ids, [DevelopmentProvider()]), Meter(db, clock, ids)
    live = []
    for _ in range(count):
        fan = ids.new("bench")
        topups.top_up(fan, CURRENCY, 100_000_000, "bench")
        live.append((meter.open_call(fan, HOUSE, PRICE_MICROS_PER_MINUTE, CURRENCY).id, fan))
    return clock, meter, live


def _beat(meter: Meter, quotas: int, call: tuple[str, str]) -> float:
    call_id, fan = call
    started = time.perf_counter()
    state = meter.heartbeat(call_id, fan, quotas, quotas * QUOTA_S)
    took_s = time.perf_counter() - started
    if state.seconds_charged != quotas * QUOTA_S:
        raise AssertionError(f"the bench lost a quota: {state}")
    return took_s


def _report(durations: list[float], elapsed_s: float, threads: int, database: str) -> dict[str, object]:
    ordered = sorted(durations)
    ours = len(ordered) / elapsed_s
    return {
        "ours": round(ours, 1),
        "peer": GOAL_PER_S,
        "ratio": round(ours / GOAL_PER_S, 3),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 3),
        "n": len(ordered),
        "threads": threads,
        "database": database,
    }
