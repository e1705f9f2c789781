"""Which order "train on this base" means: the library afresh, or an earlier version's dataset again. Pure.

A twin whose version stands on another base keeps what it learned when it moves; the operator can say which
version, or that the library as it stands now is meant. Knows nothing about how either is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fenshen.core.errors import BadInput, NotFound
from fenshen.training.order import CONTINUED, Order
from fenshen.training.recipe import DEFAULT
from fenshen.training.recipe_files import recipes
from fenshen.training.versions import Version


def rebase_parent(found: Sequence[Version], base: str, wanted: str | None = None) -> Version | None:
    """The version that a training on `base` replays, `None` where the library is meant.

    Args:
        found: every version of the creator, newest first.
        base: as it is asked for: a catalog name or the path of a GGUF file.
        wanted: id of the version to replay; without it the published one, else the newest that was trained to
            its end, and only if it stands on another base.

    Raises:
        NotFound: the wanted one is not among `found`.
        BadInput: the wanted one was not trained to its end.
    """
    whole = [version for version in found if version.status not in ("training", "failed")]
    if wanted is not None:
        return _wanted(found, whole, wanted)
    parent = next((v for v in whole if v.status == "published"), next(iter(whole), None))
    name = Path(base).stem if base.endswith(".gguf") else base
    return parent if parent is not None and parent.base != name else None


def rebase_order(
    found: Sequence[Version], parent: Version, base: str, recipe: str | None, minutes: float
) -> Order:
    """The order that replays `parent` on `base`.

    Args:
        recipe: `None` takes the one its lineage began with, or the default where that was somebody's own file.
    """
    before = lineage(found, parent)[0].recipe
    chosen = recipe or (before if before in recipes() else DEFAULT)
    return Order(parent.creator, base, chosen, minutes, "rebase", parent.id)


def lineage(found: Sequence[Version], version: Version) -> list[Version]:
    """The versions whose data the adapter of `version` has seen, oldest first, itself last.

    A version that went on from another's adapter knows what that one learned.
    """
    by_id = {v.id: v for v in found}
    line = [version]
    while (
        line[-1].origin in CONTINUED and (before := by_id.get(line[-1].parent or "")) and before not in line
    ):
        line.append(before)
    return line[::-1]


def _wanted(found: Sequence[Version], whole: Sequence[Version], wanted: str) -> Version:
    if chosen := next((v for v in whole if v.id == wanted), None):
        return chosen
    if any(v.id == wanted for v in found):
        raise BadInput(f"version {wanted!r} was not trained to its end", code="version_unfinished")
    known = ", ".join(v.id for v in whole) or "none"
    raise NotFound(f"no version {wanted!r} of this twin; there are: {known}")
