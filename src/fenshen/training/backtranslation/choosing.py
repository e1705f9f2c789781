"""Whether a base is good enough to be its own teacher, and what a teacher is called. Knows nothing about engines."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from fenshen.models.catalog import CATALOG

#: Weights of about 1.5 billion parameters; smaller bases write questions that have little to do with the text.
TEACHES_ITSELF_FROM_BYTES = 1_000_000_000


def teaches_itself(base: str) -> bool:
    """Whether a base, by catalog name or path of its GGUF file, can tell what a passage answers."""
    card = CATALOG.get(base)
    if card is not None:
        return card.size_bytes >= TEACHES_ITSELF_FROM_BYTES
    path = Path(base)
    return base.endswith(".gguf") and path.is_file() and path.stat().st_size >= TEACHES_ITSELF_FROM_BYTES


def teacher_for(base: str, wanted: str | None) -> str | None:
    """Who teaches when `base` is trained: the model that is `wanted`, the base itself, or nobody."""
    if wanted:
        return None if wanted == "none" else wanted
    return base if teaches_itself(base) else None


def spoken_name(teacher: str) -> str:
    """What people and `meta.json` call it: no folder, and no address but the host, which may hold a secret."""
    if "://" in teacher:
        url, _, model = teacher.partition("|")
        return f"{model} at {urlsplit(url).hostname}"
    return Path(teacher).stem if teacher.endswith(".gguf") else teacher
