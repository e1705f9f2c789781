"""Two versions of a twin side by side: what each did on the same held-out answers, questions and facts.

    side + side + one judge for both → measures with paired differences → a verdict for each

Works across bases, because bits are counted over bytes. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fenshen.training.evals.intervals import (
    Interval,
    mean_difference,
    mean_interval,
    ratio_difference,
    ratio_interval,
    share_interval,
)
from fenshen.training.evals.memorization import without_copied_text
from fenshen.training.evals.nll import bits_difference, bits_per_byte

Verdict = Literal["better", "worse", "unsure"]
Better = Literal["lower", "higher"]
#: Fewer answers in common than this are measured anew, or decide nothing.
COMMON_MIN = 8


@dataclass(frozen=True)
class VersionResults:
    """What one version did.

    Attributes:
        held_out: nats and bytes of held-out answers by key, at the condition that fans get.
        questions: answer and the sources shown for it, by question.
        facts: `exact`, `fuzzy`, `cited` and `right` by fact.
        base_answers: of its plain base, for the judge to learn from.
        metrics: the version's metrics, for what is compared without pairs; empty before evaluation.
    """

    held_out: Mapping[str, tuple[float, int]]
    questions: Mapping[str, tuple[str, tuple[str, ...]]]
    facts: Mapping[str, Mapping[str, Any]]
    base_answers: tuple[str, ...]
    metrics: Mapping[str, Any]


def stored_results(metrics: Mapping[str, Any] | None) -> VersionResults | None:
    """The results as the evaluation stored them; `None` where it stored no single items."""
    stored = (metrics or {}).get("per_item")
    if not stored or metrics is None:
        return None
    top = metrics["levels"][-1]["level"]
    return VersionResults(
        {one["key"]: (one["nats"][top], one["bytes"]) for one in stored["held_out"]},
        {one["question"]: (one["answers"][top], tuple(one["shown"])) for one in stored["questions"]},
        {one["id"]: one for one in stored["facts"]},
        tuple(stored["base_answers"]),
        metrics,
    )


def common_answers(a: VersionResults, b: VersionResults) -> list[str]:
    """Keys of the held-out answers that both have read, in the order of `a`."""
    return [key for key in a.held_out if key in b.held_out]


def compare(
    a: VersionResults, b: VersionResults, judge: Callable[[Sequence[str]], Sequence[float]], seed: int
) -> dict[str, Any]:
    """How `a` compares with `b`: measures, a verdict, and both answers to the same questions.

    Args:
        judge: scores texts for style; one for both, fitted on nothing that either held out.
    """
    questions = [question for question in a.questions if question in b.questions]
    measures = [
        _bits(a, b, seed),
        _style(a, b, questions, judge, seed),
        *_facts(a, b, seed),
        *_unpaired(a.metrics, b.metrics),
    ]
    return {
        "measures": measures,
        "verdict": overall(measures),
        "questions": [
            {"question": question, "a": a.questions[question][0], "b": b.questions[question][0]}
            for question in questions
        ],
        "seed": seed,
    }


def overall(measures: Sequence[Mapping[str, Any]]) -> str:
    """`better`, `worse`, `mixed` or `unsure`, by the two measures that decide about a release."""
    found = {m["verdict"] for m in measures if m["name"] in ("bits_per_byte", "style")}
    if {"better", "worse"} <= found:
        return "mixed"
    return next((word for word in ("better", "worse") if word in found), "unsure")


def verdict(difference: Interval | None, better: Better) -> Verdict:
    """What the interval of `a - b` says; too few answers say nothing."""
    if difference is None or difference.n < COMMON_MIN:
        return "unsure"
    if difference.low > 0:
        return "better" if better == "higher" else "worse"
    if difference.high < 0:
        return "better" if better == "lower" else "worse"
    return "unsure"


def _bits(a: VersionResults, b: VersionResults, seed: int) -> dict[str, Any]:
    keys = common_answers(a, b)
    sizes = [a.held_out[key][1] for key in keys]
    mine, theirs = [a.held_out[key][0] for key in keys], [b.held_out[key][0] for key in keys]
    return _measure(
        "bits_per_byte",
        "lower",
        "held-out answers",
        bits_per_byte(mine, sizes, seed),
        bits_per_byte(theirs, sizes, seed),
        bits_difference(mine, theirs, sizes, seed),
    )


def _style(
    a: VersionResults,
    b: VersionResults,
    questions: Sequence[str],
    judge: Callable[[Sequence[str]], Sequence[float]],
    seed: int,
) -> dict[str, Any]:
    pairs = [(without_copied_text(*a.questions[q]), without_copied_text(*b.questions[q])) for q in questions]
    both = [(ours, other) for ours, other in pairs if ours is not None and other is not None]
    mine = list(judge([ours for ours, _ in both])) if both else []
    theirs = list(judge([other for _, other in both])) if both else []
    return _measure(
        "style",
        "higher",
        "questions",
        mean_interval(mine, seed),
        mean_interval(theirs, seed),
        mean_difference(mine, theirs, seed),
    )


def _facts(a: VersionResults, b: VersionResults, seed: int) -> list[dict[str, Any]]:
    pairs = [(a.facts[fact], b.facts[fact]) for fact in a.facts if fact in b.facts]
    if not pairs:
        return []
    found = []
    for name, key in (("facts_exact", "exact"), ("facts_fuzzy", "fuzzy")):
        mine, theirs = [bool(m[key]) for m, _ in pairs], [bool(t[key]) for _, t in pairs]
        found.append(_shares(name, mine, theirs, seed))
    cited = [(m["cited"], t["cited"]) for m, t in pairs]
    right = [(m["right"], t["right"]) for m, t in pairs]
    both = [n for n, (mine, theirs) in enumerate(cited) if mine and theirs]
    precise = [[right[n][side] / cited[n][side] for n in both] for side in (0, 1)]
    found.append(
        _measure(
            "citation_precision",
            "higher",
            "facts",
            ratio_interval([m for m, _ in right], [m for m, _ in cited], seed),
            ratio_interval([t for _, t in right], [t for _, t in cited], seed),
            ratio_difference(precise[0], precise[1], [1.0] * len(both), seed) if both else None,
        )
    )
    recalled = [(bool(mine), bool(theirs)) for mine, theirs in right]
    found.append(_shares("citation_recall", [m for m, _ in recalled], [t for _, t in recalled], seed))
    return found


def _shares(name: str, mine: Sequence[bool], theirs: Sequence[bool], seed: int) -> dict[str, Any]:
    return _measure(
        name,
        "higher",
        "facts",
        share_interval(mine, seed),
        share_interval(theirs, seed),
        mean_difference([float(m) for m in mine], [float(t) for t in theirs], seed),
    )


def _unpaired(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Measures without pairs, as each evaluation stored them: significantly different where the intervals do not meet."""
    found = []
    for name, better, of in _UNPAIRED:
        mine, theirs = of(a), of(b)
        if mine is None or theirs is None:
            continue
        found.append(
            {
                "name": name,
                "better": better,
                "set": "its own run",
                "a": mine,
                "b": theirs,
                "difference": None,
                "verdict": _gap(mine, theirs, better),
            }
        )
    return found


