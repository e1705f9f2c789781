"""`meta.json`: what an adapter is made of, beside its weights; and the summary that training reports before step one.

Source: design/contract.md, "Formats" (base id and digest, chat template, recipe, data hash, seed,
evaluation, consent ids).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fenshen.core.clock import rfc3339
from fenshen.core.errors import NotFound
from fenshen.core.files import write_atomic
from fenshen.core.note import Note
from fenshen.training.bases import BaseFile
from fenshen.training.dataset import Dataset
from fenshen.training.recipe import Recipe
from fenshen.training.versions import Version


@dataclass(frozen=True)
class TrainingSummary:
    """What a training is about to do, reported before the first step.

    Attributes:
        tokens_read, tokens_learned: in one pass over every example.
        asked_by: the teacher whose questions the `asked` examples have; empty without one.
        rejected: examples that the creator does not want learned.
        trouble: why the teacher was not asked about everything.
    """

    base: str
    base_bytes: int
    examples: dict[str, int]
    held_out: int
    left_out_items: int
    tokens_read: int
    tokens_learned: int
    minutes: float
    arithmetic: str
    resumed: bool
    asked_by: str = ""
    rejected: int = 0
    trouble: str = ""

    @property
    def note(self) -> Note:
        """It in words."""
        return Note(self).known_as(
            "plan",
            base=self.base,
            minutes=f"{self.minutes:g}",
            examples=f"{sum(self.examples.values()):,}",
            tokens=f"{self.tokens_read:,}",
        )

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.examples.items()))
        resumed = "going on with" if self.resumed else "training"
        left_out = f"; {self.left_out_items} items are in other languages" if self.left_out_items else ""
        asked = f", the asked ones by {self.asked_by}" if self.asked_by else ""
        rejected = f"; {self.rejected} are rejected" if self.rejected else ""
        trouble = f"; {self.trouble}" if self.trouble else ""
        return (
            f"{resumed} {self.base} ({self.base_bytes / 1e6:.0f} MB) for {self.minutes:g} minutes: "
            f"{sum(self.examples.values())} examples ({kinds}{asked}), {self.tokens_read:,} tokens a pass, "
            f"{self.tokens_learned:,} of them answers; {self.held_out} held out{left_out}{rejected}{trouble}"
        )


FILE = "meta.json"


@dataclass(frozen=True)
class Outcome:
    """What a training ended with.

    Attributes:
        ended: totals of the training loop (steps, tokens, seconds …).
        smoke: `{"question", "answer"}` asked right after training.
        port: which version's dataset is learned again, and what of it was left out; see `rebase.Port`.
    """

    chat_template: str
    ended: Mapping[str, Any]
    smoke: Mapping[str, str]
    port: dict[str, Any] | None = None


def version_meta(
    version: Version,
    file: BaseFile,
    recipe: Recipe,
    data: Dataset,
    plan: TrainingSummary,
    outcome: Outcome,
) -> dict[str, Any]:
    """The content of `meta.json` after training; `evaluation` is filled in later."""
    return {
        "format": 1,
        "version": version.id,
        "creator": version.creator,
        "created": rfc3339(version.created),
        "base": {"name": file.name, "sha256": file.sha256},
        "chat_template": outcome.chat_template,
        "recipe": asdict(recipe),
        "recipe_sha256": recipe.sha256,
        "seed": recipe.seed,
        "data_sha256": data.sha256,
        "systems": {code: data.system(code) for code in sorted({e.language for e in data.train})},
        "held_out": {"items": list(data.split.held_out), "sha256": data.split.sha256},
        "near_duplicates_dropped": len(data.split.dropped),
        "questions": _questions(data),
        "rejected_examples": data.rejected,
        "plan": asdict(plan),
        "training": dict(outcome.ended),
        "smoke": dict(outcome.smoke),
        "consent_ids": [version.consent_id] if version.consent_id else [],
        "replays": outcome.port,
        "evaluation": None,
    }


def _questions(data: Dataset) -> dict[str, Any] | None:
    """Who wrote the questions of monologues, and how many; the questions themselves are in the examples."""
    if data.questions is None:
        return None
    counts = asdict(data.questions)
    del counts["by_answer"]
    return counts | {"learned": sum(1 for example in data.train if example.kind == "asked")}


def write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    """Write `meta.json` aside and put it in place.

    Raises:
        Busy: the disk is full.
    """
    write_atomic(folder / FILE, json.dumps(meta, ensure_ascii=False, indent=2) + "\n")


def read_meta(folder: Path) -> dict[str, Any]:
    """The content of `meta.json` in `folder`.

    Raises:
        NotFound: the version is not trained to its end.
    """
    path = folder / FILE
    if not path.is_file():
        raise NotFound(f"{str(folder)!r} holds no finished version")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
