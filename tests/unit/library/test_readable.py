"""What stands for personal data reads as people say it, wherever anybody but the creator reads."""

from __future__ import annotations

import pytest

from fenshen.library.passages import Passage
from fenshen.library.privacy.pseudonyms import LABELS, STAND_IN, shortened
from fenshen.library.privacy.readable import WORDS, readable, readable_passage, readable_spans
from fenshen.training.examples.example import example_of, readable_example

A, B = "[name-sifelono]", "[name-rukitapi]"
HAN_A, HAN_B = "[人名-sifelono]", "[人名-rukitapi]"


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (f"{A} rang. Then {B} came with {A}.", "A friend rang. Then another friend came with a friend."),
        (f"Hi {A}! Well done, {A}!", "Hi my friend! Well done, my friend!"),
        (f"{A}, did you see it?", "My friend, did you see it?"),
        (f"It was cold, {A}, I know.", "It was cold, my friend, I know."),
        (f"my sister {A} said so", "my sister said so"),
        (f"My mum, {A}, and Mr {B} went", "My mum, and another friend went"),
        (f"my brother is called {A}.", "my brother is called so-and-so."),
        (f"{A} {B} is one person", "A friend is one person"),
        (f"dear old {A}'s kettle", "dear old friend's kettle"),
        (f"{A}\n{B}", "A friend\nA friend"),
        ("Ring [phone-kadimoru], or ([email-kadimoru]).", "Ring (a phone number), or (an e-mail address)."),
        (f"昨天{HAN_A}和{HAN_B}来了", "昨天朋友和另一位朋友来了"),
        (f"我表妹{HAN_A}叫{HAN_A}", "我表妹叫某某"),
        ("打[电话-kadimoru]，住[地址-kadimoru]", "打（电话号码），住（地址）"),
        ("a [name-tag] and [key-value] stay", "a [name-tag] and [key-value] stay"),
        ("", ""),
    ],
)
def test_a_stand_in_reads_as_people_say_it(stored: str, read: str) -> None:
    """In the language of its label; what is no stand-in stays."""
    assert readable(stored) == read


def test_every_kind_has_a_word_in_both_languages() -> None:
    """None is left, whatever stands around it, and reading twice changes nothing."""
    assert WORDS.keys() == LABELS.keys()
    for pair in LABELS.values():
        for label in pair:
            for text in (f"[{label}-sifelono]", f"my [{label}-sifelono], ok", f"，[{label}-sifelono]。"):
                assert not STAND_IN.search(readable(text)) and readable(readable(text)) == readable(text)


def test_times_and_spans_move_along() -> None:
    """A citation opens at the second it did, and a sentence that was not to be learned still is not."""
    text = f"Call me. {A} has [phone-kadimoru]. Then oil it."
    at = text.index("Then")
    passage = Passage("p", "i", "c", 0, 0.0, 9.0, "t=0", None, True, text, "en", times=((0, 0.0), (at, 7.0)))
    shown = readable_passage(passage)
    assert shown.text[shown.times[1][0] :] == "Then oil it." and shown.times[1][1] == 7.0
    ((start, end),) = readable_spans(text, [(text.index(A), at - 1)])
    assert readable(text)[start:end] == "A friend has (a phone number)."


def test_an_example_never_says_a_stand_in_and_does_not_learn_its_sentence() -> None:
    """Questions, context and answer are rendered; the sentence that held personal data is read only."""
    text = f"Oil the hinge first. {A} rang [phone-kadimoru] about it."
    passage = Passage("p", "i", "c", 0, None, None, "p=1", None, True, text, "en")
    made = readable_example(
        example_of([{"role": "user", "content": f"What did {B} say?"}], passage, "dialogue")
    )
    assert made.question == "What did a friend say?"
    assert made.answer == "Oil the hinge first. A friend rang (a phone number) about it."
    assert [made.answer[start:end].strip() for start, end in made.unlearned] == [
        "A friend rang (a phone number) about it."
    ]


def test_a_note_is_never_cut_within_a_stand_in() -> None:
    """The rest of one would read as nothing."""
    text = f"Ask {A} first."
    assert [shortened(text, chars) for chars in (3, 4, 5, 18, 19, 99)] == [
        "Ask",
        "Ask ",
        "Ask ",
        "Ask ",
        f"Ask {A}",
        text,
    ]
