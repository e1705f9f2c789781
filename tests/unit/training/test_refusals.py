"""What a twin declines, in the words that fans get, and what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fenshen.library.language import detect_language
from fenshen.training.examples import limits_examples, unknown_examples, wording
from fenshen.trust.guard import Guard
from fenshen.trust.limits import Limits, Topic, load

Shelf = Callable[..., Any]
JUNIPER = Path(__file__).parents[3] / "examples" / "juniper" / "limits.yaml"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refusals_are_what_fans_get(language: str) -> None:
    """Every topic the creator never talks about, and the very reply that serving gives."""
    guard = Guard(load(JUNIPER))
    examples = limits_examples(guard, language, 1000)
    replies = {topic.reply[language] for topic in guard.limits.topics if topic.stance == "never"}
    assert {e.answer for e in examples} == replies
    for example in examples:
        assert guard.check_fan_message(example.question, language=language).reply == example.answer
        assert detect_language(example.question) == language


def test_limits_that_allow_a_subject_are_respected() -> None:
    """A creator who talks about money is not taught to decline it, and others keep the shipped reply."""
    fine = Guard(Limits((Topic("financial", "fine"),)))
    assert not [e for e in limits_examples(fine, "en", 1000) if "shares" in e.question]
    shipped = [e for e in limits_examples(Guard(Limits()), "en", 1000) if "shares" in e.question]
    assert shipped and "financial advice" in shipped[0].answer


@pytest.mark.parametrize(("told", "most"), [(0, 6), (100, 10), (100_000, 16)])
def test_refusals_stay_a_small_share(told: int, most: int) -> None:
    """A twin must not learn to refuse; few are spread over all topics."""
    examples = limits_examples(Guard(load(JUNIPER)), "en", told)
    assert len(examples) <= most
    assert len({e.answer for e in examples}) >= min(6, len(examples))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_that_the_library_contains_is_denied(shelf: Shelf, language: str) -> None:
    """A library that mentions a thing, in any language and even only held out, knows it."""
    _, passages = shelf("kettle", ["The kettle is sulking.", "壶在闹脾气。"])
    known = unknown_examples(passages, Guard(Limits()), language, 1000)
    assert known
    for thing in wording.UNKNOWN_THINGS:
        for word in thing.words:
            _, more = shelf("more", [f"I once read about {word.upper()} in bed."])
            asked = {
                e.question for e in unknown_examples([*passages, *more], Guard(Limits()), language, 1000)
            }
            assert not any(question.endswith(thing.asked[language]) for question in asked)


def test_half_of_the_unknown_is_asked_with_notes_that_do_not_say_it(shelf: Shelf) -> None:
    """A search always finds something; that is no reason to make up an answer from it."""
    _, passages = shelf("kettle", ["The kettle is sulking.", "A lamp that bows has a tired spring."])
    examples = unknown_examples(passages, Guard(Limits()), "en", 1000)
    noted = [e for e in examples if e.question.startswith("From my own videos")]
    assert 0 < len(noted) < len(examples)
    assert all("sulking" in e.question or "spring" in e.question for e in noted)


def test_every_unknown_thing_is_written_in_both_languages() -> None:
    """And no creator without limits of their own has the guard answer for it."""
    guard = Guard(Limits())
    for thing in wording.UNKNOWN_THINGS:
        for language in ("en", "zh"):
            assert detect_language(thing.asked[language]) == language
            check = guard.check_fan_message(thing.asked[language], language=language)
            assert check.kind is None, (thing.asked[language], check)
