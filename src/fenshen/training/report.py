"""The ladder as one HTML page that needs nothing else: plots, table, sample answers, the gate's verdict.

Knows nothing about how figures were measured.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_metrics(folder: Path, metrics: Mapping[str, Any]) -> Path:
    """Write `ladder.json` into a version's folder; its path."""
    path = folder / "ladder.json"
    path.write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
