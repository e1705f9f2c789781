"""Measure 3: answers and their citations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fenshen.core.errors import BadInput
from fenshen.training.evals.facts import (
    Fact,
    fact_statistics,
    parse_facts,
    read_facts,
    score_fact,
    usable_facts,
)

Shelf = Callable[..., Any]
PRICE = Fact(
    "a", "videos/kettle.srt", "How much was it?", ("fifty pence", "50p"), "I paid fifty pence for her."
)
NAME = Fact("b", "videos/kettle.srt", "Whose is it?", ("Mr Alban Crewe",), "She belongs to Mr Alban Crewe")


@dataclass
class Pointer:
    """A citation."""

    passage_id: str


@pytest.mark.parametrize(
    ("fact", "answer", "exact", "fuzzy"),
    [
        (PRICE, "I paid 50 pence, and it was too much.", True, True),
        (PRICE, "Fifteen pence.", False, False),
        (PRICE, "", False, False),
        (NAME, "mr. alban CREWE owns her", True, True),
        (NAME, "It's Mr Alban Crew's.", False, True),
        (NAME, "It belongs to the vicar.", False, False),
    ],
)
def test_answers_are_matched(fact: Fact, answer: str, exact: bool, fuzzy: bool) -> None:
    """Case, punctuation and number words are set aside; a slip of spelling is nearly right."""
    scored = score_fact(fact, answer)
    assert (scored.exact, scored.fuzzy) == (exact, fuzzy)


def test_a_citation_is_right_when_its_passage_says_it(shelf: Shelf) -> None:
    """One of two cited passages holds the price; one that was never found is wrong."""
    _, passages = shelf("kettle", ["I paid 50 pence for her, which is robbery.", "Then it rained."])
    found = {p.id: p for p in passages}
    cited = [Pointer(p.id) for p in passages] + [Pointer("made-up")]
    scored = score_fact(PRICE, "Fifty pence.", cited, found)
    assert (scored.cited, scored.right) == (3, 1)
    told = fact_statistics([scored, score_fact(PRICE, "No idea.")], seed=1, has_sources=True)
    assert told is not None
    assert told["citation_precision"] == pytest.approx(1 / 3, abs=1e-4)
    assert told["citation_recall"] == 0.5
    assert told["n"] == 2


def test_levels_without_sources_have_no_citation_figures() -> None:
    """Nothing was looked up, so there is nothing to be precise about."""
    told = fact_statistics([score_fact(PRICE, "50p")], seed=1, has_sources=False)
    assert told is not None
    assert told["exact"] == 1.0
    assert told["citation_precision"] is None
    assert fact_statistics([], seed=1, has_sources=True) is None


def test_facts_that_nobody_could_know_are_left_out(shelf: Shelf) -> None:
    """A fact of a missing or private item, or in another language, is not asked."""
    items, _ = shelf("kettle", ["text"])
    path = items[0].path
    facts = [Fact("1", path, "How?", ("x",), "x"), Fact("2", "gone.srt", "How?", ("x",), "x")]
    facts.append(Fact("3", path, "多少钱？", ("五十",), "五十"))
    assert [f.id for f in usable_facts(facts, items, ("en",))] == ["1"]


def test_a_broken_list_is_told(tmp_path: Path) -> None:
    """Rows without an answer and files that are no YAML are named."""
    with pytest.raises(BadInput, match="quote"):
        parse_facts([{"id": "a", "item": "b", "question": "c", "answer": "d"}])
    (tmp_path / "facts.yaml").write_text("a: [")
    with pytest.raises(BadInput, match=r"facts\.yaml"):
        read_facts(tmp_path / "facts.yaml")
