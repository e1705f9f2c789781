"""Measure 1 with a scorer that needs no model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from fenshen.library.prompt import Source
from fenshen.models.text import Message
from fenshen.training.evals import nll
from fenshen.training.evals.conditions import CONDITIONS
from fenshen.training.examples import Example


class Surprised:
    """Twice as surprised without the adapter; remembers what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def tokens(self, text: str) -> int:
        """One a byte."""
        return len(text.encode())

    def nats(self, forced: Sequence[nll.AnswerInContext], *, adapted: bool) -> list[float]:
        """Half a nat or one for each byte."""
        self.read += [one.messages[-1]["content"] for one in forced]
        return [len(one.answer.encode()) * (0.5 if adapted else 1.0) for one in forced]


def _example(answer: str, *before: str) -> Example:
    roles = ("user", "assistant")
    messages = tuple(Message(role=roles[at % 2], content=text) for at, text in enumerate(before))  # type: ignore[typeddict-item]
    return Example(messages, answer, "item", "passage", None, "dialogue", "en")


def _held_out(*examples: Example) -> list[nll.HeldOut]:
    return nll.held_out_answers(examples, lambda language: f"You are she, in {language}.", 40)


def test_bits_per_byte_counts_bytes_not_characters() -> None:
    """A Chinese answer is divided by its UTF-8 length, so that scripts compare."""
    (one,) = _held_out(_example("水壶", "怎么了？"))
    found = nll.bits_per_byte([6.0 * math.log(2)], [one.bytes], seed=1)
    assert one.bytes == 6
    assert found is not None
    assert found.value == pytest.approx(1.0)


def test_sources_stand_before_the_last_question_only_where_a_level_has_them() -> None:
    """L1 and L3 read the same history as L0 and L2, with notes in front of the question."""
    from dataclasses import replace

    (one,) = _held_out(_example("Tea.", "Hello?", "Hello.", "What do you drink?"))
    scorer = Surprised()
    with_notes = [replace(one, sources=(Source("Tea", "I drink tea."),))]
    for level in CONDITIONS:
        nll.condition_nats(with_notes, level, scorer, lambda: None)
    plain, sourced = scorer.read[0::2], scorer.read[1::2]
    assert plain == ["What do you drink?"] * 2
    assert all("I drink tea." in text and text.endswith("What do you drink?") for text in sourced)


def test_the_adapter_wins_where_it_is_less_surprised() -> None:
    """The difference L2 - L0 is below zero with its whole interval."""
    held_out = _held_out(*(_example("word " * n, "And?") for n in range(1, 12)))
    sizes = [one.bytes for one in held_out]
    nats = {
        level.name: nll.condition_nats(held_out, level, Surprised(), lambda: None) for level in CONDITIONS
    }
    gain = nll.bits_difference(nats["L2"], nats["L0"], sizes, seed=1)
    assert gain is not None
    assert gain.high < 0


def test_held_out_answers_are_thinned_evenly_and_begin_with_a_question() -> None:
    """Of a hundred, forty are taken from the whole set; context is cut to whole exchanges."""
    examples = [_example(f"answer {n}", "a", "b", "c", "d", "e") for n in range(100)]
    held_out = nll.held_out_answers(examples, lambda language: "", 40)
    assert len(held_out) == 40
    assert held_out[-1].answer > "answer 9"
    assert [m["role"] for m in held_out[0].messages] == ["user", "assistant", "user"]


def test_many_answers_are_read_a_few_at_a_time_in_order() -> None:
    """Groups change nothing about which answer has which figure."""
    held_out = _held_out(*(_example("x" * n, "And?") for n in range(1, 13)))
    told: list[None] = []
    nats = nll.condition_nats(held_out, CONDITIONS[0], Surprised(), lambda: told.append(None))
    assert nats == [float(n) for n in range(1, 13)]
    assert len(told) == 12
