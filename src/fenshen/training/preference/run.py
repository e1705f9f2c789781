"""One preference training inside a version's folder: reference, loop, adapter, GGUF, one answer, meta.
Imports PyTorch.

    parent's adapter → batches → reference (kept) → DPO and KTO → adapter → how often held-out pairs come out right
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from fenshen.core.clock import rfc3339
from fenshen.core.note import Note
from fenshen.training.adapter import AdaptedBase, continued_adapter
from fenshen.training.bases import BaseFile
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.meta import write_meta
from fenshen.training.preference.batches import Batch, Rows, shuffle_batches
from fenshen.training.preference.comparisons import wilson
from fenshen.training.preference.dataset import PreferenceDataset, split_pairs
from fenshen.training.preference.hyperparameters import PreferenceRecipe
from fenshen.training.preference.learner import FILE as REFERENCE
from fenshen.training.preference.learner import (
    PreferenceLearner,
    Reference,
    kto_weights,
    preference_margins,
    reference_of,
)
from fenshen.training.recipe import Recipe
from fenshen.training.run import out_of_memory, write_adapter
from fenshen.training.template import ChatTemplate
from fenshen.training.versions import Version
from fenshen.training.weights import Base


@dataclass
class PreferenceRun:
    """What is learned, from which adapter, where and for how long.

    Attributes:
        parent_meta: `meta.json` of the parent: its prompts, its held-out items, its base.
        start: folder of the parent's adapter.
        seconds: time for the loop, over all resumptions.
    """

    version: Version
    parent_meta: Mapping[str, Any]
    start: Path
    file: BaseFile
    recipe: Recipe
    choices: PreferenceRecipe
    dataset: PreferenceDataset
    folder: Path
    seconds: float

    def train(self, load: Callable[[BaseFile], Base], runtime: Runtime, resumed: bool) -> None:
        """Train to the end of the budget and write every file of the version.

        Raises:
            BadInput: the base cannot be loaded, or the loss diverged.
            Busy: the disk is full, or memory ran out.
        """
        with out_of_memory(lambda: "a smaller base"):
            self._train(load, runtime, resumed)

    def _train(self, load: Callable[[BaseFile], Base], runtime: Runtime, resumed: bool) -> None:
        runtime.progress(0.0, 1.0, Note.of("loading", "loading {base}", base=self.file.name))
        base = load(self.file)
        template = ChatTemplate(base.tokenizer)
        learned, held = self._batches(template)
        runtime.progress(0.0, 1.0, self._plan(resumed))
        model = continued_adapter(base, self.start)
        recipe = self.choices.gentler(self.recipe)
        with model.computing(self.recipe):
            reference = reference_of(
                model, [*learned, *held], self.folder, self.version.data_sha256, runtime.progress
            )
            loop = TrainingLoop(
                self._learner(model, reference),
                recipe,
                lambda number: shuffle_batches(learned, recipe.seed + number),
                Budget(self.seconds),
                self.folder,
                runtime,
            )
            ended = asdict(loop.run())
            judged = {
                "learned": _judged(reference, learned, preference_margins(model, _pairs(learned))),
                "held_out": _judged(reference, held, preference_margins(model, held)),
            }
        language = sorted(self.parent_meta["systems"])[0]
        smoke = write_adapter(model, template, self.folder, self.file, (language, self._system(language)))
        write_meta(self.folder, self._meta(ended, smoke, judged, recipe))
        for name in ("checkpoint.safetensors", REFERENCE):
            (self.folder / name).unlink(missing_ok=True)
        runtime.progress(1.0, 1.0, Note(f"trained; {_in_words(judged)}").known_as("preferred"))

    def _system(self, language: str) -> str:
        return str(self.parent_meta["systems"][language])

    def _batches(self, template: ChatTemplate) -> tuple[list[Batch], list[Batch]]:
        """Batches to learn from, and those of held-out pairs, numbered through."""
        rows = Rows(template, self._system, self.choices)
        learned, held = split_pairs(self.dataset.pairs)
        batches = rows.batches(learned, self.dataset.usable_ratings, self.recipe.seed)
        judged = rows.batches(held, (), self.recipe.seed, first=len(batches))
        return batches, judged

    def _learner(self, model: AdaptedBase, reference: Reference) -> PreferenceLearner:
        thumbs = self.dataset.usable_ratings
        good = sum(one.is_good for one in thumbs)
        return PreferenceLearner(model, reference, self.choices, kto_weights(good, len(thumbs) - good))

    def _plan(self, resumed: bool) -> Note:
        counts = ", ".join(f"{count} {name}" for name, count in self.dataset.counts.items() if count)
        begin = "going on with" if resumed else "training"
        _, held = split_pairs(self.dataset.pairs)
        minutes = f"{self.seconds / 60:g}"
        return Note(
            f"{begin} preferences from version {self.version.parent} on {self.file.name} for at most "
            f"{minutes} minutes: {counts}; {len(held)} pairs kept apart to judge by"
        ).known_as("preferences", base=self.file.name, minutes=minutes, held=len(held))

    def _meta(
        self, ended: Mapping[str, Any], smoke: Mapping[str, str], judged: Mapping[str, Any], recipe: Recipe
    ) -> dict[str, Any]:
        """The parent's meta with what is this version's own; no fan's words are in it."""
        consent = self.version.consent_id
        return {
            **self.parent_meta,
            "version": self.version.id,
            "created": rfc3339(self.version.created),
            "parent": self.version.parent,
            "recipe": asdict(recipe),
            "recipe_sha256": self.version.recipe_sha256,
            "data_sha256": self.version.data_sha256,
            "plan": {
                **self.parent_meta.get("plan", {}),
                "examples": {name: count for name, count in self.dataset.counts.items() if count},
                "minutes": self.seconds / 60.0,
            },
            "training": dict(ended),
            "smoke": dict(smoke),
            "consent_ids": [consent] if consent else [],
            "evaluation": None,
            "preferences": {
                "sha256": self.dataset.sha256,
                "counts": self.dataset.counts,
                "ids": replace(self.dataset, ratings=self.dataset.usable_ratings).ids,
                "fan_consents": list(self.dataset.fan_consents),
                "choices": asdict(self.choices),
                **judged,
            },
        }


def _pairs(batches: Sequence[Batch]) -> list[Batch]:
    return [batch for batch in batches if not batch.is_good]


def _judged(reference: Reference, batches: Sequence[Batch], after: torch.Tensor) -> dict[str, Any] | None:
    """How often, and by how much, the chosen answer of a pair is the likelier one: before and after."""
    sums_by_batch = [reference.learned[batch.number] for batch in _pairs(batches)]
    if not sums_by_batch:
        return None
    before = torch.cat([sums[0::2] - sums[1::2] for sums in sums_by_batch]).cpu()
    return {
        "n": len(before),
        **{name: _share(margins) for name, margins in (("before", before), ("after", after))},
        "moved": _share(after - before),
    }


def _share(margins: torch.Tensor) -> dict[str, Any]:
    share = wilson(int((margins > 0).sum()), len(margins))
    return {"right": share and share.as_json(), "nats": round(float(margins.mean()), 4)}


def _in_words(judged: Mapping[str, Any]) -> str:
    name = "held_out" if judged["held_out"] else "learned"
    found = judged[name]
    if found is None:
        return "only thumbs were learned from"
    return (
        f"the preferred answer of {found['n']} {name.replace('_', '-')} pairs is the likelier one in "
        f"{found['before']['right']['value']:.0%} before and {found['after']['right']['value']:.0%} after; "
        f"training moved {found['moved']['right']['value']:.0%} of them towards it"
    )
