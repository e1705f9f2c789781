"""An empty ledger on each database, and a fan with money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fenshen.billing import tables as tables
from fenshen.billing.development import DevelopmentProvider
from fenshen.billing.meter import Meter
from fenshen.billing.payments import TopUps
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds
from postgres import DATABASES, empty_database


@pytest.fixture(params=DATABASES)
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with empty_database(request.param, tmp_path) as database:
        yield database


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def ids() -> SeededIds:
    return SeededIds(7)


@pytest.fixture
def topups(db: Database, clock: VirtualClock, ids: SeededIds) -> TopUps:
    return TopUps(db, clock, ids, [DevelopmentProvider()])


@pytest.fixture
def meter(db: Database, clock: VirtualClock, ids: SeededIds) -> Meter:
    return Meter(db, clock, ids)


@pytest.fixture
def give(topups: TopUps) -> Callable[[str, int], None]:
    """Top up a fan's USD wallet by this many whole units."""

    def top_up(fan: str, units: int) -> None:
        topups.top_up(fan, "USD", units * 1_000_000, f"key-{fan}-{units}")

    return top_up
