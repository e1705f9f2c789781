"""Memory in training: given back, and where it runs out a clear message and the last checkpoint whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from fenshen.core.clock import VirtualClock
from fenshen.core.errors import Busy
from fenshen.training.adapter import new_adapter
from fenshen.training.batches import Row
from fenshen.training.loop import Budget, Runtime, TrainingLoop
from fenshen.training.recipe import Recipe
from fenshen.training.run import out_of_memory
from fenshen.training.weights import Base

RECIPE = Recipe("test", rank=4, passes_max=9)
IDS = tuple(b"the kettle is sulking")
ROWS = [Row(IDS, (0, len(IDS)), tuple(range(1, len(IDS))))]

ERRORS = {
    "GPU": (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "GPU memory"),
    "processor": (
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
        "memory",
    ),
    "Python": (MemoryError(), "memory"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_it_says_what_would_fit_and_keeps_the_checkpoint(
    base: Base, fresh: Callable[[], Base], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Raised at the fourth step: `out_of_memory`, with the advice, and the run goes on from the third."""
    error, what = ERRORS[name]
    model = new_adapter(base, RECIPE)
    loop = TrainingLoop(model, RECIPE, lambda _: ROWS, Budget(1e9), tmp_path, Runtime(VirtualClock()))
    loss = model.loss

    def greedy_loss(row: Row) -> torch.Tensor:
        if loop.position.steps == 3:
            loop.save()
            raise error
        return loss(row)

    monkeypatch.setattr(model, "loss", greedy_loss)
    with (
        pytest.raises(Busy, match=f"the {what} ran out.*--recipe 8B-24GB") as caught,
        out_of_memory(lambda: "`--recipe 8B-24GB`"),
    ):
        loop.run()
    assert caught.value.code == "out_of_memory"
    again = TrainingLoop(
        new_adapter(fresh(), RECIPE), RECIPE, lambda _: ROWS, Budget(1e9), tmp_path, Runtime(VirtualClock())
    )
    seen: list[int] = []
    again.runtime = Runtime(VirtualClock(), before_step=lambda: seen.append(again.position.steps))
    assert again.run().steps == 9
    assert seen[0] == 3


def test_other_errors_stay_what_they_are() -> None:
    """A bug is not told as a lack of memory."""
    with pytest.raises(RuntimeError, match="size mismatch"), out_of_memory(lambda: ""):
        raise RuntimeError("size mismatch")


#: As a checkpointed pass: of the tensors of 6 MB that a layer makes one is kept and six are freed.
LAYERS = """
from contextlib import nullcontext
from pathlib import Path
import sys
import torch
from fenshen.training.adapter import freed_is_given_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

torch.zeros(1024, 1536).add_(1)
kept, before = [], resident()
with freed_is_given_back() if sys.argv[1] == "given back" else nullcontext():
    for _ in range(28):
        passing = [torch.ones(1024, 1536) for _ in range(6)]
        kept.append(torch.stack(passing).sum(0))
        del passing
print((resident() - before) // len(kept))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it is glibc's heap that keeps holes")
def test_freed_tensors_are_given_back() -> None:
    """What stays is what is kept, 6 MB of every layer."""
    ran = subprocess.run(
        [sys.executable, "-c", LAYERS, "given back"], capture_output=True, text=True, check=True
    )
    assert int(ran.stdout) < 7_500_000
