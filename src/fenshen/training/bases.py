"""Which bases can be retrained here, and where their weights lie. Knows nothing about PyTorch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fenshen.core.blobs import hash_file
from fenshen.core.errors import BadInput
from fenshen.models.catalog import CATALOG
from fenshen.models.pull import require


@dataclass(frozen=True)
class BaseFile:
    """A base's GGUF file, its digest and the languages it writes (`None`: not known, take all)."""

    name: str
    path: Path
    sha256: str
    languages: tuple[str, ...] | None

    @property
    def size_bytes(self) -> int:
        """Of the weights."""
        return self.path.stat().st_size


def find_base(name: str, home: Path) -> BaseFile:
    """The base called `name`, or the GGUF file at that path.

    Raises:
        BadInput: `unknown_base`; the message lists the known ones.
        EngineMissing: its weights are not pulled yet.
    """
    if name.endswith(".gguf") and Path(name).is_file():
        return BaseFile(Path(name).stem, Path(name), hash_file(Path(name)), None)
    card = CATALOG.get(name)
    if card is None or card.modality != "text":
        known = ", ".join(c.name for c in CATALOG.values() if c.modality == "text")
        raise BadInput(f"no base {name!r} to train; known: {known}", code="unknown_base")
    path = require(name, home / "models")
    path = path if path.is_file() else path / card.weights.name
    return BaseFile(name, path, card.weights.sha256 or hash_file(path), card.languages)
