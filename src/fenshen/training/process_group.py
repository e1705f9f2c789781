"""The processes that train one adapter: one, or the ranks of a `torch.distributed` group. Imports PyTorch.

Source: PyTorch, "Distributed communication package - torch.distributed".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import torch
import torch.distributed as dist


class ProcessGroup(Protocol):
    """The processes that train one adapter."""

    rank: int
    size: int

    def broadcast(self, value: float) -> float:
        """The value of rank 0."""
        ...

    def all_reduce(self, weights: Iterable[torch.nn.Parameter], value: float) -> float:
        """Give every rank the sum of all gradients; the sum of all `value`s."""
        ...


class SingleProcess:
    """One process."""

    rank, size = 0, 1

    def broadcast(self, value: float) -> float:
        return value

    def all_reduce(self, weights: Iterable[torch.nn.Parameter], value: float) -> float:
        return value


class TorchProcessGroup:
    """The ranks of the `torch.distributed` group that this process has joined."""

    def __init__(self, device: torch.device) -> None:
        self.rank, self.size = dist.get_rank(), dist.get_world_size()
        self._device = device

    def broadcast(self, value: float) -> float:
        sent = torch.tensor([value], dtype=torch.float64, device=self._device)
        dist.broadcast(sent, 0)
        return float(sent)

    def all_reduce(self, weights: Iterable[torch.nn.Parameter], value: float) -> float:
        """One message for all gradients together; a rank without a row adds zeros."""
        trained = list(weights)
        parts = [torch.zeros_like(w) if w.grad is None else w.grad for w in trained]
        flat = torch.cat(  # (1 + all trained weights,)
            [torch.tensor([value], device=self._device), *(part.flatten() for part in parts)]
        )
        dist.all_reduce(flat)
        at = 1
        for weight in trained:
            weight.grad = flat[at : at + weight.numel()].view_as(weight)
            at += weight.numel()
        return float(flat[0])
