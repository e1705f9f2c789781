"""A training job: creator, base, recipe and what it starts from; at most one runs per twin on this machine.

library      everything the library offers, from a fresh adapter
rebase       the snapshot of an earlier version, from a fresh adapter on another base
update       what is new since an earlier version with some of the old, from its adapter
preference   which of two answers is more like the creator, from an earlier version's adapter
import       nothing: the version was trained on another machine
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from fenshen.core.errors import BadInput, Busy
from fenshen.core.progress import Progress, silent
from fenshen.training.recipe import DEFAULT

Origin = Literal["library", "rebase", "update", "preference", "import"]
#: Origins that continue the parent's adapter.
CONTINUED: frozenset[Origin] = frozenset({"update", "preference"})
#: Origins that read the library anew.
READ_FROM_LIBRARY: frozenset[Origin] = frozenset({"library", "update"})


@dataclass(frozen=True)
class JobSpec:
    """One training as it is asked for.

    Attributes:
        base: catalog name or path of a GGUF file.
        recipe: name of a recipe.
        minutes: time for the training loop itself, over all resumptions.
        origin, parent: what it starts from; `parent` is the id of a version, `None` for `library`.
    """

    creator: str
    base: str
    recipe: str = DEFAULT
    minutes: float = 4.0
    origin: Origin = "library"
    parent: str | None = None

    def __post_init__(self) -> None:
        if not self.minutes > 0:
            raise BadInput(f"cannot train for {self.minutes!r} minutes; give more than 0", code="bad_minutes")
        if (self.parent is None) != (self.origin == "library"):
            raise BadInput(f"a training by {self.origin} with parent {self.parent!r}", code="bad_order")

    def as_json(self) -> dict[str, Any]:
        """The stored shape; `JobSpec(**…)` reads it."""
        return asdict(self)


@dataclass(frozen=True)
class Control:
    """How a training is watched and stopped from outside.

    Attributes:
        before_step: called before each step; what it raises stops the training (checkpoint kept).
    """

    progress: Progress = silent
    before_step: Callable[[], None] = lambda: None


@contextmanager
def training_lock(home: Path, creator: str) -> Iterator[None]:
    """Held while the block runs; the system lets go of it when the process dies.

    Raises:
        Busy: `training_running`, another process trains this twin.
    """
    folder = home / "versions"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(str(folder / f".{creator}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            f"{creator!r} is being trained by another process; wait for it to end", code="training_running"
        ) from None
    try:
        yield
    finally:
        lock.release()
