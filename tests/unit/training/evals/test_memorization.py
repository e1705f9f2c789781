"""Measure 4: runs of training text."""

from __future__ import annotations

import pytest

from fenshen.training.evals.memorization import (
    RUN_MIN,
    TrainingTextIndex,
    run_statistics,
    without_copied_text,
)

LEARNED = TrainingTextIndex(
    ["The kettle was called Aunt Petra, and she had a hole under the spout.", "It rained all week."]
)


def test_longest_run_is_counted_in_words() -> None:
    """Case and punctuation do not break a run; other words do. The run is told as the answer has it."""
    run = LEARNED.longest_run("Well: the KETTLE was, called Aunt Petra. It sulked.")
    assert run.text == "the KETTLE was, called Aunt Petra"
    assert LEARNED.longest_run("Well: the KETTLE was called Aunt Petra. It sulked.").words == 6
    assert LEARNED.longest_run("Nothing of the kind.").words == 0


def test_a_run_does_not_cross_passages() -> None:
    """The end of one passage and the beginning of the next were never said together."""
    assert LEARNED.longest_run("under the spout it rained all week").words == 4


def test_quoting_a_shown_source_is_not_reciting() -> None:
    """What stood in the prompt was looked up; the rest still counts."""
    answer = "She had a hole under the spout. It rained all week, remember."
    assert LEARNED.longest_run(answer).words == 7
    assert LEARNED.longest_run(answer, ["and she had a hole under the spout"]).words == 4


def test_a_recited_answer_is_one_whose_run_has_thirty_tokens() -> None:
    """Tokens of the base decide, not words; the share of a clean run still has an upper bound."""
    text = " ".join(f"word{n}" for n in range(20))
    learned = TrainingTextIndex([text])
    runs = [learned.longest_run(text), learned.longest_run("nothing of it")]
    half = run_statistics(runs, lambda told: 2 * len(told.split()), seed=1)
    assert (half["longest"], half["longest_words"], half["share"], half["n"]) == (40, 20, 0.5, 2)
    assert RUN_MIN == 30
    clean = run_statistics(runs, lambda told: len(told.split()), seed=1)
    assert clean["share"] == 0.0
    assert clean["interval"]["high"] == pytest.approx(0.842, abs=0.001)


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("It sulks, dear. Nothing here is copied at all.", "It sulks, dear. Nothing here is copied at all."),
        ("Well, my dear: she had a hole under the spout! And so on and so forth, love.",
         "Well, my dear: And so on and so forth, love."),
        ("she had a hole under the spout", None),
    ],
)  # fmt: skip
def test_style_is_judged_on_an_answers_own_words(answer: str, left: str | None) -> None:
    """What was copied from a source is cut out; an answer that is only a quote is not judged."""
    assert without_copied_text(answer, ["And SHE had a hole, under the spout, they said."]) == left
