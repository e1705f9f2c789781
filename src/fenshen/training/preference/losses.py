"""The two losses of preferences, over log-probabilities of whole answers. Pure; imports PyTorch.

Everything is in nats. What the reference says comes in as constants: it is the parent's adapter, asked once.
Knows nothing about models, tokens or where a preference comes from.

Source: Rafailov et al. 2023, "Direct Preference Optimization" (arXiv:2305.18290), equation 7;
Ethayarajh et al. 2024, "KTO" (arXiv:2402.01306), equations 7 to 9;
Pang et al. 2024, "Iterative Reasoning Preference Optimization" (arXiv:2404.19733), equation 1, for the
length-normalised likelihood of the chosen answer beside DPO.
"""

from __future__ import annotations

import torch
from torch.nn.functional import logsigmoid


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
    margin = (chosen - reference_chosen) - (rejected - reference_rejected)
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
