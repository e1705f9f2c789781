"""What is enough to learn from, what is kept apart, and what a comparison teaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.models.text import Message
from fenshen.training.preference import comparisons
from fenshen.training.preference.comparisons import Comparison, pairs_of
from fenshen.training.preference.dataset import (
    HELD_OUT_FROM,
    PAIRS_MIN,
    Pair,
    PreferenceDataset,
    RatedAnswer,
    check_enough,
    split_pairs,
)

Asked = Callable[..., Comparison]


def pair(number: int, language: str = "en", question: str | None = None) -> Pair:
    asked = (Message(role="user", content=question or f"question {number}?"),)
    return Pair(f"cmp_{number}", "choice", asked, f"good {number}", f"bad {number}", language)


def single(number: int, is_good: bool) -> RatedAnswer:
    asked = (Message(role="user", content=f"question {number}?"),)
    return RatedAnswer(f"turn_{number}", asked, f"answer {number}", is_good, "en")


@pytest.mark.parametrize(
    ("pairs", "up", "down", "missing"),
    [
        (PAIRS_MIN, 0, 0, 0),
        (PAIRS_MIN - 3, 0, 0, 3),
        (PAIRS_MIN - 4, 4, 4, 0),
        (PAIRS_MIN - 5, 4, 5, 1),
        # one-sided thumbs say nothing that KTO could weigh
        (PAIRS_MIN - 4, 20, 3, 4),
        (0, 12, 12, 0),
    ],
)
def test_two_thumbs_count_as_a_pair(pairs: int, up: int, down: int, missing: int) -> None:
    """Enough is a number of pairs; thumbs count when there are some of both kinds."""
    ratings = [single(number, number < up) for number in range(up + down)]
    assert PreferenceDataset(tuple(map(pair, range(pairs))), tuple(ratings)).pairs_missing == missing


def test_too_few_are_refused_with_how_many_more() -> None:
    """The message says what there is, what is missing, and why thumbs wait."""
    evidence = PreferenceDataset(tuple(map(pair, range(5))), tuple(single(n, True) for n in range(9)))
    with pytest.raises(BadInput, match=r"5 pairs and 0 thumbs.*9 thumbs wait.*7 more pairs") as refused:
        check_enough(evidence, "juniper")
    assert refused.value.code == "too_few_preferences"
    assert refused.value.details == {"missing": 7}


def test_a_fifth_of_the_questions_is_kept_apart() -> None:
    """Whole questions, so that none is learned in another pair; always the same; none of few pairs."""
    many = [pair(number, question=f"question {number // 2}?") for number in range(40)]
    learned, held = split_pairs(many)
    assert (len(learned), len(held)) == (32, 8)
    assert {one.question for one in learned}.isdisjoint(one.question for one in held)
    assert split_pairs(list(reversed(many)))[1] == list(reversed(held))
    assert split_pairs(many[: HELD_OUT_FROM - 1]) == (many[: HELD_OUT_FROM - 1], [])


def test_languages_the_parent_does_not_know_are_counted_as_left_out() -> None:
    """What was left out before stays counted."""
    evidence = PreferenceDataset((pair(1), pair(2, "zh")), (single(1, True),), {"limits": 2})
    found = evidence.in_languages({"en"})
    assert [one.id for one in found.pairs] == ["cmp_1"]
    assert found.left_out == {"limits": 2, "language": 1}


def test_what_is_exported_has_no_words_of_fans() -> None:
    """A fan let the twin learn; that does not show the creator what they wrote."""
    theirs = Pair("turn_1+turn_2", "retry", (Message(role="user", content="my secret"),), "a", "b", "en")
    document = PreferenceDataset((pair(1), theirs), (single(7, False),)).as_json()
    assert "question 1?" in str(document)
    assert not [words for words in ("my secret", "answer 7", "question 7") if words in str(document)]
    assert document["thumbs"] == [{"id": "turn_7", "source": "down"}]


@pytest.mark.parametrize(
    ("choice", "expected"), [("left", [("L", "R")]), ("right", [("R", "L")]), ("both", []), ("neither", [])]
)
def test_a_choice_is_a_pair(asked: Asked, choice: str, expected: list[tuple[str, str]]) -> None:
    """The preferred answer over the other; a tie teaches nothing."""
    told = pairs_of(asked("v1", None, choice))
    assert [(one.chosen, one.rejected) for one in told] == expected


def test_an_edit_is_preferred_to_the_answer_it_replaces(asked: Asked) -> None:
    """Even where neither answer was good."""
    (found,) = pairs_of(asked("v1", None, "neither", edited="right", edit="mine"))
    assert (found.source, found.chosen, found.rejected) == ("edit", "mine", "R")


def test_held_out_questions_judge_and_are_not_learned(asked: Asked) -> None:
    """What a version is judged by must not be trained on."""
    assert list(pairs_of(asked("v1", None, "left", source="held_out", edited="left", edit="mine"))) == []


def test_a_choice_is_made_once(db: Database, asked: Asked) -> None:
    """Sent twice it is the same choice; another one comes too late; a stranger's is not found."""
    made, clock = asked("v1", None, None), VirtualClock()
    comparisons.add(db, made)
    first = comparisons.choose(db, clock, "juniper", made.id, comparisons.Decision("left", "right", "mine"))
    assert (
        comparisons.choose(db, clock, "juniper", made.id, comparisons.Decision("left", "right", "mine"))
        == first
    )
    with pytest.raises(Conflict, match="already"):
        comparisons.choose(db, clock, "juniper", made.id, comparisons.Decision("right"))
    with pytest.raises(NotFound):
        comparisons.choose(db, clock, "rowan", made.id, comparisons.Decision("left"))
    assert comparisons.list_chosen(db, "juniper") == [first]


@pytest.mark.parametrize(
    ("choice", "edited", "edit"),
    [("left", "left", None), ("left", None, "mine"), ("skip", "left", "mine"), ("left", "left", " L ")],
)
def test_half_an_edit_is_refused(db: Database, asked: Asked, choice: str, edited: str, edit: str) -> None:
    """A side without words, words without a side, an edit of what was skipped, and one that changes nothing."""
    made = asked("v1", None, None)
    comparisons.add(db, made)
    with pytest.raises(BadInput) as refused:
        comparisons.choose(db, VirtualClock(), "juniper", made.id, comparisons.Decision(choice, edited, edit))  # type: ignore[arg-type]
    assert refused.value.code == "bad_edit"
    assert comparisons.comparison(db, "juniper", made.id).choice is None
