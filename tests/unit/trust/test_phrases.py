"""Words in order with gaps, found without backtracking."""

from __future__ import annotations

import pytest

from fenshen.trust.guard import Guard
from fenshen.trust.lexicon import compile_rules
from fenshen.trust.limits import parse_limits
from fenshen.trust.normalise import match_forms
from fenshen.trust.phrases import Phrase, Phrases
from fenshen.trust.sentences import split_sentences


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        (Phrase(("gift*", "card*"), 1), "gifts for cards", True),
        (Phrase(("gift*", "card*"), 1), "gifts for my cards", False),
        (Phrase(("gift*", "card*"), 1), "card gift", False),
        (Phrase(("gift*", "card*"), 1), "gift gift x card", True),
        (Phrase(("gift*",)), "giftedness", False),
        (Phrase(("send", "me"), 0), "please send me it", True),
        (Phrase(("send", "me"), 0), "sends me", False),
        (Phrase(("pay|tip*", "me"), 2), "tipping it all me", True),
        (Phrase(("my", "pin", "is"), unless=("my own", "not")), "my pin is my own", False),
        (Phrase(("my", "pin", "is"), unless=("my own", "not")), "my pin is my dog", True),
        (Phrase(("my", "pin", "is"), unless=("my own", "not")), "my pin is not my pin is 12", True),
        (Phrase(("send*", "gift*"), 1), "s e n d s o m e g i f t s", True),
        (Phrase(("send*", "gift*"), 1), "s e n d n o t a s i n g l e g i f t", False),
    ],
)
def test_english_phrases_are_found_by_words(phrase: Phrase, text: str, found: bool) -> None:
    """Endings up to four letters, gaps of whole words, also in words that are spelled out."""
    assert Phrases(english=(phrase,)).match(match_forms(text)) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [("拆开微波炉", True), ("拆一下那个微波炉", True), ("拆一下那个旧微波炉", False)],
)
def test_chinese_phrases_are_found_by_characters(text: str, found: bool) -> None:
    """Up to four characters between two parts."""
    forms = match_forms(text)
    assert Phrases(chinese=(Phrase(("拆", "微波炉"), 4),)).match(forms) is found


def test_a_hostile_example_costs_no_more_than_a_plain_one() -> None:
    """Repeated words with gaps, which took a regular expression for ever, are answered at once."""
    examples = ["send " * 20 + "x", "a b " * 12 + "c", "去的去的去的" * 20 + "x", "s e n d " * 30]
    guard = Guard(parse_limits({"topics": [{"name": "spam", "stance": "never", "examples": examples}]}))
    for text in ("send " * 300, "s e n d " * 200, "ab" * 600, "a b " * 300, "去了" * 600):
        assert guard.check_sentence(text) is not None


def test_no_repetition_of_a_rule_is_endless() -> None:
    """What a rule file leaves open is closed when it is compiled, so that a match has a greatest length."""
    rules = compile_rules([r"so (very |really )*good\w+ ~ \S+"], [r"(真|好)+想\w*"])
    assert rules.match(match_forms("so very really goodness and dogs"))
    assert rules.match(match_forms("真好真想走"))
    assert not rules.match(match_forms("so " + "very " * 30 + "goodness and dogs"))


def test_a_rule_is_found_wherever_it_stands_in_a_long_text() -> None:
    """Long texts are searched in windows that overlap; the end of a window is not the end of the text."""
    rules = compile_rules(["kettle on fire", "the end$"])
    for before in range(960, 1040, 7):
        assert rules.match(match_forms("x" * before + " kettle on fire " + "y" * 900))
        assert rules.match(match_forms("x" * before + " the end"))
        assert not rules.match(match_forms("x" * before + " the end of " + "y" * 900))


@pytest.mark.parametrize("mark", ["!", "?", "。", "?!", '."', "…", "\n", ". "])
def test_a_run_of_marks_is_cut_like_a_long_sentence(mark: str) -> None:
    """Twenty thousand marks are read once, not once for every mark."""
    pieces = split_sentences(f"Yes{mark * 20_000}No")
    assert "".join(pieces).startswith("Yes")
    assert max(map(len, pieces)) <= 800
