"""A version as the studio shows it: the ladder, the gate, the loss curve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fenshen.core.errors import NotFound
from fenshen.core.settings import Settings
from fenshen.training.evals.generation import price_floor_micros
from fenshen.training.meta import read_meta
from fenshen.training.snapshot import loss_curve
from fenshen.training.versions import Version
from fenshen.web.studio_schemas import FindingOut, GateOut, VersionOut

#: Parts of a ladder beside its levels; single items stay at home.
_SHOWN = (
    "floor",
    "ceiling",
    "no_bound",
    "differences",
    "provoked",
    "canaries",
    "limits",
    "cost",
    "sets",
    "people",
    "verifier",
)


def version_out(version: Version, settings: Settings, numbers: Mapping[str, int]) -> VersionOut:
    """One version; its files say how it was trained, `numbers` what people call it and its parent."""
    home, metrics = settings.home, version.metrics or {}
    folder = home / version.adapter_dir
    meta = _meta(folder)
    training, plan = meta.get("training", {}), meta.get("plan", {})
    report = f"/api/studio/{version.creator}/versions/{version.id}/report"
    return VersionOut(
        id=version.id,
        number=numbers[version.id],
        origin=version.origin,
        parent_number=numbers.get(version.parent or ""),
        note=version.note or {},
        forgetting=meta.get("forgetting"),
        base=version.base,
        created=version.created,
        status=version.status,
        published_at=version.published_at,
        price_micros_per_minute=version.price_micros_per_minute,
        currency=version.currency,
        data_sha256=version.data_sha256,
        examples=sum(plan.get("examples", {}).values()),
        tokens=int(training.get("tokens", 0)),
        minutes=round(float(training.get("seconds", 0.0)) / 60, 2),
        gate=gate_of(version),
        levels=list(metrics.get("levels", [])),
        measures={name: metrics[name] for name in _SHOWN if name in metrics},
        price_floor_micros_per_minute=price_floor_micros(
            metrics.get("cost") or {}, settings.cpu_hour_price_micros
        ),
        loss=loss_curve(folder),
        people=(version.metrics or {}).get("people"),
        report_url=report if (folder / "report.html").is_file() else None,
    )


def gate_of(version: Version) -> GateOut | None:
    """What the gate said about it, `None` before it was measured."""
    if not version.gate:
        return None
    findings = [FindingOut(**finding) for finding in version.findings]
    return GateOut(passed=version.passed_gate, reasons=version.reasons, findings=findings)


def _meta(folder: Path) -> dict[str, Any]:
    try:
        return read_meta(folder)
    except NotFound:
        return {}
