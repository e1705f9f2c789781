"""Phrases as data: one YAML file under `data/`, each line a pattern over the match form of a text.

    words:  lines for scripts with spaces, matched at word boundaries; " ~ " stands for up to three words
    signs:  lines for scripts without, matched anywhere

Every gap is bounded and nothing repeats what repeats, so a text costs time in proportion to its length. Lines are folded like
the texts they meet (accents, full width, traditional characters), so write them as people do. Knows nothing about what
the phrases mean.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from fenshen.trust.lexicon import ended
from fenshen.trust.normalise import Forms, strip_disguise

_GAP = r"(?: [^ ]{1,24}){0,3} "
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class Phrases:
    """The compiled lines of one kind."""

    words: re.Pattern[str]
    signs: re.Pattern[str]

    def found(self, forms: Forms) -> bool:
        """Whether any reading of a text has one of them."""
        return any(self.search(reading) is not None for reading in (forms.plain, *forms.loose))

    def search(self, reading: str) -> re.Match[str] | None:
        """The first of them in one reading."""
        return self.words.search(reading) or (None if reading.isascii() else self.signs.search(reading))


def compile_phrases(
    lines: Mapping[str, Iterable[str]] | None, names: Mapping[str, str] | None = None
) -> Phrases:
    """Phrases from the notation of the data files.

    Args:
        lines: `words` and `signs`.
        names: What `<name>` in a line stands for.
    """
    given = lines or {}
    return Phrases(
        _either(
            [f"(?:{_written(one, names)})" for one in given.get("words") or ()], r"(?<![\w])(?:{})(?![\w])"
        ),
        _either([_written(one, names) for one in given.get("signs") or ()], "{}"),
    )


@functools.cache
def read(name: str) -> Any:
    """A data file."""
    file = importlib.resources.files("fenshen.trust") / "data" / f"{name}.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _written(line: str, names: Mapping[str, str] | None) -> str:
    for name, meaning in (names or {}).items():
        line = line.replace(f"<{name}>", meaning)
    return ended(strip_disguise(line)).replace(" ~ ", _GAP)


def _either(lines: list[str], around: str) -> re.Pattern[str]:
    return re.compile(around.format("|".join(lines))) if lines else _NOTHING
