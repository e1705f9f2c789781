"""From a library to the index: private items never enter it."""

from __future__ import annotations

from pathlib import Path

from fenshen.core.blobs import Blobs
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.intake.ingest import ingest
from fenshen.library.rules import claim_all
from fenshen.search.index import SearchIndex
from fenshen.search.refresh import refresh


def test_a_private_item_is_never_in_the_index(tmp_path: Path, index: SearchIndex) -> None:
    """Not by meaning, not by words, not on the disk; and one that becomes private leaves."""
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    db.create_all()
    claim_all(db, VirtualClock(), "mara", by="test")
    files = tmp_path / "files"
    (files / "private").mkdir(parents=True)
    (files / "private" / "boat.md").write_text("The safe opens with marmalade-otter-seventeen, always.")
    (files / "post.md").write_text("The kettle is on the bench with a hole in it.")

    def take() -> None:
        ingest(db, Blobs(tmp_path / "blobs"), lambda: None, "mara", [files])
        refresh(index, db, "mara")

    take()
    assert [h.text for h in index.search("mara", "marmalade otter seventeen safe")] == [
        "The kettle is on the bench with a hole in it."
    ]
    assert b"marmalade" not in b"".join(
        p.read_bytes() for p in (tmp_path / "index").rglob("*") if p.is_file()
    )
    (files / "private" / "post.md").write_text((files / "post.md").read_text())
    take()
    assert index.search("mara", "kettle") == []
    assert all(item.private for item in items.list_items(db, "mara"))
    db.close()
