"""A wall clock that never goes back, whatever the machine's does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fenshen.core.clock import ForwardClock
from fenshen.core.clock_mark import accept_clock, begin_from_mark, keep_mark, read_mark
from fenshen.core.db import Database

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass
class Machine:
    """Both clocks of a machine; the wall clock can be set."""

    wall: datetime = START
    elapsed_s: float = 50.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.elapsed_s

    def pass_(self, **span: float) -> None:
        self.wall += timedelta(**span)
        self.elapsed_s += timedelta(**span).total_seconds()


@pytest.mark.parametrize(("back", "then"), [(timedelta(seconds=1), 0), (timedelta(hours=23), 0)])
def test_set_back_it_stands_still_until_the_machine_has_caught_up(back: timedelta, then: int) -> None:
    """Nothing that has expired is unexpired again, and time goes on with the machine's later."""
    machine = Machine()
    clock = ForwardClock(machine)
    assert clock.now() == START
    machine.wall -= back
    assert clock.now() == START
    machine.pass_(seconds=back.total_seconds() + 7)
    assert clock.now() == START + timedelta(seconds=7)


def test_reset_to_the_beginning_it_counts_on() -> None:
    """A machine without a battery starts in 1970: what should expire expires all the same."""
    machine = Machine()
    clock = ForwardClock(machine)
    clock.now()
    machine.wall = datetime(1970, 1, 1, tzinfo=UTC)
    machine.pass_(days=3)
    assert clock.now() == START + timedelta(days=3)


def test_a_clock_wrong_for_a_moment_leaves_no_trace() -> None:
    """Eight hours ahead until the network says better: not remembered; believed after an hour."""
    machine = Machine()
    clock = ForwardClock(machine)
    clock.now()
    machine.wall += timedelta(hours=8)
    assert clock.now() == START + timedelta(hours=8)
    machine.pass_(minutes=5)
    clock.now()
    machine.wall -= timedelta(hours=8)
    assert clock.now() == START + timedelta(minutes=5)
    machine.wall += timedelta(hours=8)
    for _ in range(7):
        clock.now()
        machine.pass_(minutes=10)
    late = clock.now()
    machine.wall -= timedelta(hours=8)
    assert clock.now() == late


@pytest.fixture
def db(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'clock.db'}")
    database.create_all()
    return database


def started(db: Database, machine: Machine) -> ForwardClock:
    clock = ForwardClock(machine)
    begin_from_mark(db, clock)
    return clock


def test_the_latest_time_outlives_a_restart_and_is_written_once_a_minute(db: Database) -> None:
    """After a crash and a clock set back an hour, it is as late as it was."""
    machine = Machine()
    clock = started(db, machine)
    writes = 0
    for _ in range(120):
        machine.pass_(seconds=5)
        writes += keep_mark(db, clock)
    assert writes == 10
    before = clock.now()
    machine = Machine(wall=before - timedelta(hours=1), elapsed_s=3.0)
    assert started(db, machine).now() == before
    db.close()


def test_an_operator_ends_a_wrong_future(db: Database) -> None:
    """A year ahead for hours is kept; accepting the machine's clock ends that, also after the next start."""
    machine = Machine(wall=START + timedelta(days=365))
    started(db, machine)
    machine.wall = START
    clock = started(db, machine)
    assert clock.now() == START + timedelta(days=365)
    assert accept_clock(db, clock) == START + timedelta(days=365)
    assert clock.now() == START == read_mark(db) == started(db, machine).now()
    db.close()
