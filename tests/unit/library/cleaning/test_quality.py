"""Noise in plain numbers."""

from __future__ import annotations

import pytest

from fenshen.library.cleaning.quality import Noise, noise
from fenshen.library.passages import Passage


def passage(text: str, lines: int = 0) -> Passage:
    """A passage with this text; of so many equally long lines where it is spoken."""
    size = len(text) // lines if lines else 0
    times = tuple((at * size, float(at)) for at in range(lines))
    return Passage("p", "i", "mara", 0, None, None, "p=1", None, True, text, "en", times)


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        (passage("The kiln is hot. It is red."), "words_per_sentence", 3.5),
        (passage("The kiln is hot. It is red."), "non_word_share", 0.0),
        (passage("The k\ufffdln is [__] aaaah hot xkcdfgh now"), "non_word_share", 0.5),
        (passage("Go. Stay. Go. Go. Leave."), "repeated_share", 0.4),
        (passage("Go on.[Wind]♪♪♪♪♪♪It is.", 4), "music_share", 0.5),
        (passage("and then " * 40), "is_unpunctuated", True),
        (passage("And then. " * 40), "is_unpunctuated", False),
        (passage("窑很热。水很冷。"), "words_per_sentence", 1.7),
    ],
)
def test_each_number_means_what_it_says(given: Passage, field: str, value: object) -> None:
    """One kind of noise at a time."""
    assert getattr(noise([given]), field) == value


def test_an_item_without_words_has_no_noise() -> None:
    """Nothing is divided by nothing."""
    assert noise([]) == Noise()
