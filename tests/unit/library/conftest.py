"""A library on a throw-away SQLite database, and the shared real-format samples where they lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from functools import partial
from pathlib import Path

import pytest

from fenshen.core.blobs import Blobs
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.library.intake.ingest import IngestReport, ingest
from fenshen.library.rules import claim_all
from fenshen.models.fakes import FakeHearingEngine

SAMPLES = Path(__file__).parents[4] / "shared" / "data"

Take = Callable[..., IngestReport]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'library.db'}")
    database.create_all()
    yield database
    database.close()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "files"
    path.mkdir()
    return path


@pytest.fixture
def take(db: Database, blobs: Blobs, folder: Path) -> Take:
    """Ingest paths (the test's folder by default) for `mara`, who owns it all, with a fake hearing engine."""
    claim_all(db, VirtualClock(), "mara", by="test")

    def run(*paths: Path, **options: object) -> IngestReport:
        names = ("Mara Quill", "Mara")
        engine = options.pop("hearing", FakeHearingEngine())
        return ingest(
            db, blobs, partial(copy, engine), "mara", paths or (folder,), owner_names=names, **options
        )  # type: ignore[arg-type]

    return run


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("the shared sample files are not on this machine")
    return SAMPLES
