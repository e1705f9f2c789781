"""Finished parts of a measurement on disk, so that one that was killed goes on where it was.

A part is used again only for the same version, set and settings. Knows nothing about what it holds.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any


class Parts:
    """The parts of one run, one JSON file each.

    Args:
        key: names everything that a part depends on.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder
        self._key = key

    async def get(self, name: str, make: Callable[[], Awaitable[Any]]) -> Any:
        """The stored part, or what `make` gives, stored whole or not at all."""
        path = self._folder / f"{name}.json"
        known = _read(path)
        if known is not None and known.get("key") == self._key:
            return known["value"]
        value = await make()
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps({"key": self._key, "value": value}, ensure_ascii=False), encoding="utf-8")
        aside.replace(path)
        return value


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
