"""Two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from fenshen.training.evals.comparison import VersionResults, compare, overall, stored_results, verdict
from fenshen.training.evals.intervals import Interval

COST = {"cost": {"intervals": {"cpu_s_per_minute": {"value": 6.0, "low": 5.5, "high": 6.5, "n": 5}}}}


def _side(nats: float, answer: str, right: int = 1, **changes: Any) -> VersionResults:
    made = VersionResults(
        held_out={f"key{n}": (nats * (10 + n), 10 + n) for n in range(12)},
        questions={f"Question {n}?": (f"{answer} {n} and so on and on", ()) for n in range(9)},
        facts={
            f"fact{n}": {"exact": n < 6 * right, "fuzzy": n < 7 * right, "cited": 1, "right": right} for n in range(10)
        },
        base_answers=("Plain.",),
        metrics=COST,
    )  # fmt: skip
    return replace(made, **changes)


def _judge(texts: Sequence[str]) -> list[float]:
    return [0.9 if text.startswith("Sulking") else 0.1 for text in texts]


def test_a_version_that_is_better_in_everything_is_said_to_be() -> None:
    """Paired differences with their intervals, a verdict for each measure, and both answers."""
    found = compare(_side(0.5, "Sulking"), _side(0.7, "Certainly", right=0), _judge, seed=7)
    by_name = {one["name"]: one for one in found["measures"]}
    bits = by_name["bits_per_byte"]
    assert bits["a"]["value"] == pytest.approx(0.5 / 0.6931, rel=1e-3)
    assert bits["difference"]["high"] < 0
    assert {name: one["verdict"] for name, one in by_name.items()} == {
        "bits_per_byte": "better",
        "style": "better",
        "facts_exact": "better",
        "facts_fuzzy": "better",
        "citation_precision": "better",
        "citation_recall": "better",
        "cpu_s_per_minute": "unsure",
    }
    assert found["verdict"] == "better"
    assert found["questions"][0] == {
        "question": "Question 0?",
        "a": "Sulking 0 and so on and on",
        "b": "Certainly 0 and so on and on",
    }


def test_the_other_way_round_is_the_opposite() -> None:
    """What is better for one is worse for the other."""
    found = compare(_side(0.7, "Certainly", right=0), _side(0.5, "Sulking"), _judge, seed=7)
    assert {one["verdict"] for one in found["measures"]} == {"worse", "unsure"}
    assert found["verdict"] == "worse"


def test_a_version_is_not_surely_different_from_itself() -> None:
    """No measure finds a difference where there is none."""
    side = _side(0.5, "Sulking")
    found = compare(side, side, _judge, seed=7)
    assert {one["verdict"] for one in found["measures"]} == {"unsure"}
    assert found["verdict"] == "unsure"


def test_only_what_both_were_asked_is_compared() -> None:
    """Answers, questions and facts that one of them lacks are left out."""
    side = _side(0.5, "Sulking")
    few = replace(side, held_out=dict(list(side.held_out.items())[:9]), questions={}, facts={})
    found = compare(side, few, _judge, seed=7)
    assert [one["name"] for one in found["measures"]] == ["bits_per_byte", "style", "cpu_s_per_minute"]
    assert found["measures"][0]["difference"]["n"] == 9
    assert found["measures"][1]["a"] is None
    assert found["questions"] == []


def test_style_is_judged_without_quotes_of_sources() -> None:
    """A version that copies its sources gains nothing by it."""
    quote = "Sulking is what kettles do when nobody looks"
    copied = _side(0.5, "x", questions={f"Q{n}?": (quote, (quote,)) for n in range(9)})
    own = _side(0.5, "x", questions={f"Q{n}?": ("Certainly, that is so", ()) for n in range(9)})
    style = compare(copied, own, _judge, seed=7)["measures"][1]
    assert (style["name"], style["difference"]) == ("style", None)


@pytest.mark.parametrize(
    ("low", "high", "n", "said"),
    [
        (-0.2, -0.1, 20, "better"),
        (0.1, 0.2, 20, "worse"),
        (-0.1, 0.1, 20, "unsure"),
        (-0.2, -0.1, 7, "unsure"),
    ],
)
def test_a_verdict_needs_an_interval_off_zero_and_enough_answers(
    low: float, high: float, n: int, said: str
) -> None:
    """Lower is better here."""
    assert verdict(Interval((low + high) / 2, low, high, n), "lower") == said


def test_better_in_one_way_and_worse_in_another_is_mixed() -> None:
    """Only the two measures that decide about a release decide here."""
    told = [
        {"name": "bits_per_byte", "verdict": "better"},
        {"name": "style", "verdict": "worse"},
        {"name": "facts_exact", "verdict": "better"},
    ]
    assert overall(told) == "mixed"
    assert overall(told[2:]) == "unsure"


def test_an_old_ladder_without_single_items_has_no_side() -> None:
    """It has to be measured again."""
    assert stored_results(None) is None
    assert stored_results({"levels": []}) is None
