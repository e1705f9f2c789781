"""What the catalog says about one model and its files. Knows nothing about which models exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fenshen.models.sources import Source

Modality = Literal["text", "weights", "embedding", "hearing", "speech", "speaker"]


@dataclass(frozen=True)
class WeightFile:
    """One file of a model.

    Attributes:
        name: File name inside the model's folder.
        sha256: Hex digest, or `None` where it is recorded at the first pull.
        size_bytes: Exact where the digest is known, otherwise approximate.
    """

    name: str
    sha256: str | None
    size_bytes: int
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ModelCard:
    """One model.

    Attributes:
        files: The first one is the weights; the others lie beside it.
        needs: What a machine needs to run it, in words.
        context_tokens: Longest prompt plus answer we serve; 0 where that means nothing.
        commercial: Whether the licence allows to sell what it makes.
        chat_template: Jinja source, for a base whose file brings none.
    """

    name: str
    modality: Modality
    title: str
    licence: str
    languages: tuple[str, ...]
    files: tuple[WeightFile, ...]
    needs: str
    context_tokens: int = 0
    chat_template: str | None = None
    commercial: bool = True

    @property
    def weights(self) -> WeightFile:
        """The main file."""
        return self.files[0]

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)
