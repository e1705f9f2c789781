"""What the parent's adapter says about every answer, asked once and kept beside the checkpoint. Imports PyTorch.

    batches → log-probability of each answer → reference.safetensors

A run that was killed reads the file instead of asking again: by then the adapter in memory is no longer the
parent's. Knows nothing about losses.
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
from fenshen.training.preference.batches import Batch, Told

FILE = "reference.safetensors"


@dataclass(frozen=True)
class Reference:
    """Log-probabilities of the answers of each batch, by its number; `mismatched` may be empty."""

    told: tuple[torch.Tensor, ...]
    mismatched: tuple[torch.Tensor, ...]


def answer_sums(model: AdaptedBase, told: Told) -> torch.Tensor:
    """Log-probability of each answer, (answers,), with gradients."""
    parts = torch.split(model.log_probs(told.row), list(told.sizes))
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
    told: list[torch.Tensor] = []
    mismatched: list[torch.Tensor] = []
    with torch.no_grad():
        for batch in batches:
            note = "asking the parent about answers, {done} of {all}"
            progress(0.0, 1.0, Note.of("asking_parent", note, done=batch.number + 1, all=len(batches)))
            told.append(answer_sums(model, batch.told))
            other = batch.mismatched
            mismatched.append(told[-1].new_zeros(0) if other is None else answer_sums(model, other))
    tensors = {f"told.{at}": one.contiguous() for at, one in enumerate(told)}
    tensors |= {f"mismatched.{at}": one.contiguous() for at, one in enumerate(mismatched)}
    aside = path.with_suffix(".part")
    with out_of_space(folder):
        aside.write_bytes(save(tensors, {"key": key}))
        aside.replace(path)
    return Reference(tuple(told), tuple(mismatched))


def _kept(path: Path, key: str, count: int) -> Reference | None:
    if not path.is_file():
        return None
    with safetensors.safe_open(str(path), framework="pt") as file:
        if (file.metadata() or {}).get("key") != key:
            return None
        told = tuple(file.get_tensor(f"told.{at}") for at in range(count))
        return Reference(told, tuple(file.get_tensor(f"mismatched.{at}") for at in range(count)))
