"""The shipped rules: one YAML file per subject under `data/`, compiled once.

A rule is a regular expression over the match form of a text (see `normalise`); in English ` ~ ` stands
for up to three words. Rules are also tried, without their spaces, on text that spells words out letter by
letter.

Every repetition of a rule is given an end when it is compiled, so a match has a greatest length and looking
for one costs at most a fixed amount at each place of the text; a long text is searched in windows, because
a search cannot be interrupted. Knows nothing about creators.
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
_ENDLESS = re.compile(r"(?<!\\)(\)|\\[wSsd]|[^\W\d_]|\.|\])([+*])")
#: How often a group (a choice of words) and a single sign of a rule may be repeated.
GROUP_TIMES = 6
SIGN_TIMES = 40
#: Text is searched this much at a time; a match that begins in a window may reach beyond it.
WINDOW = 1000
REACH = 400


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
        return bool(forms.squashed) and _stands_in(self.squashed, forms.squashed)

    def match_plain(self, forms: Forms) -> bool:
        """Whether the text matches as it stands, disguises not undone."""
        return self._search(forms.plain)

    def _search(self, text: str) -> bool:
        if _stands_in(self.english, text):
            return True
        return not text.isascii() and _stands_in(self.chinese, text)


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
class IntimacyRules:
    """How intimate words are, and what is said when a conversation is cooled or stopped."""

    warm: Rules
    hot: Rules
    cool: Mapping[str, str]
    stop: Mapping[str, str]


def compile_rules(english: Iterable[str], chinese: Iterable[str] = ()) -> Rules:
    """Rules from patterns in the notation of the data files."""
    words = [_NOT_WORD.sub(r"(?! \1\\b)", pattern) for pattern in map(ended, english)]
    spaced = [pattern.replace(" ~ ", r"(?: \S{1,40}){0,3} ") for pattern in words]
    bare = [_SPACE.sub("", pattern.replace(" ~ ", r"\w{0,15}").replace(" ?", "")) for pattern in words]
    signs = [ended(pattern) for pattern in chinese]
    # One word boundary before all alternatives, so that most positions are skipped at once: 3 times faster.
    return Rules(
        re.compile(rf"\b(?:{'|'.join(spaced)})\b") if spaced else _NOTHING,
        re.compile("|".join(signs)) if signs else _NOTHING,
        re.compile("|".join(pattern for pattern in bare if "(?<" not in pattern) or "(?!)"),
    )


def ended(pattern: str) -> str:
    """The pattern with an end to every repetition."""

    def bound(match: re.Match[str]) -> str:
        least = 1 if match[2] == "+" else 0
        return f"{match[1]}{{{least},{GROUP_TIMES if match[1] == ')' else SIGN_TIMES}}}"

    return _ENDLESS.sub(bound, pattern)


def _stands_in(pattern: re.Pattern[str], text: str) -> bool:
    for start in range(0, max(len(text), 1), WINDOW):
        found = pattern.search(text, start, start + WINDOW + REACH)
        if found and found.start() < start + WINDOW:
            return True
    return False


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
def intimacy_rules() -> IntimacyRules:
    """The shipped scale of intimacy."""
    data = _read("intimacy")
    return IntimacyRules(_rules(data["warm"]), _rules(data["hot"]), data["cool"], data["stop"])


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
