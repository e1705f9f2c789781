"""Cross entropy of answer tokens only, and its gradient, without ever holding a (tokens, vocabulary) matrix.

    log p(target) = h·E[target] − log Σ exp(h·Eᵀ)        d/dh = E[target] − softmax(h·Eᵀ)·E

The second terms are attention with the head `E` as keys and values: PyTorch's flash kernel for processors
gives both in one pass that stays in cache, in half the processor time of logits made piece by piece. The head
of a small base outweighs several of its layers, so it reads answer tokens alone. Elsewhere the logits are
made a few hundred rows at a time.

Source: Dao et al. 2022, "FlashAttention", arXiv:2205.14135.
"""

from __future__ import annotations

from typing import Any

import torch

#: Answer tokens whose logits are made at once where there is no flash kernel that returns the normaliser.
PIECE_ROWS = 256


class _AnswerLogProbs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        normaliser, expected = _over_vocabulary(hidden, head)
        wanted = head.index_select(0, targets)  # (answers, width)
        ctx.save_for_backward(wanted - expected)
        return (hidden * wanted).sum(1, dtype=normaliser.dtype) - normaliser  # (answers,)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (gradients,) = ctx.saved_tensors
        return gradients * grads[0][:, None].to(gradients.dtype), None, None


def answer_log_probs(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Log-probability of each target in nats, (answers,), with gradients for `hidden`.

    Args:
        hidden: (answers, width), the states that predict each answer token.
        head: (vocabulary, width), frozen.
        targets: (answers,) token ids.
    """
    found: torch.Tensor = _AnswerLogProbs.apply(hidden, head, targets)  # type: ignore[no-untyped-call]
    return found


def answer_loss(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean negative log likelihood in nats, a scalar with a gradient; arguments as in `answer_log_probs`."""
    return -answer_log_probs(hidden, head, targets).mean()


@torch.no_grad()
def answer_nats(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Negative log likelihood of each target in nats, (answers,)."""
    return -answer_log_probs(hidden, head, targets)


def _over_vocabulary(hidden: torch.Tensor, head: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """log Σ exp(h·Eᵀ), (answers,), and softmax(h·Eᵀ)·E, (answers, width)."""
    if hidden.device.type == "cpu" and hidden.dtype == head.dtype == torch.float32:
        expected, normaliser = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
            hidden[None, None], head[None, None], head[None, None], scale=1.0
        )
        return normaliser.flatten(), expected[0, 0]
    return in_pieces(hidden, head)


def in_pieces(hidden: torch.Tensor, head: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """As the flash kernel, some rows of logits at a time."""
    precise = torch.promote_types(hidden.dtype, torch.float32)
    normalisers, expected = [], []
    for rows in torch.split(hidden, PIECE_ROWS):
        logits = (rows @ head.t()).to(precise)  # (rows, vocabulary)
        normalisers.append(torch.logsumexp(logits, 1))  # (rows,)
        expected.append(logits.softmax(1).to(head.dtype) @ head)  # (rows, width)
    return torch.cat(normalisers), torch.cat(expected)
