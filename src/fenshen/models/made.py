"""Bases that were made on this machine: `domain:NAME`, a GGUF file and a card beside it.

    <home>/domains/NAME/base.gguf, domain.json

Knows nothing about how they are made or who may use them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput, EngineMissing

PREFIX = "domain:"
WEIGHTS = "base.gguf"
CARD = "domain.json"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class MadeBase:
    """A base that was made here.

    Attributes:
        name: as bases are called, `domain:NAME`.
        sha256: of the weights.
        plain: the base it came from.
        languages: what it writes; `None` where nobody knows.
        items: ids of the library items it has learned.
    """

    name: str
    sha256: str
    plain: str
    languages: tuple[str, ...] | None
    context_tokens: int
    items: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The content of `domain.json`."""
        return {"format": 1, **asdict(self)}


def is_made(base: str) -> bool:
    """Whether this is the name of a base made here."""
    return base.startswith(PREFIX)


def made_folder(base: str, home: Path) -> Path:
    """Where the base called `domain:NAME` lies.

    Raises:
        BadInput: `bad_domain_name`.
    """
    name = base.removeprefix(PREFIX)
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"{name!r} is no name for a domain base: small letters, digits and hyphens, 40 at most",
            code="bad_domain_name",
        )
    return home / "domains" / name


def made_base(base: str, home: Path) -> tuple[MadeBase, Path]:
    """The card and the weights of `domain:NAME`.

    Raises:
        BadInput: `bad_domain_name`.
        EngineMissing: `model_missing`, it was never made here, or its files are damaged.
    """
    folder = made_folder(base, home)
    weights = folder / WEIGHTS
    try:
        card = _read(json.loads((folder / CARD).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        card = None
    if card is None or not weights.is_file():
        raise EngineMissing(
            f"there is no domain base {base!r} here; make it with "
            f"`fenshen domain train {base.removeprefix(PREFIX)} --creators …`",
            code="model_missing",
            model=base,
        )
    return card, weights


def write_card(folder: Path, card: MadeBase) -> None:
    """Write `domain.json` aside and put it in place."""
    aside = folder / f"{CARD}.part"
    aside.write_text(json.dumps(card.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    aside.replace(folder / CARD)


def _read(stored: Mapping[str, Any]) -> MadeBase:
    languages = stored["languages"]
    return MadeBase(
        name=str(stored["name"]),
        sha256=str(stored["sha256"]),
        plain=str(stored["plain"]),
        languages=None if languages is None else tuple(map(str, languages)),
        context_tokens=int(stored["context_tokens"]),
        items=tuple(map(str, stored["items"])),
    )
