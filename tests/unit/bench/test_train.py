"""The training bench runs both contenders on the same examples and says what it saw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench import train as bench
from fenshen.core.db import Database
from fenshen.core.errors import BadInput
from fenshen.library import items as library
from fenshen.training.bases import BaseFile
from fenshen.training.weights import Base


def _stock(db: Database, shelf: Callable[..., Any], count: int) -> None:
    for number in range(count):
        texts = [f"Kettle {number} is sulking about {word}. " * 2 for word in ("crumbs", "lime", "tea")]
        (item,), passages = shelf(f"post{number}", texts, published=date(2024, 1, 1 + number))
        with db.write() as connection:
            library.insert_item(connection, item, passages)


def test_both_run_and_the_ratio_is_told(
    db: Database,
    shelf: Callable[..., Any],
    base_file: BaseFile,
    fresh: Callable[[], Base],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second for ours, at most three for each peer, and losses beside the times."""
    _stock(db, shelf, 4)
    monkeypatch.setattr(bench, "find_base", lambda name, home: base_file)
    result = bench.bench_train(db, tmp_path, "juniper", seconds=1.0, load=lambda _: fresh())
    assert set(result) == {"ours", "peer", "ratio", "n", "details"}
    assert result["ratio"] == pytest.approx(result["peer"] / result["ours"], rel=0.2)
    details = result["details"]
    assert details["held_out_loss"] < details["loss_before"]
    assert details["tokens"]["peer"] > 0


def test_a_library_without_held_out_items_is_refused(
    db: Database,
    shelf: Callable[..., Any],
    base_file: BaseFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There is nothing to compare by."""
    _stock(db, shelf, 2)
    monkeypatch.setattr(bench, "find_base", lambda name, home: base_file)
    with pytest.raises(BadInput, match="nothing out"):
        bench.bench_train(db, tmp_path, "juniper")
