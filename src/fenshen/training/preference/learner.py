"""A base with its adapter that learns from preferences, and the reference it is measured against. Imports PyTorch.

    batches → log-probability of each answer by the parent's adapter → reference.safetensors

A run that was killed reads that file instead of asking again: the adapter in memory is no longer the parent's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save

from fenshen.core.note import Note
from fenshen.core.progress import Progress
from fenshen.training.adapter import AdaptedBase
from fenshen.training.disk import out_of_space
from fenshen.training.preference.batches import AnswerRow, Batch
from fenshen.training.preference.hyperparameters import PreferenceRecipe
from fenshen.training.preference.losses import chosen_nll, dpo_loss, kto_loss

FILE = "reference.safetensors"


@dataclass(frozen=True)
class Reference:
    """Log-probabilities of the answers of each batch, by its number; `mismatched` may be empty."""

    learned: tuple[torch.Tensor, ...]
    mismatched: tuple[torch.Tensor, ...]


def answer_sums(model: AdaptedBase, row: AnswerRow) -> torch.Tensor:
    """Log-probability of each answer, (answers,), with gradients."""
    parts = torch.split(model.log_probs(row.row), list(row.sizes))
    return torch.stack([part.sum() for part in parts])


def reference_of(
    model: AdaptedBase, batches: Sequence[Batch], folder: Path, key: str, progress: Progress
) -> Reference:
    """What `model` says before it learns anything, or what it said before it was killed.

    Args:
        key: names the preferences and the parent; a file under another key is not read.

    Raises:
        Busy: the disk is full.
    """
    path = folder / FILE
    if (kept := _kept(path, key, len(batches))) is not None:
        return kept
    learned: list[torch.Tensor] = []
    mismatched: list[torch.Tensor] = []
    with torch.no_grad():
        for batch in batches:
            note = "asking the parent about answers, {done} of {all}"
            progress(0.0, 1.0, Note.of("asking_parent", note, done=batch.number + 1, all=len(batches)))
            learned.append(answer_sums(model, batch.answer_row))
            other = batch.mismatched
            mismatched.append(learned[-1].new_zeros(0) if other is None else answer_sums(model, other))
    tensors = {f"learned.{at}": one.contiguous() for at, one in enumerate(learned)}
    tensors |= {f"mismatched.{at}": one.contiguous() for at, one in enumerate(mismatched)}
    aside = path.with_suffix(".part")
    with out_of_space(folder):
        aside.write_bytes(save(tensors, {"key": key}))
        aside.replace(path)
    return Reference(tuple(learned), tuple(mismatched))


def _kept(path: Path, key: str, count: int) -> Reference | None:
    if not path.is_file():
        return None
    with safetensors.safe_open(str(path), framework="pt") as file:
        if (file.metadata() or {}).get("key") != key:
            return None
        learned = tuple(file.get_tensor(f"learned.{at}") for at in range(count))
        return Reference(learned, tuple(file.get_tensor(f"mismatched.{at}") for at in range(count)))


@dataclass
class PreferenceLearner:
    """Implements `loop.Learner` for batches of preferences.

    Attributes:
        thumb_weights: λ of good and bad answers, as `losses.kto_weights` gives them.
    """

    model: AdaptedBase
    reference: Reference
    choices: PreferenceRecipe
    thumb_weights: tuple[float, float]

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """The adapter's matrices."""
        return self.model.weights()

    def loss(self, batch: Batch, /) -> torch.Tensor:
        """DPO with the chosen answers' own likelihood for pairs, KTO for thumbs; a scalar."""
        sums = answer_sums(self.model, batch.answer_row)
        known = self.reference.learned[batch.number].to(sums)
        return self._of_thumbs(batch, sums - known) if batch.is_good else self._of_pairs(batch, sums, known)

    def _of_pairs(self, batch: Batch, sums: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        loss = dpo_loss(sums[0::2], sums[1::2], known[0::2], known[1::2], self.choices.beta)
        tokens = torch.tensor(batch.answer_row.sizes[0::2]).to(sums)
        return loss + self.choices.nll_weight * chosen_nll(sums[0::2], tokens)

    def _of_thumbs(self, batch: Batch, rewards: torch.Tensor) -> torch.Tensor:
        others = rewards.new_zeros(0)
        if batch.mismatched is not None:
            with torch.no_grad():
                others = answer_sums(self.model, batch.mismatched)
            others = others - self.reference.mismatched[batch.number].to(others)
        is_good = torch.tensor(batch.is_good, device=rewards.device)
        return kto_loss(rewards, is_good, others, self.choices.beta, self.thumb_weights)


def preferred(model: AdaptedBase, batches: Sequence[Batch]) -> torch.Tensor:
    """By how many nats each pair's chosen answer is likelier than the rejected one, (pairs,)."""
    with torch.no_grad():
        margins = [
            sums[0::2] - sums[1::2] for sums in (answer_sums(model, batch.answer_row) for batch in batches)
        ]
    return torch.cat(margins).cpu() if margins else torch.zeros(0)
