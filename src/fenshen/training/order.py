"""What somebody wants trained: of whom, on which base, how, and what it goes out from.

    library      everything the library offers, from a fresh adapter
    rebase       the snapshot of an earlier version, from a fresh adapter on another base
    update       what is new since an earlier version with some of the old, from its adapter
    preference   which of two answers is more like the creator, from an earlier version's adapter
    import       nothing: the version was trained on another machine

Knows nothing about how any of it is done.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from fenshen.core.errors import BadInput
from fenshen.training.recipe import DEFAULT

Origin = Literal["library", "rebase", "update", "preference", "import"]
#: Origins that go on with the parent's adapter.
CONTINUED: frozenset[Origin] = frozenset({"update", "preference"})
#: Origins that read the library anew.
READ_FROM_LIBRARY: frozenset[Origin] = frozenset({"library", "update"})


@dataclass(frozen=True)
class Order:
    """One training as it is asked for.

    Attributes:
        base: catalog name or path of a GGUF file.
        recipe: name of a recipe.
        minutes: time for the training loop itself, over all resumptions.
        origin, parent: what it goes out from; `parent` is the id of a version, `None` for `library`.
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
        """The stored shape; `Order(**…)` reads it."""
        return asdict(self)
