"""Measure 6: what a minute of talk costs on this machine.

Knows nothing about prices.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from fenshen.models.text import TextEngine, TextRequest
from fenshen.training.evals.answers import tell

#: A minute of easy talk, about 150 words.
TOKENS_PER_MINUTE = 200


async def measure_cost(engine: TextEngine, requests: Sequence[TextRequest]) -> dict[str, Any]:
    """Speed of single answers, one after the other; the first one only warms the prefix cache."""
    await tell(engine, requests[0])
    spent_s, started = cpu_seconds(), time.perf_counter()
    answers = [await tell(engine, request) for request in requests[1:]]
    wall_s = time.perf_counter() - started
    tokens = sum(answer.tokens for answer in answers)
    now_s = cpu_seconds()
    used_s = None if spent_s is None or now_s is None else now_s - spent_s
    return {
        "tokens_per_s": round(tokens / wall_s, 2),
        "first_token_ms": round(1000 * median(answer.first_s for answer in answers), 1),
        "cpu_s_per_minute": None if used_s is None else round(used_s / tokens * TOKENS_PER_MINUTE, 2),
        "n": len(answers),
    }


def cpu_seconds(proc: Path = Path("/proc")) -> float | None:
    """Processor time of this process and its living children, seconds; `None` where /proc is missing."""
    try:
        stats = [path.read_text().rpartition(")")[2].split() for path in proc.glob("[0-9]*/stat")]
        own = (proc / "self" / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    me = str(os.getpid())
    mine = [own, *(fields for fields in stats if fields[1] == me)]
    return sum(int(fields[11]) + int(fields[12]) for fields in mine) / os.sysconf("SC_CLK_TCK")
