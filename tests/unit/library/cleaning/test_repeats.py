"""One story in two items is learned once."""

from __future__ import annotations

import random

from fenshen.library.cleaning.repeats import resembling, said_again
from fenshen.library.passages import Passage

WORDS = [f"word{number}" for number in range(400)]


def story(seed: int, words: int = 60) -> str:
    """Words that nobody else says in that order."""
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def item(name: str, *texts: str) -> list[Passage]:
    """An item with a passage for each text."""
    return [
        Passage(f"{name}-{at}", name, "mara", at, None, None, f"p={at + 1}", None, True, text, "en")
        for at, text in enumerate(texts)
    ]


def test_a_story_told_again_is_found_wherever_it_was_cut() -> None:
    """The stream cuts it elsewhere and says other things around it; the first item keeps it."""
    told = story(1, 180).split()
    film = item("film", story(2), " ".join(told[:60]), " ".join(told[60:120]), " ".join(told[120:]))
    stream = item("stream", story(3), " ".join(told[30:90]), " ".join(told[90:150]), story(4))
    assert said_again([*film, *stream]) == {"stream-1": "film", "stream-2": "film"}
    assert said_again([*stream, *film]) == {"film-2": "stream"}


def test_what_an_item_says_twice_itself_and_short_remarks_stay() -> None:
    """A refrain is the creator's; so is a habit of saying good morning."""
    refrain, remark = story(1), "Good morning, the kettle is on."
    assert said_again([*item("a", refrain, refrain, remark), *item("b", remark, story(2))]) == {}


def test_a_story_in_three_items_is_kept_once() -> None:
    """In the first of them."""
    told = story(1)
    assert said_again([*item("a", told), *item("b", told), *item("c", story(2), told)]) == {
        "b-0": "a",
        "c-1": "a",
    }


def test_most_of_a_passage_is_enough_to_resemble() -> None:
    """What is judged by must not be learned, nor most of it; nothing resembles nothing."""
    told = story(1)
    most = " ".join([*told.split()[:42], *story(2, 18).split()])
    half = " ".join([*told.split()[:30], *story(3, 30).split()])
    learned = item("a", most, half, story(4))
    assert resembling(learned, item("b", told)) == {"a-0"}
    assert resembling(learned, []) == frozenset()
