"""The money bench measures real commits."""

from __future__ import annotations

from pathlib import Path

from bench.money import bench_money
from fenshen.billing.verify import verify
from fenshen.core.db import Database


def test_the_bench_reports_ours_against_the_goal(tmp_path: Path) -> None:
    """A small run leaves a whole ledger with every quota in it."""
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    report = bench_money(url, calls=5, rounds=6)
    assert report["n"] == 30
    assert {"ours", "peer", "ratio", "p99_ms"} <= report.keys()
    db = Database(url)
    assert verify(db).ok
    db.close()
