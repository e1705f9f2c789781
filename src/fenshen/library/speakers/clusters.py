"""Vectors grouped into voices by average linkage. Knows nothing about sound.

Groups are merged, the most alike first, while their members are alike on average; the mean cosine of two
groups of unit vectors is the product of their sums over their counts, so only sums are kept. Many vectors
are grouped in blocks first and what comes of the blocks again, so memory stays flat.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 600

Rows = NDArray[np.int64]


def group_vectors(sums: NDArray[np.float32], counts: NDArray[np.float32], alike: float) -> list[Rows]:
    """Rows that belong together, the heaviest group first.

    Args:
        sums: shape (n, dimensions); each row is the sum of `counts` unit vectors that belong together.
        alike: groups whose mean cosine is at least this are one.
    """
    groups: list[Rows] = [np.array([row], dtype=np.int64) for row in range(len(sums))]
    while True:
        before = len(groups)
        outer = np.array([sums[rows].sum(axis=0) for rows in groups])
        weights = np.array([counts[rows].sum() for rows in groups])
        merged: list[Rows] = []
        for start in range(0, before, BLOCK):
            block = slice(start, start + BLOCK)
            for members in _merge(outer[block], weights[block], alike):
                merged += [np.concatenate([groups[start + member] for member in members])]
        groups = merged
        if before <= BLOCK or len(groups) == before:
            return sorted(groups, key=lambda rows: (-float(counts[rows].sum()), int(rows[0])))


def _merge(sums: NDArray[np.float32], counts: NDArray[np.float32], alike: float) -> list[list[int]]:
    members = [[row] for row in range(len(sums))]
    weights = counts.astype(np.float64)
    totals = sums.astype(np.float64)
    likeness = (totals @ totals.T) / np.outer(weights, weights)
    np.fill_diagonal(likeness, -np.inf)
    for _ in range(len(sums) - 1):
        one, other = divmod(int(np.argmax(likeness)), len(sums))
        if likeness[one, other] < alike:
            break
        share = weights[one] / (weights[one] + weights[other])
        row = share * likeness[one] + (1 - share) * likeness[other]
        row[one] = -np.inf
        likeness[one], likeness[:, one] = row, row
        likeness[other], likeness[:, other] = -np.inf, -np.inf
        weights[one] += weights[other]
        members[one] += members[other]
        members[other] = []
    return [sorted(rows) for rows in members if rows]
