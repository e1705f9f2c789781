"""A base with its adapter that learns which answers are preferred. Imports PyTorch.

Knows nothing about schedules, files or where a preference comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from fenshen.training.adapter import AdaptedBase
from fenshen.training.preference.batches import Batch
from fenshen.training.preference.choices import Choices
from fenshen.training.preference.losses import chosen_nll, dpo_loss, kto_loss
from fenshen.training.preference.reference import Reference, answer_sums


@dataclass
class PreferenceLearner:
    """Implements `loop.Learner` for batches of preferences.

    Attributes:
        thumb_weights: λ of good and bad answers, as `losses.kto_weights` gives them.
    """

    model: AdaptedBase
    reference: Reference
    choices: Choices
    thumb_weights: tuple[float, float]

    def weights(self) -> dict[str, torch.nn.Parameter]:
        """The adapter's matrices."""
        return self.model.weights()

    def loss(self, batch: Batch, /) -> torch.Tensor:
        """DPO with the chosen answers' own likelihood for pairs, KTO for thumbs; a scalar."""
        sums = answer_sums(self.model, batch.told)
        known = self.reference.told[batch.number].to(sums)
        return self._of_thumbs(batch, sums - known) if batch.is_good else self._of_pairs(batch, sums, known)

    def _of_pairs(self, batch: Batch, sums: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
        loss = dpo_loss(sums[0::2], sums[1::2], known[0::2], known[1::2], self.choices.beta)
        tokens = torch.tensor(batch.told.sizes[0::2]).to(sums)
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
        margins = [sums[0::2] - sums[1::2] for sums in (answer_sums(model, batch.told) for batch in batches)]
    return torch.cat(margins).cpu() if margins else torch.zeros(0)
