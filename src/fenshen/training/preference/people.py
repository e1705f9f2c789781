"""Measure 8 of the ladder: how often a version's answer was found more like the creator than a rival's. Pure.

    blind choices → wins, losses, ties against each rival → share of wins with its interval

Knows nothing about how answers are made or shown.

Source: Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference" (score interval, 95 %).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import sqrt
from typing import Any

from fenshen.training.evals.intervals import Interval
from fenshen.training.preference.comparisons import Comparison

#: What the plain base is called among rivals.
BASE = "base"
_Z = 1.959964


def wilson(wins: int, n: int) -> Interval | None:
    """The share of `wins` among `n` with its interval; `None` for no sample."""
    if n == 0:
        return None
    share, spread = wins / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half), n)


def people(comparisons: Iterable[Comparison], version: str) -> dict[str, Any] | None:
    """What blind choices say about `version`, in the shape that is stored with its ladder.

    Returns:
        `{"wins", "losses", "ties", "share", "against": [{"rival", …the same}]}`, the rival seen most often first.
        Ties ("both", "neither") are counted and not part of the share. `None` when it was never compared.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for one in comparisons:
        sides = [side or BASE for side in (one.left_version, one.right_version)]
        if version in sides and sides[0] != sides[1] and one.choice not in (None, "skip"):
            rival = sides[1 - sides.index(version)]
            votes[rival][_outcome(one, version)] += 1
    if not votes:
        return None
    total: Counter[str] = sum(votes.values(), Counter())
    rivals = sorted(votes, key=lambda name: (-votes[name].total(), name))
    return _told(total) | {"against": [{"rival": name} | _told(votes[name]) for name in rivals]}


def _outcome(one: Comparison, version: str) -> str:
    if not one.is_decided:
        return "ties"
    return "wins" if (one.winner or BASE) == version else "losses"


def _told(votes: Counter[str]) -> dict[str, Any]:
    share = wilson(votes["wins"], votes["wins"] + votes["losses"])
    return {name: votes[name] for name in ("wins", "losses", "ties")} | {"share": share and share.as_json()}
