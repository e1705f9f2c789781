"""A template database that every simulated world copies."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fenshen.billing import tables as tables
from fenshen.core.db import Database


@pytest.fixture(scope="session")
def fast_folder() -> Iterator[Path]:
    """Memory if the machine offers it as a folder: simulated crashes are not power cuts."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def template(fast_folder: Path) -> Path:
    file = fast_folder / "template.db"
    db = Database(f"sqlite:///{file}")
    db.create_all()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return file
