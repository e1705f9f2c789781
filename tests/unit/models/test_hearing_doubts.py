"""What recognisers make up is left out, and what people really say is not."""

from __future__ import annotations

import pytest

from fenshen.models.hearing import Segment, Word
from fenshen.models.hearing_doubts import (
    believable,
    compression_ratio,
    is_phantom,
    without_echoes,
    without_loops,
)


def said(text: str, seconds: float = 0.4) -> Segment:
    """A segment whose words follow one another."""
    words = tuple(
        Word(n * seconds, (n + 1) * seconds, word) for n, word in enumerate(text.split() or list(text))
    )
    return Segment(0.0, len(words) * seconds, text, "en", words)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you so much for watching.",
        "Please like and subscribe!",
        "you",
        "Subtitles by the Amara.org community",
        "See you in the next video!",
        "谢谢观看",
        "感谢大家的收看。",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "字幕由志愿者提供",
    ],
)
def test_a_phantom_over_silence_is_left_out_and_over_speech_is_kept(text: str) -> None:
    """The phrase alone is no reason: people do say it."""
    assert is_phantom(text)
    assert not believable(said(text), logprob=-0.3, no_speech=0.1, voiced=0.4)
    assert believable(said(text), logprob=-0.3, no_speech=0.1, voiced=0.9)


@pytest.mark.parametrize(
    "text", ["Thank you for the bread recipe, it worked.", "We watched you paint.", "谢谢你昨天来看我。"]
)
def test_a_sentence_of_its_own_is_no_phantom(text: str) -> None:
    """Nearly the same words in a longer sentence are somebody's words."""
    assert not is_phantom(text)
    assert believable(said(text), logprob=-0.3, no_speech=0.1, voiced=0.5)


@pytest.mark.parametrize(
    ("reason", "segment", "facts"),
    [
        ("over music", said("A line of a song."), {"voiced": 0.1}),
        ("guessed", said("Bar the gentian."), {"logprob": -1.3}),
        ("silence", said("The end of it."), {"no_speech": 0.9, "logprob": -0.8}),
        ("a loop", said("bread and butter " * 12), {}),
        ("impossibly fast", said("one two three four five six seven eight nine ten", 0.03), {}),
        ("no words", said(" ... "), {}),
    ],
)
def test_what_nobody_said(reason: str, segment: Segment, facts: dict[str, float]) -> None:
    """Each reason alone is enough."""
    assert not believable(segment, **{"logprob": -0.2, "no_speech": 0.05, "voiced": 0.9, **facts}), reason


def heard(text: str) -> list[Word]:
    """The words of a text, one second each."""
    return [Word(float(n), n + 0.9, word) for n, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no, no, no, that is wrong", "no, no, no, that is wrong"),
        ("well " * 9 + "then", "well then"),
        ("It rises. " * 6 + "So we wait.", "It rises. So we wait."),
        ("again and again and again we fold", "again and again and again we fold"),
        ("", ""),
    ],
)
def test_a_loop_is_said_once(text: str, kept: str) -> None:
    """More than three rounds of the same words are one; three are speech."""
    assert " ".join(word.text for word in without_loops(heard(text))) == kept


def test_the_third_echo_of_a_segment_is_left_out() -> None:
    """The same sentence again and again across segments is said twice at most; single words may repeat."""
    lines = [said("I fold the dough.")] * 5 + [said("Yes.")] * 4 + [said("I fold the dough.")]
    texts = [segment.text for segment in without_echoes(lines)]
    assert texts == ["I fold the dough."] * 2 + ["Yes."] * 4 + ["I fold the dough."]


def test_repetition_compresses() -> None:
    """Plain speech stays below Whisper's threshold, a loop goes above it."""
    assert compression_ratio("The starter needs flour and water every single morning.") < 1.5
    assert compression_ratio("and then " * 40) > 2.4
    assert compression_ratio("") == 0.0
