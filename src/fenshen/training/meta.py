"""`meta.json`: what an adapter is made of, beside its weights. Knows nothing about PyTorch.

Source: design/contract.md, "Formats" (base id and digest, chat template, recipe, data hash, seed,
evaluation, consent ids).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fenshen.core.clock import rfc3339
from fenshen.core.errors import NotFound
from fenshen.training.bases import BaseFile
from fenshen.training.dataset import Dataset
from fenshen.training.disk import out_of_space
from fenshen.training.plan import Plan
from fenshen.training.recipe import Recipe
from fenshen.training.versions import Version

FILE = "meta.json"


def version_meta(
    version: Version,
    file: BaseFile,
    recipe: Recipe,
    data: Dataset,
    plan: Plan,
    *,
    chat_template: str,
    ended: Mapping[str, Any],
    smoke: Mapping[str, str],
    replays: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of `meta.json` after training; `evaluation` is filled in later.

    Args:
        ended: totals of the training loop (steps, tokens, seconds …).
        smoke: `{"question", "answer"}` asked right after training.
        replays: which version's dataset is learned again, and what of it was left out; see `replay.Replay`.
    """
    return {
        "format": 1,
        "version": version.id,
        "creator": version.creator,
        "created": rfc3339(version.created),
        "base": {"name": file.name, "sha256": file.sha256},
        "chat_template": chat_template,
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
        "training": dict(ended),
        "smoke": dict(smoke),
        "consent_ids": [version.consent_id] if version.consent_id else [],
        "replays": dict(replays) if replays is not None else None,
        "evaluation": None,
    }


def _questions(data: Dataset) -> dict[str, Any] | None:
    """Who wrote the questions of monologues, and how many; the questions themselves are in the examples."""
    if data.questions is None:
        return None
    told = asdict(data.questions)
    del told["by_answer"]
    return told | {"learned": sum(1 for example in data.train if example.kind == "asked")}


def write_meta(folder: Path, meta: Mapping[str, Any]) -> None:
    """Write `meta.json` aside and put it in place.

    Raises:
        Busy: the disk is full.
    """
    aside = folder / f"{FILE}.part"
    with out_of_space(folder):
        aside.write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        aside.replace(folder / FILE)


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
