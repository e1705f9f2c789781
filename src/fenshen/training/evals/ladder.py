"""All measures at all levels in one run, with the same held-out set and the same seed.

Knows nothing about how passages are searched or citations checked: both are handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.persona import Persona
from fenshen.training.split import Split


@dataclass(frozen=True)
class LadderPlan:
    """What is measured, on what.

    Attributes:
        version: id of the version, and the name its adapter has at the engine.
        folder: the version's folder; takes `ladder/*.json` while measuring.
        items: every item of the creator, private ones too.
        passages: every passage, those of private items too: canaries are made of them.
        languages: languages the base can write; `None` takes all.
    """

    version: str
    folder: Path
    persona: Persona
    items: Sequence[Item]
    passages: Sequence[Passage]
    split: Split
    languages: Sequence[str] | None = None
    seed: int = 7


@dataclass(frozen=True)
class Ladder:
    """What was measured, in the shape that is stored, shown and judged."""

    metrics: dict[str, Any]
