"""Attention for packed rows: every conversation sees the shared prefix and itself, nothing else.

A row is `prefix | conversation | conversation | …` without padding. The prefix sees only itself, and
positions start again after it in every conversation, so each one computes exactly what it would alone after
its own copy of the prefix: the persona is paid for once per row. Working conversation by conversation skips
the blocks that a mask over the whole row would only compute to throw away. Query heads that share a key head
are laid under each other, so keys are never copied. On a GPU a few calls of a fused kernel are worth more
than the blocks saved, so there the mask over the whole row is used; both give the same values.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import AttentionInterface

#: Conversation by conversation, for a processor.
NAME = "fenshen_segments"
#: The whole row under one mask, for a GPU: one call a layer, of shapes that a fused kernel takes.
MASKED = "fenshen_masked"
_HIDDEN = -1e30


def block_diagonal_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    lengths: tuple[int, ...],
    scaling: float,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attention within each segment and to the first one, (1, tokens, heads, head_dim).

    Args:
        query: (1, heads, tokens, head_dim); `key` and `value` may have fewer heads.
        lengths: tokens of the prefix (may be 0) and of each conversation.
        sliding_window: tokens a layer looks back, `None` for all.
    """
    sizes = list(lengths)
    queries = torch.split(query[0] * scaling, sizes, 1)  # of each segment (heads, rows, head_dim)
    keys = torch.split(key[0], sizes, 1)  # of each segment (groups, rows, head_dim)
    values = torch.split(value[0], sizes, 1)
    outputs = []
    for number, (q, k, v) in enumerate(zip(queries, keys, values, strict=True)):
        if number > 0:
            k = torch.cat([keys[0], k], 1)  # (groups, prefix + rows, head_dim)
            v = torch.cat([values[0], v], 1)
        if q.shape[1]:
            outputs.append(_attend(q, k, v, _mask(q, k.shape[1], sliding_window)))
    out = torch.cat(outputs, 1)  # (heads, tokens, head_dim)
    return out.transpose(0, 1)[None].contiguous(), None  # (1, tokens, heads, head_dim)


def masked_row_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    row_masks: dict[int | None, torch.Tensor],
    scaling: float,
    sliding_window: int | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """The same values as `segment_attention`, by PyTorch's fused attention under a mask of the whole row.

    Args:
        row_masks: for every window that a layer may have, what `row_mask` gives.
    """
    heads_per_key = query.shape[1] // key.shape[1]
    if heads_per_key > 1:  # the fused kernels that take a mask want as many keys as queries
        key = key.repeat_interleave(heads_per_key, 1)  # (1, heads, tokens, head_dim)
        value = value.repeat_interleave(heads_per_key, 1)
    mask = row_masks[sliding_window]
    out = torch.nn.functional.scaled_dot_product_attention(query, key, value, mask, scale=scaling)
    return out.transpose(1, 2).contiguous(), None  # (1, tokens, heads, head_dim)


def block_diagonal_mask(lengths: tuple[int, ...], window: int | None, device: torch.device) -> torch.Tensor:
    """(1, 1, tokens, tokens): true where a token may look, to the prefix and back within its conversation."""
    sizes = torch.tensor(lengths, device=device)
    segment = torch.repeat_interleave(torch.arange(len(lengths), device=device), sizes)  # (tokens,)
    place = positions(lengths, device)[0]
    ago = place[:, None] - place[None]  # (tokens, tokens): how far back a key stands
    seen = (segment[:, None] == segment[None]) | (segment[None] == 0)
    seen &= ago >= 0
    return (seen if window is None else seen & (ago < window))[None, None]


def positions(lengths: tuple[int, ...], device: torch.device | None = None) -> torch.Tensor:
    """Position ids of a row, (1, tokens): each conversation continues right after the prefix."""
    first = lengths[0]
    parts = [torch.arange(first)] + [torch.arange(first, first + length) for length in lengths[1:]]
    return torch.cat(parts)[None].to(device)


def _attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(heads, rows, head_dim) for one conversation; `q` is scaled already."""
    heads, rows, width = q.shape
    groups = k.shape[0]
    stacked = q.reshape(groups, heads // groups * rows, width)  # heads of a key laid under each other
    out: torch.Tensor = _Attention.apply(  # type: ignore[no-untyped-call]
        stacked, k, v, mask.repeat(heads // groups, 1)
    )
    return out.view(heads, rows, width)


class _Attention(torch.autograd.Function):
    """softmax(q·kᵀ + mask)·v, keeping the weights: for short conversations cheaper than making them twice."""

    @staticmethod
    def forward(
        ctx: Any, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        weights = torch.baddbmm(mask, q, k.transpose(1, 2)).softmax(-1)  # (groups, rows, columns)
        out = weights @ v  # (groups, rows, head_dim)
        ctx.save_for_backward(q, k, v, weights, out)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (gradient,) = grads
        q, k, v, weights, out = ctx.saved_tensors
        own = (gradient * out).sum(-1, keepdim=True)  # (groups, rows, 1)
        scores = torch.baddbmm(-own, gradient, v.transpose(1, 2)).mul_(weights)  # (groups, rows, columns)
        return scores @ k, scores.transpose(1, 2) @ q, weights.transpose(1, 2) @ gradient, None


def _mask(queries: torch.Tensor, columns: int, window: int | None) -> torch.Tensor:
    """(rows, columns): 0 where the last `rows` positions may look, a large negative number elsewhere."""
    rows = queries.shape[1]
    ago = torch.arange(columns - rows, columns)[:, None] - torch.arange(columns)[None]  # (rows, columns)
    hidden = (ago < 0) if window is None else (ago < 0) | (ago >= window)
    return queries.new_zeros(rows, columns).masked_fill_(hidden.to(queries.device), _HIDDEN)


AttentionInterface.register(NAME, block_diagonal_attention)
AttentionInterface.register(MASKED, masked_row_attention)
