"""Who trains together: one process, or several that share the rows of each step.

Every member takes each so manieth row of a step and all add up their gradients, so the step is the same as
if one had read all of them, to within rounding. The first member's clock and files count. Knows nothing
about Ray; any started `torch.distributed` group will do. Imports PyTorch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import torch
import torch.distributed as dist


class Crew(Protocol):
    """The processes that train one adapter."""

    number: int
    count: int

    def agree(self, value: float) -> float:
        """What the first member has for `value`."""
        ...

    def add_up(self, weights: Iterable[torch.nn.Parameter], value: float) -> float:
        """Give every member the sum of all gradients; the sum of all `value`s."""
        ...


class Alone:
    """One process."""

    number, count = 0, 1

    def agree(self, value: float) -> float:
        return value

    def add_up(self, weights: Iterable[torch.nn.Parameter], value: float) -> float:
        return value


class Together:
    """The members of a process group that is already started."""

    def __init__(self, device: torch.device) -> None:
        self.number, self.count = dist.get_rank(), dist.get_world_size()
        self._device = device

    def agree(self, value: float) -> float:
        told = torch.tensor([value], dtype=torch.float64, device=self._device)
        dist.broadcast(told, 0)
        return float(told)

    def add_up(self, weights: Iterable[torch.nn.Parameter], value: float) -> float:
        """One message for all gradients together; a member without a row adds nothing."""
        trained = list(weights)
        parts = [torch.zeros_like(w) if w.grad is None else w.grad for w in trained]
        flat = torch.cat([torch.tensor([value], device=self._device), *(part.flatten() for part in parts)])
        dist.all_reduce(flat)
        at = 1
        for weight in trained:
            weight.grad = flat[at : at + weight.numel()].view_as(weight)
            at += weight.numel()
        return float(flat[0])
