"""Reading a version's files for people: pages of its examples, its loss curve.

Knows nothing about how they were made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fenshen.models.text import Message


@dataclass(frozen=True)
class BrowsedExample:
    """One training example; `number` counts from 0 in the snapshot."""

    number: int
    kind: str
    messages: tuple[Message, ...]
    answer: str
    item_id: str | None
    passage_id: str | None
    start_s: float | None

    @property
    def anchor(self) -> str | None:
        """Where in the item it was said."""
        return None if self.start_s is None else f"t={int(self.start_s)}"


def examples_page(
    folder: Path, *, offset: int = 0, limit: int = 50, item_id: str | None = None, kind: str | None = None
) -> tuple[int, list[BrowsedExample]]:
    """How many examples match, and `limit` of them from `offset`."""
    total, page = 0, []
    for number, row in enumerate(_lines(folder / "examples.jsonl")):
        if (item_id and row.get("item_id") != item_id) or (kind and row.get("kind") != kind):
            continue
        if offset <= total < offset + limit:
            page.append(_example(number, row))
        total += 1
    return total, page


def loss_curve(folder: Path) -> list[dict[str, Any]]:
    """The points of `loss.jsonl`, empty when there is none."""
    return list(_lines(folder / "loss.jsonl"))


def _example(number: int, row: dict[str, Any]) -> BrowsedExample:
    return BrowsedExample(
        number=number,
        kind=row["kind"],
        messages=tuple(row["messages"]),
        answer=row["answer"],
        item_id=row.get("item_id") or None,
        passage_id=row.get("passage_id") or None,
        start_s=row.get("start_s"),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
