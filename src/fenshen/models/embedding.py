"""Text embeddings: texts in, unit vectors out. Knows nothing about indexes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray


class EmbeddingEngine(Protocol):
    """Turns texts into vectors whose dot product is their similarity."""

    @property
    def name(self) -> str:
        """Catalog name; stored with an index so that vectors of two models never mix."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimensions). Thread-safe.

        Raises:
            EngineMissing: the weights are not installed.
        """
        ...
