"""Measure 4: runs of training text."""

from __future__ import annotations

from fenshen.training.evals.reciting import LearnedText

LEARNED = LearnedText(
    ["The kettle was called Aunt Petra, and she had a hole under the spout.", "It rained all week."]
)


def test_longest_run_is_counted_in_words() -> None:
    """Case and punctuation do not break a run; other words do."""
    assert LEARNED.longest_run("Well: the KETTLE was called Aunt Petra. It sulked.") == 6
    assert LEARNED.longest_run("Nothing of the kind.") == 0


def test_a_run_does_not_cross_passages() -> None:
    """The end of one passage and the beginning of the next were never said together."""
    assert LEARNED.longest_run("under the spout it rained all week") == 4


def test_quoting_a_shown_source_is_not_reciting() -> None:
    """What stood in the prompt was looked up; the rest still counts."""
    answer = "She had a hole under the spout. It rained all week, remember."
    assert LEARNED.longest_run(answer) == 7
    assert LEARNED.longest_run(answer, ["and she had a hole under the spout"]) == 4
