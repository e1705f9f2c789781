"""Several ranked lists into one, by reciprocal rank. Pure; knows nothing about what is ranked.

Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet", SIGIR 2009.
"""

from __future__ import annotations

from collections.abc import Sequence

#: The paper's constant: how much the very top of one list outweighs the middle of two.
FUSION_K = 60


def fuse(rankings: Sequence[Sequence[str]], limit: int, weights: Sequence[float] | None = None) -> list[str]:
    """The `limit` best ids over all `rankings`, best first.

    An id earns `weight / (60 + place)` from each list it is in; ties go to the id that is higher in the
    earlier list, so the result never depends on chance.

    Args:
        rankings: lists of ids, best first; an id repeated within one list counts once.
        weights: one per list, all 1 by default.
    """
    earned: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for place, name in enumerate(dict.fromkeys(ranking), 1):
            earned[name] = earned.get(name, 0.0) + weight / (FUSION_K + place)
    order = {name: place for place, name in enumerate(earned)}
    return sorted(earned, key=lambda name: (-earned[name], order[name]))[: max(0, limit)]
