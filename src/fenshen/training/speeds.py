"""How fast trainings were on this machine, kept in the home to tell the next one's time. Knows nothing of PyTorch."""

from __future__ import annotations

import json
from pathlib import Path

from fenshen.training.recipe import Recipe

FILE = "speeds.json"
_ENTRIES_MAX = 200


def measured_speed(home: Path, machine: str, base: str, recipe: Recipe) -> float | None:
    """Tokens a second of the last training of this base by this recipe on this machine."""
    speed = _read(home).get(_key(machine, base, recipe))
    return speed if isinstance(speed, (int, float)) and speed > 0 else None


def remember_speed(home: Path, machine: str, base: str, recipe: Recipe, tokens_per_s: float) -> None:
    """Keep what was measured; the oldest is forgotten when there are many."""
    kept = _read(home)
    kept.pop(_key(machine, base, recipe), None)
    kept[_key(machine, base, recipe)] = round(tokens_per_s, 2)
    aside = home / f"{FILE}.part"
    aside.write_text(json.dumps(dict(list(kept.items())[-_ENTRIES_MAX:]), indent=1) + "\n", encoding="utf-8")
    aside.replace(home / FILE)


def _key(machine: str, base: str, recipe: Recipe) -> str:
    return f"{machine}|{base}|{recipe.sha256}"


def _read(home: Path) -> dict[str, float]:
    """What is kept; a file that cannot be read is as good as none, since it only improves an estimate."""
    try:
        content = json.loads((home / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
