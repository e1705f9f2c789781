"""Takes in every folder in a folder, one after the other, and says what became of each and what it cost.

python take_uploads.py FOLDER → one JSON line a case
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from fenshen.core.blobs import Blobs
from fenshen.core.db import Database
from fenshen.library import items
from fenshen.library.intake.ingest import ingest


def take(folder: Path) -> dict[str, object]:
    """What an ingest of `folder` did, and what it cost."""
    db = Database(f"sqlite:///{folder}.db")
    db.create_all()
    started = time.monotonic()
    report = ingest(db, Blobs(Path(f"{folder}.blobs")), _nobody, "mara", [folder], owner_names=["Mara Quill"])
    seconds = time.monotonic() - started
    stored = items.list_items(db, "mara")
    passages = [passage for item in stored for passage in items.item_passages(db, item.id)]
    db.close()
    return {
        "skipped": sorted({(one.path, one.code) for one in report.skipped}),
        "items": [item.path for item in stored],
        "uses": sorted({use for item in stored for use in item.uses}),
        "texts": [passage.text for passage in passages],
        "own": [passage.text for passage in passages if passage.is_creator],
        "unchanged": report.unchanged,
        "seconds": seconds,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _nobody() -> None:
    return None


def main(folder: Path) -> None:
    """Take in every case that lies in `folder`, each a folder of its own; the first time only warms up."""
    for case in (folder / "0", *sorted(folder.glob("[1-9]*"))):
        if case.is_dir():
            print(json.dumps({"case": case.name, **take(case)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
