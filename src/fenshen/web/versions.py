"""A version as the studio shows it: the ladder, the gate, the loss curve."""

from __future__ import annotations

from pathlib import Path

from fenshen.training.browse import loss_curve
from fenshen.training.versions import Version
from fenshen.web.schemas import GateOut, VersionOut


def version_out(version: Version, versions_folder: Path, live_id: str | None = None) -> VersionOut:
    """One version; the one fans hear (`live_id`) is shown as `published`."""
    folder = versions_folder / version.id
    summary, metrics = version.summary, version.metrics or {}
    return VersionOut(
        id=version.id,
        base=version.base,
        created=version.created,
        status="published" if version.id == live_id else version.status,
        published_at=version.published_at,
        price_micros_per_minute=version.price_micros_per_minute,
        currency=version.currency,
        data_sha256=version.data_sha256,
        examples=int(summary.get("examples", 0)),
        tokens=int(summary.get("tokens", 0)),
        minutes=float(summary.get("minutes", 0.0)),
        gate=GateOut(passed=version.passed_gate, reasons=list(version.gate["reasons"]))
        if version.gate
        else None,
        levels=list(metrics.get("levels", [])),
        loss=loss_curve(folder),
        report_url=f"/api/studio/{version.creator}/versions/{version.id}/report"
        if (folder / "report.html").is_file()
        else None,
    )
