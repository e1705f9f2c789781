"""Which sentence of an answer gets which citation, and at which second it opens."""

from __future__ import annotations

import pytest

from fenshen.library.passages import Passage
from fenshen.twin.citations import CITATIONS_MAX, RetrievedPassage, cite, item_url
from fenshen.twin.lexical_support import content_words

LIMESCALE = "A kettle that clicks off early is only sulking about limescale."
ACID = "Boil two teaspoons of citric acid and wait 20 minutes before you rinse it."
POT = "Warm the teapot with a splash from the kettle before the leaves go in."


def _found(text: str, number: int = 1, start_s: float | None = None) -> RetrievedPassage:
    passage = Passage(
        id=f"psg_{number}",
        item_id=f"item_{number}",
        creator="juniper",
        ordinal=1,
        start_s=start_s,
        end_s=None,
        anchor="p=1" if start_s is None else f"t={int(start_s)}",
        speaker=None,
        is_creator=True,
        text=text,
        language="en",
    )
    return RetrievedPassage(passage, f"Item {number}", "video", None)


QUESTION = "How do I clean the kettle with citric acid?"


def test_a_supported_sentence_is_cited() -> None:
    """The citation quotes the passage and links to its place."""
    (citation,) = cite(QUESTION, ACID, [_found(ACID)])
    assert (citation.number, citation.quote) == (1, ACID)
    assert citation.url == item_url("juniper", "item_1", "p=1")


def test_the_quote_begins_with_the_sentence_that_supports() -> None:
    """What stands before it in the passage is left out."""
    (citation,) = cite(QUESTION, ACID, [_found(f"{LIMESCALE} {ACID} {POT}")])
    assert citation.quote.startswith(ACID)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Throw it away and buy a new toaster from the market.", "says something else"),
        ("Boil two teaspoons of citric acid and wait 90 minutes before you rinse it.", "another number"),
        ("Boil it.", "too short to support"),
        ("", "nothing said"),
    ],
)
def test_what_the_library_does_not_say_goes_uncited(answer: str, reason: str) -> None:
    """No citation is better than one that does not hold."""
    assert cite(QUESTION, answer, [_found(ACID)]) == [], reason


def test_a_passage_about_something_else_is_no_source() -> None:
    """Even a literal repetition is not cited for a question that it does not answer."""
    assert cite("Who painted the lighthouse in Harrowmouth?", ACID, [_found(ACID)]) == []


def test_each_passage_is_cited_once_and_only_a_few_are() -> None:
    """Repeating a sentence adds nothing; numbers count from one without gaps."""
    texts = [f"Citric acid cleans the kettle number {n} well on every Tuesday morning." for n in range(1, 7)]
    answer = " ".join([texts[0], *texts])
    citations = cite(
        "Which kettle does citric acid clean?", answer, [_found(t, n) for n, t in enumerate(texts)]
    )
    assert [one.number for one in citations] == list(range(1, CITATIONS_MAX + 1))
    assert len({one.passage_id for one in citations}) == CITATIONS_MAX


def test_the_twins_own_names_are_no_content() -> None:
    """Fans address a twin by name; that neither helps nor hinders finding what was asked."""
    names = ("Mei-Lin Hart", "Mei", "梅琳")
    plain = content_words("What does the ferry cost?", names)
    for asked in ("Mei, what does the ferry cost?", "What does Mei-Lin Hart's ferry cost?"):
        assert content_words(asked, names).keys() == plain.keys()
    assert content_words("梅琳修水壶", names).keys() == content_words("梅琳修水壶").keys() - {"梅琳"}
    assert "mei" in content_words("Who is Mei?")
