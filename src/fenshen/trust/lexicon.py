"""The shipped rules: one YAML file per subject under `data/`, compiled once.

A rule is a regular expression over the match form of a text (see `normalise`); in English ` ~ ` stands
for up to three words. Rules are also tried, without their spaces, on text that spells words out letter by
letter. Knows nothing about creators.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from fenshen.trust.normalise import Forms

_NOTHING = re.compile(r"(?!)")
#: `(?! (to|all))` excludes whole words: without the boundary "to" would also excuse "tonight".
_NOT_WORD = re.compile(r"\(\?! (\((?:[^()]|\([^()]*\))*\))\)")
_SPACE = re.compile(r"(?<!\\) ")


@dataclass(frozen=True)
class Rules:
    """Patterns of one kind of one subject, by script: a text without Chinese is spared the Chinese ones."""

    english: re.Pattern[str]
    chinese: re.Pattern[str]
    squashed: re.Pattern[str]

    def match(self, forms: Forms, *, turned: bool = False) -> bool:
        """Whether any reading of the text matches; with `turned` also ROT13 and reversed ones."""
        readings = (forms.plain, *forms.loose, *(forms.turned if turned else ()))
        if any(self._search(reading) for reading in readings):
            return True
        return bool(forms.squashed and self.squashed.search(forms.squashed))

    def match_plain(self, forms: Forms) -> bool:
        """Whether the text matches as it stands, disguises not undone."""
        return self._search(forms.plain)

    def _search(self, text: str) -> bool:
        if self.english.search(text):
            return True
        return not text.isascii() and self.chinese.search(text) is not None


@dataclass(frozen=True)
class Subject:
    """One file of rules: what a twin must not say, what a fan may ask, and the shipped reply."""

    name: str
    aliases: frozenset[str]
    reply: Mapping[str, str]
    says: Rules
    asks: Rules
    never_means: Rules


@dataclass(frozen=True)
class Closeness:
    """How intimate words are, and what is said when a conversation is cooled or stopped."""

    warm: Rules
    hot: Rules
    cool: Mapping[str, str]
    stop: Mapping[str, str]


def compile_rules(english: Iterable[str], chinese: Iterable[str] = ()) -> Rules:
    """Rules from patterns in the notation of the data files."""
    words = [_NOT_WORD.sub(r"(?! \1\\b)", p).replace(" ~ ", r"(?: \S+){0,3} ") for p in english]
    bare = [_SPACE.sub("", pattern.replace(r"(?: \S+){0,3} ", r"\w{0,15}")) for pattern in words]
    # One word boundary before all alternatives, so that most positions are skipped at once: 3 times faster.
    return Rules(
        re.compile(rf"\b(?:{'|'.join(words)})\b") if words else _NOTHING,
        re.compile("|".join(chinese)) if (chinese := tuple(chinese)) else _NOTHING,
        re.compile("|".join(pattern for pattern in bare if "(?<" not in pattern) or "(?!)"),
    )


@functools.cache
def subject(name: str) -> Subject:
    """The shipped subject of this name."""
    data = _read(name)
    return Subject(
        name=data["name"],
        aliases=frozenset(data.get("aliases", ())),
        reply=data["reply"],
        says=_rules(data.get("says")),
        asks=_rules(data.get("asks")),
        never_means=_rules(data.get("not")),
    )


@functools.cache
def closeness() -> Closeness:
    """The shipped scale of intimacy."""
    data = _read("closeness")
    return Closeness(_rules(data["warm"]), _rules(data["hot"]), data["cool"], data["stop"])


@functools.cache
def common_words() -> tuple[frozenset[str], frozenset[str]]:
    """English words that do not say what a question is about: grammar words, and common verbs."""
    data = _read("words")
    return frozenset(data["stop"]), frozenset(data["weak"])


def _rules(data: Mapping[str, list[str]] | None) -> Rules:
    return compile_rules((data or {}).get("en") or (), (data or {}).get("zh") or ())


def _read(name: str) -> dict[str, Any]:
    file = importlib.resources.files("fenshen.trust") / "data" / f"{name}.yaml"
    data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return data
