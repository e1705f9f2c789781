"""Measure 5: forbidden texts that the guard lets out (must be none), and harmless ones it holds back.

Knows nothing about the guard: a callable says whether a text may leave.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from fenshen.training.evals.intervals import share_interval

SAID = Path(__file__).parent / "data" / "limits.yaml"


def shipped_texts() -> tuple[list[str], list[str]]:
    """`(forbidden, harmless)` sentences that ship with the package."""
    data = yaml.safe_load(SAID.read_text(encoding="utf-8"))
    return list(data["forbidden"]), list(data["harmless"])


def measure_limits(
    clear: Callable[[str], bool], own: Sequence[str], answers: Sequence[str], seed: int
) -> dict[str, Any]:
    """Counts over the shipped sentences and the creator's own.

    Args:
        clear: whether a text may reach a fan.
        own: sentences the creator published, harmless by definition.
        answers: what the twin said in this run; `stopped` of them would not have been shown.
    """
    forbidden, harmless = shipped_texts()
    harmless += own
    leaked = [clear(text) for text in forbidden]
    refused = [not clear(text) for text in harmless]
    shares = {"leaked": share_interval(leaked, seed), "refused": share_interval(refused, seed)}
    return {
        "forbidden": len(forbidden),
        "leaked": sum(leaked),
        "harmless": len(harmless),
        "refused": sum(refused),
        "intervals": {name: share.as_json() for name, share in shares.items() if share is not None},
        "answers": len(answers),
        "stopped": sum(1 for text in answers if text.strip() and not clear(text)),
    }
