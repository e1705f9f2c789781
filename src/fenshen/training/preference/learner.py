"""A base with its adapter that learns from preferences by DPO and KTO, and the reference it is measured against.

    batches → log-probability of each answer by the parent's adapter → reference.safetensors → losses

Everything is in nats. A run that was killed reads that file instead of asking again: the adapter in memory is
no longer the parent's. Imports PyTorch.

Source: Rafailov et al. 2023, "Direct Preference Optimization" (arXiv:2305.18290), equation 7;
Ethayarajh et al. 2024, "KTO" (arXiv:2402.01306), equations 7 to 9;
Pang et al. 2024, "Iterative Reasoning Preference Optimization" (arXiv:2404.19733), equation 1, for the
length-normalised likelihood of the chosen answer beside DPO.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save
from torch.nn.functional import logsigmoid

from fenshen.core.files import write_atomic
from fenshen.core.note import Note
from fenshen.core.progress import Progress
from fenshen.training.adapter import AdaptedBase
from fenshen.training.preference.batches import AnswerRow, Batch
from fenshen.training.preference.hyperparameters import PreferenceRecipe


def dpo_loss(
    chosen: torch.Tensor,
    rejected: torch.Tensor,
    reference_chosen: torch.Tensor,
    reference_rejected: torch.Tensor,
    beta: float,
) -> torch.Tensor:
    """Mean of -log σ(β·margin), a scalar; log 2 where nothing has been learned yet.

    Args:
        chosen, rejected: log-probabilities of the answers of each pair, (pairs,).
        reference_chosen, reference_rejected: the same from the reference, (pairs,).
        beta: how far the reference may be left for a preference; > 0.
    """
    margin = (chosen - reference_chosen) - (rejected - reference_rejected)  # (pairs,)
    return -logsigmoid(beta * margin).mean()


def chosen_nll(chosen: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Mean nats per token of the chosen answers, a scalar: what keeps DPO from making both unlikely.

    Args:
        chosen: log-probabilities, (pairs,).
        tokens: of each answer, (pairs,).
    """
    return -(chosen / tokens).mean()


def kto_loss(
    rewards: torch.Tensor,
    is_good: torch.Tensor,
    mismatched: torch.Tensor,
    beta: float,
    weights: tuple[float, float],
) -> torch.Tensor:
    """Mean of λ - v, a scalar: each answer's distance from the most its kind can be worth.

    Args:
        rewards: log-probability of each answer less that of the reference, (answers,).
        is_good: which of them are desirable, (answers,), bool.
        mismatched: the same difference for answers after questions they do not belong to, (others,); their
            mean, not below 0, stands for the divergence from the reference and has no gradient. Empty: 0.
        beta: how soon a difference is felt; > 0.
        weights: λ of desirable and of undesirable answers.
    """
    zero = mismatched.detach().mean().clamp(min=0.0) if len(mismatched) else rewards.new_zeros(())
    good, bad = weights
    value = torch.where(
        is_good, good * torch.sigmoid(beta * (rewards - zero)), bad * torch.sigmoid(beta * (zero - rewards))
    )
    most = torch.where(is_good, torch.full_like(rewards, good), torch.full_like(rewards, bad))
    return (most - value).mean()


def kto_weights(good: int, bad: int) -> tuple[float, float]:
    """λ of desirable and undesirable answers, such that both kinds weigh the same together.

    The rarer kind is raised, the other stays at 1 (the paper's range for the ratio begins there).
    """
    if good == 0 or bad == 0:
        return 1.0, 1.0
    return max(1.0, bad / good), max(1.0, good / bad)


FILE = "reference.safetensors"


@dataclass(frozen=True)
class Reference:
    """Log-probabilities of the answers of each batch, by its number; `mismatched` may be empty."""

    learned: tuple[torch.Tensor, ...]
    mismatched: tuple[torch.Tensor, ...]


def answer_sums(model: AdaptedBase, row: AnswerRow) -> torch.Tensor:
    """Log-probability of each answer, (answers,), with gradients."""
    parts = torch.split(model.log_probs(row.row), list(row.sizes))  # of each answer (tokens,)
    return torch.stack([part.sum() for part in parts])  # (answers,)


def reference_of(
    model: AdaptedBase, batches: Sequence[Batch], folder: Path, key: str, progress: Progress
) -> Reference:
    """The log-probabilities by `model` before it learns anything, or those kept from before a kill.

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
    write_atomic(path, save(tensors, {"key": key}))
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


def preference_margins(model: AdaptedBase, batches: Sequence[Batch]) -> torch.Tensor:
    """By how many nats each pair's chosen answer is likelier than the rejected one, (pairs,)."""
    with torch.no_grad():
        margins = [
            sums[0::2] - sums[1::2] for sums in (answer_sums(model, batch.answer_row) for batch in batches)
        ]
    return torch.cat(margins).cpu() if margins else torch.zeros(0)
