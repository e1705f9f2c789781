"""Files read by worker processes end in the library exactly as if read here."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.db import Database
from fenshen.core.errors import Refused
from fenshen.core.workers import Processes
from fenshen.library import items
from fenshen.models.fakes import FakeHearingEngine

from .conftest import Take

POST = "The kettle number {n} is on the bench with a hole in it, and nobody is sorry."


def fill(folder: Path, count: int) -> None:
    for n in range(count):
        (folder / f"{n:03}.md").write_text(POST.format(n=n))
    (folder / "bad.srt").write_bytes(b"")


def test_workers_and_this_process_make_the_same_library(folder: Path, db: Database, take: Take) -> None:
    """Ids come from content, so it does not matter who read a file, and reading again adds nothing."""
    fill(folder, 12)
    report = take(workers=Processes(2), hearing=FakeHearingEngine())
    assert (report.added, report.passages, [s.code for s in report.skipped]) == (12, 12, ["empty"])
    before = items.passages(db, "mara")
    again = take()
    assert (again.added, again.unchanged) == (0, 12)
    assert items.passages(db, "mara") == before


def test_what_was_read_before_a_stop_is_kept(folder: Path, db: Database, take: Take) -> None:
    """Consent that is revoked half-way stops the ingest there; the next one goes on."""
    fill(folder, 9)
    asked = 0

    def allowed() -> None:
        nonlocal asked
        asked += 1
        if asked > 5:
            raise Refused("revoked")

    with pytest.raises(Refused):
        take(allowed=allowed)
    assert len(items.list_items(db, "mara")) == 5
    assert (take().added, len(items.list_items(db, "mara"))) == (4, 9)