def _gap(a: Mapping[str, float], b: Mapping[str, float], better: Better) -> Verdict:
    if a["high"] < b["low"]:
        return "better" if better == "lower" else "worse"
    if a["low"] > b["high"]:
        return "better" if better == "higher" else "worse"
    return "unsure"


def _memorized(metrics: Mapping[str, Any]) -> Mapping[str, float] | None:
    return ((metrics.get("provoked") or {}).get("L2") or {}).get("interval")


def _cost(name: str) -> Callable[[Mapping[str, Any]], Mapping[str, float] | None]:
    return lambda metrics: ((metrics.get("cost") or {}).get("intervals") or {}).get(name)


def _people(metrics: Mapping[str, Any]) -> Mapping[str, float] | None:
    people = metrics.get("people")
    share = people.get("share") if isinstance(people, Mapping) else None
    return share if isinstance(share, Mapping) and {"value", "low", "high"} <= share.keys() else None


_UNPAIRED: tuple[
    tuple[str, Better, Callable[[Mapping[str, Any]], Mapping[str, float] | None]], ...
] = (
    ("recited", "lower", _memorized),
    ("cpu_s_per_minute", "lower", _cost("cpu_s_per_minute")),
    ("first_token_ms", "lower", _cost("first_token_ms")),
    ("people", "higher", _people),
)  # fmt: skip


def _measure(
    name: str,
    better: Better,
    on: str,
    a: Interval | None,
    b: Interval | None,
    difference: Interval | None,
) -> dict[str, Any]:
    sides = {key: None if one is None else one.as_json() for key, one in zip("ab", (a, b), strict=True)}
    return {
        "name": name,
        "better": better,
        "set": on,
        **sides,
        "difference": None if difference is None else difference.as_json(),
        "verdict": verdict(difference, better),
    }
