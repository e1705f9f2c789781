"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.trust.sentences import SENTENCE_MAX, split_sentences, take_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        (
            "Dr. Ohm paid 3.50 at 5 p.m. today. Then left.",
            ["Dr. Ohm paid 3.50 at 5 p.m. today.", "Then left."],
        ),
        (
            "No. 7 sulks, e.g. on Sundays. So do I. Yes.",
            ["No. 7 sulks, e.g. on Sundays.", "So do I.", "Yes."],
        ),
        ("J. Shen said so.", ["J. Shen said so."]),
        ('She said "Stop." Then "Go!" and left.', ['She said "Stop."', 'Then "Go!"', "and left."]),
        ("Really?! Yes... Maybe.", ["Really?!", "Yes...", "Maybe."]),
        ("水烧上了。你呢？“坐吧。”好！", ["水烧上了。", "你呢？", "“坐吧。”", "好！"]),
        ("电压是3.5伏。好的。OK.你好。", ["电压是3.5伏。", "好的。", "OK.", "你好。"]),
        ("1. Unplug it.\n2. Wait.\n- Done", ["1. Unplug it.", "2. Wait.", "- Done"]),
        ("Visit example.com today. Bye.", ["Visit example.com today.", "Bye."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, sentences: list[str]) -> None:
    """Abbreviations, decimals, initials, quotes, lists and Chinese marks."""
    assert split_sentences(text) == sentences


@given(st.lists(st.text(alphabet='aZ 。！？.!?\n"”3é,，', max_size=30), max_size=12))
def test_nothing_is_lost_however_the_text_arrives(pieces: list[str]) -> None:
    """Taking sentences from any pieces and joining them gives the text back."""
    rest, taken = "", []
    for piece in pieces:
        sentences, rest = take_sentences(rest + piece)
        taken += sentences
    last, rest = take_sentences(rest, final=True)
    assert "".join(taken + last) == "".join(pieces)
    assert rest == ""


@pytest.mark.parametrize("text", ["word " * 1000, "字" * 5000, "x" * 5000, "字，" * 2000])
def test_an_endless_sentence_is_cut(text: str) -> None:
    """Nothing is held back for ever, and words stay whole where there are any."""
    sentences, rest = take_sentences(text)
    assert max(map(len, sentences)) <= SENTENCE_MAX
    assert len(rest) < SENTENCE_MAX
    assert "".join(sentences) + rest == text
