"""Cross entropy of answer tokens only, with the output head in pieces that stay in cache.

The head of a small base outweighs several of its layers: logits are made for answer tokens alone, a
few at a time, and their gradient is taken at once, so that no (tokens, vocabulary) matrix is kept.
Knows nothing about models.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

#: Answer tokens whose logits are made at once: what stays in a processor's cache, and what keeps a GPU busy.
PIECE_ROWS = 64
PIECE_ROWS_GPU = 256


class _AnswerLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        total = hidden.new_zeros((), dtype=torch.float32)
        gradients = []
        for rows, wanted in _pieces(hidden, targets):
            logits = (rows @ head.t()).float()  # (rows, vocabulary)
            total += torch.logsumexp(logits, 1).sum() - logits.gather(1, wanted[:, None]).sum()
            share = logits.softmax(1)
            share.scatter_add_(1, wanted[:, None], share.new_full((len(wanted), 1), -1.0))
            gradients.append(share.to(head.dtype) @ head)  # (rows, hidden)
        ctx.save_for_backward(torch.cat(gradients).div_(len(targets)))
        return total / len(targets)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * grads[0].to(gradient.dtype), None, None


def answer_loss(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Mean negative log likelihood in nats, a scalar with a gradient for `hidden`.

    Args:
        hidden: (answers, width), the states that predict each answer token.
        head: (vocabulary, width), frozen.
        targets: (answers,) token ids.
    """
    loss: torch.Tensor = _AnswerLoss.apply(hidden, head, targets)  # type: ignore[no-untyped-call]
    return loss


class _AnswerLogProbs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        found, gradients = [], []
        for rows, wanted in zip(
            torch.split(hidden, PIECE_ROWS), torch.split(targets, PIECE_ROWS), strict=True
        ):
            logits = rows @ head.t()  # (rows, vocabulary)
            found.append(logits.gather(1, wanted[:, None])[:, 0] - torch.logsumexp(logits, 1))
            missed = logits.softmax(1).neg_()
            missed.scatter_add_(1, wanted[:, None], missed.new_ones((len(wanted), 1)))
            gradients.append(missed @ head)  # (rows, width)
        ctx.save_for_backward(torch.cat(gradients))
        return torch.cat(found)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (gradients,) = ctx.saved_tensors
        return gradients * grads[0][:, None], None, None


def answer_log_probs(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Log-probability of each target, (answers,), with gradients for `hidden`; arguments as in `answer_loss`."""
    found: torch.Tensor = _AnswerLogProbs.apply(hidden, head, targets)  # type: ignore[no-untyped-call]
    return found


@torch.no_grad()
def answer_nats(hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Negative log likelihood of each target in nats, (answers,)."""
    parts = []
    for rows, wanted in _pieces(hidden, targets):
        logits = (rows @ head.t()).float()
        parts.append(torch.logsumexp(logits, 1) - logits.gather(1, wanted[:, None])[:, 0])
    return torch.cat(parts)


def _pieces(hidden: torch.Tensor, targets: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    rows = PIECE_ROWS_GPU if hidden.is_cuda else PIECE_ROWS
    return zip(torch.split(hidden, rows), torch.split(targets, rows), strict=True)
