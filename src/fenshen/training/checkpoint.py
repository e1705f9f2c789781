"""Where training stands, in one safetensors file: adapter, optimiser, randomness, place in the data.

Written aside and renamed, so a kill at any moment leaves the last whole one. Knows nothing about rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save

_MOMENTS = ("exp_avg", "exp_avg_sq")


@dataclass(frozen=True)
class Position:
    """How far training is: whole passes, rows into the next one, and totals since the beginning."""

    passed: int = 0
    row: int = 0
    steps: int = 0
    tokens: int = 0
    learned: int = 0
    seconds: float = 0.0


def save_checkpoint(
    path: Path,
    weights: Mapping[str, torch.nn.Parameter],
    optimiser: torch.optim.Optimizer,
    position: Position,
) -> None:
    """Write everything a run needs to go on as if it had not stopped.

    Raises:
        OSError: it could not be written; the earlier file is untouched.
    """
    tensors = {f"weight.{name}": weight.detach() for name, weight in weights.items()}
    for name, weight in weights.items():
        state = optimiser.state.get(weight, {})
        tensors |= {f"{moment}.{name}": state[moment] for moment in _MOMENTS if moment in state}
    tensors["random"] = torch.get_rng_state()
    data = save(tensors, {"position": json.dumps(asdict(position))})
    aside = path.with_suffix(".part")
    try:
        aside.write_bytes(data)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def load_checkpoint(
    path: Path, weights: Mapping[str, torch.nn.Parameter], optimiser: torch.optim.Optimizer
) -> Position | None:
    """Put a checkpoint's values into `weights` and `optimiser`; its position, `None` without a file."""
    if not path.is_file():
        return None
    with safetensors.safe_open(str(path), framework="pt") as file:
        position = Position(**json.loads(file.metadata()["position"]))
        known = set(file.keys())
        with torch.no_grad():
            for name, weight in weights.items():
                weight.copy_(file.get_tensor(f"weight.{name}"))
                if f"{_MOMENTS[0]}.{name}" in known:
                    optimiser.state[weight] = {
                        "step": torch.tensor(float(position.steps)),
                        **{m: file.get_tensor(f"{m}.{name}").to(weight.device) for m in _MOMENTS},
                    }
        torch.set_rng_state(file.get_tensor("random"))
    return position
