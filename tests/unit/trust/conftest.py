"""A fresh database, a clock that moves when told, and ids that repeat."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.ids import SeededIds
from fenshen.trust import tables


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    assert tables.users is not None
    database = Database(f"sqlite:///{tmp_path / 'trust.db'}")
    database.create_all()
    yield database
    database.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def ids() -> SeededIds:
    return SeededIds()
