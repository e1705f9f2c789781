"""Whether a version may take the place of the live one without anybody looking: decided from figures. Pure.

Stricter than the gate, which only asks whether it beats its plain base. Knows nothing about schedules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: Level whose answers fans get.
_SERVED = "L3"


def reasons_to_ask(metrics: Mapping[str, Any], live: Mapping[str, Any] | None) -> list[str]:
    """What a person should see first; empty when it is in no measure surely worse than the live version.

    Args:
        metrics: ladder of the new version, which passed its gate.
        live: ladder of the live version, `None` or empty where it was never measured.
    """
    if not live or not live.get("levels"):
        return ["the live version was never measured, so there is nothing to compare with"]
    reasons = []
    old = (metrics.get("forgetting") or {}).get("old") or {}
    if old.get("change") and old["change"]["low"] > 0:
        reasons.append(
            f"it surely forgot some of what was known before ({old['change']['value']:+.3f} bits per byte)"
        )
    for name, measure, worse in (("bits per byte", "bits_per_byte", 1), ("style score", "style", -1)):
        now, then = _served(metrics, measure), _served(live, measure)
        if now is None or then is None:
            reasons.append(f"{name} was not measured on both")
        elif _surely_above(now, then) if worse > 0 else _surely_above(then, now):
            reasons.append(
                f"{name} is worse than that of the live version: {now['value']:.3f}, {then['value']:.3f}"
            )
    return reasons


def _served(metrics: Mapping[str, Any], measure: str) -> Mapping[str, float] | None:
    levels: Sequence[Mapping[str, Any]] = metrics.get("levels", ())
    return next((level.get(measure) for level in levels if level["level"] == _SERVED), None)


def _surely_above(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return one["low"] > other["high"]
