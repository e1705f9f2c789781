"""The streaming gate: sentences leave one by one, forbidden ones never begin to."""

from __future__ import annotations

import pytest

from fenshen.trust.drift import Window
from fenshen.trust.gate import SentenceGate
from fenshen.trust.guard import Guard
from fenshen.trust.limits import Limits, Topic

GUARD = Guard(
    Limits(
        (
            Topic(
                "plugs",
                "careful",
                ("rewire a plug",),
                {"en": "Unplug it first. Then more.", "zh": "先断电。"},
            ),
        )
    )
)


def stream(text: str, question: str = "How?", size: int = 1) -> tuple[list[str], SentenceGate]:
    gate = SentenceGate(GUARD, Window().add("fan", question))
    out = [s for i in range(0, len(text), size) for s in gate.feed(text[i : i + size])]
    return out + gate.flush(), gate


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    "text",
    [
        "Screws in the saucer. Then wait 3.5 minutes.\n\n- Lid\n- Spring",
        "先拍照。再动手！螺丝放碟子里",
        "One",
    ],
)
def test_a_harmless_answer_leaves_unchanged(text: str, size: int) -> None:
    """However it is cut into pieces, joining what left gives the answer."""
    out, gate = stream(text, size=size)
    assert "".join(out) == text == gate.text
    assert not gate.ended


def test_a_sentence_leaves_as_soon_as_it_ends() -> None:
    """Nothing waits for the answer to finish, and nothing leaves before its end."""
    gate = SentenceGate(GUARD, Window().add("fan", "How?"))
    assert gate.feed("Photograph it") == []
    assert gate.feed(" first. Th") == ["Photograph it first. "]
    assert gate.feed("en open it") == []
    assert gate.flush() == ["Then open it"]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Should I send you money?", "you can go whenever you like."),
        ("要不要我给你打赏？", "想走随时可以走。"),
    ],
)
def test_what_the_fan_asked_about_is_answered_with_the_reply(question: str, reply: str) -> None:
    """What came before stays, the sentence is replaced in the fan's language, and nothing follows."""
    out, gate = stream("Clean the lid. Please send me money. It is for the boat.", question)
    assert out[0] == "Clean the lid. " and out[-1].endswith(reply)
    assert "money" not in "".join(out) and "boat" not in "".join(out)
    assert gate.ended and gate.verdict is not None and gate.verdict.topic == "pressure"
    assert gate.feed("More.") == [] == gate.flush()


@pytest.mark.parametrize(
    "question", ["How?", "怎么修？", "what do you think about people who throw things away?"]
)
def test_what_nobody_asked_about_is_left_out_without_a_reply(question: str) -> None:
    """A topic's reply to somebody who did not ask reads as an accusation; the answer just ends."""
    out, gate = stream("Clean the lid. Please send me money. It is for the boat.", question)
    assert out == ["Clean the lid. "]
    assert gate.ended and gate.dropped and gate.topic == "pressure"


def test_links_and_tags_never_leave_even_in_pieces() -> None:
    """An image whose text ends a sentence is removed in both halves."""
    out, _ = stream("Look ![a dog. cute](https://evil.example/?q=1) here. <b>Bold. x</b> end.")
    shown = "".join(out)
    assert "evil" not in shown and "<" not in shown and "![" not in shown


def test_a_careful_topic_is_cautioned_once() -> None:
    """The safety sentence follows the first sentence on it."""
    out, gate = stream("Brown goes right. Blue goes left.", "How do I rewire a plug?")
    assert "".join(out) == "Brown goes right. Unplug it first. Blue goes left."
    assert gate.window.cautioned == {"plugs"}


def test_an_endless_answer_keeps_flowing() -> None:
    """A model that never ends a sentence is let out in bounded pieces."""
    gate = SentenceGate(GUARD, Window().add("fan", "How?"))
    out = [s for _ in range(500) for s in gate.feed("word and word ")]
    assert len("".join(out)) > 6500
