"""Measure 3: checkable facts of the library, asked at every condition, and whether citations hold the answer.

Facts are asked of the whole library, held-out items too, as a fan would: nothing is fitted on them. Pure but
for reading the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Protocol

import yaml

from fenshen.core.errors import BadInput
from fenshen.library.items import Item
from fenshen.library.language import detect_language
from fenshen.library.passages import Passage
from fenshen.library.rights import is_private
from fenshen.training.evals.intervals import Interval, ratio_interval, share_interval
from fenshen.training.evals.words import contains, plain_words

#: Least similarity of a stretch of the answer to an accepted wording that counts as given.
FUZZY_MIN = 0.8


@dataclass(frozen=True)
class Fact:
    """A question with every accepted wording of its answer, and the words it was taken from."""

    id: str
    item: str
    question: str
    accept: tuple[str, ...]
    quote: str

    @property
    def language(self) -> str:
        """Of the question."""
        return detect_language(self.question)


class Cited(Protocol):
    """The part of a citation that is checked; `twin.citations.Citation` is one."""

    @property
    def passage_id(self) -> str: ...


@dataclass(frozen=True)
class FactScore:
    """How one answer did; `cited` and `right` count its citations."""

    exact: bool
    fuzzy: bool
    cited: int = 0
    right: int = 0


def read_facts(path: Path) -> list[Fact]:
    """The facts in a YAML file.

    Raises:
        BadInput: it cannot be read as facts.
    """
    try:
        return parse_facts(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"cannot read the facts {str(path)!r}: {error}", code="bad_facts") from error


def parse_facts(rows: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """Facts from decoded YAML or JSON: `id`, `item`, `question`, `answer`, `quote` and maybe `accept`.

    Raises:
        BadInput: `bad_facts`, a row lacks a key or is no mapping.
    """
    try:
        return [_fact(row) for row in rows]
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInput(f"a fact lacks something or is no mapping: {error!r}", code="bad_facts") from error


def usable_facts(facts: Iterable[Fact], items: Sequence[Item], languages: Sequence[str] | None) -> list[Fact]:
    """Facts whose item is in the library and whose language the base writes."""
    known = {item.path for item in items if not is_private(item)}
    return [f for f in facts if f.item in known and (languages is None or f.language in languages)]


def score_fact(
    fact: Fact, answer: str, citations: Sequence[Cited] = (), passages: Mapping[str, Passage] | None = None
) -> FactScore:
    """Whether `answer` says the fact, and how many of its citations lead to it.

    Args:
        passages: what was found, by id; a citation of anything else is wrong.
    """
    answer_words = plain_words(answer)
    exact = any(contains(plain_words(wording), answer_words) for wording in fact.accept)
    fuzzy = exact or any(_resembles(plain_words(wording), answer_words) for wording in fact.accept)
    cited = [(passages or {}).get(c.passage_id) for c in citations]
    right = sum(1 for passage in cited if passage is not None and _holds(fact, passage.text))
    return FactScore(exact, fuzzy, len(citations), right)


def fact_statistics(scores: Sequence[FactScore], seed: int, *, has_sources: bool) -> dict[str, Any] | None:
    """Shares with their intervals; citation figures only where sources were looked up."""
    if not scores:
        return None
    figures: dict[str, Interval | None] = {
        "exact": share_interval([s.exact for s in scores], seed),
        "fuzzy": share_interval([s.fuzzy for s in scores], seed),
        "citation_precision": None,
        "citation_recall": None,
    }
    if has_sources:
        cited = [s.cited for s in scores]
        figures["citation_precision"] = ratio_interval([s.right for s in scores], cited, seed)
        figures["citation_recall"] = share_interval([s.right > 0 for s in scores], seed)
    values = {name: None if f is None else round(f.value, 4) for name, f in figures.items()}
    intervals = {name: f.as_json() for name, f in figures.items() if f is not None}
    return {**values, "n": len(scores), "citations": sum(s.cited for s in scores), "intervals": intervals}


def _fact(row: Mapping[str, Any]) -> Fact:
    accept = (str(row["answer"]), *map(str, row.get("accept") or ()))
    return Fact(str(row["id"]), str(row["item"]), str(row["question"]), accept, str(row["quote"]))


def _holds(fact: Fact, text: str) -> bool:
    """Whether a cited passage says the fact: the quote, or an accepted wording."""
    answer_words = plain_words(text)
    return any(contains(plain_words(wording), answer_words) for wording in (fact.quote, *fact.accept))


def _resembles(wanted: Sequence[str], answer_words: Sequence[str]) -> bool:
    """Whether a stretch of the answer resembles `wanted`, but for small slips of spelling or order.

    Numbers do not resemble each other, so a wording with a number must be given exactly.
    """
    if not wanted or any(word.isdigit() for word in wanted):
        return False
    goal = " ".join(wanted)
    stretches = (
        " ".join(answer_words[at : at + size])
        for size in {max(1, len(wanted) - 1), len(wanted), len(wanted) + 1}
        for at in range(len(answer_words) - size + 1)
    )
    return any(SequenceMatcher(None, goal, s, autojunk=False).ratio() >= FUZZY_MIN for s in stretches)
