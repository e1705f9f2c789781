"""Answers and held-out text become figures with intervals: the metrics of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fenshen.library.rights import is_own
from fenshen.library.sentences import sentence_spans
from fenshen.training.evals import nll, style
from fenshen.training.evals.conditions import ADAPTED, BASE, Condition, differences
from fenshen.training.evals.facts import FactScore, fact_statistics, score_fact
from fenshen.training.evals.intervals import Interval, mean_difference, mean_interval
from fenshen.training.evals.memorization import TrainingTextIndex, run_statistics
from fenshen.training.evals.responses import HeldOutNats, QuestionSet, Responses, impostor_answers
from fenshen.training.evals.run import EvaluationSpec, Tools
from fenshen.training.evals.safety import leaked_canaries, measure_limits

SAMPLES = 3
OWN_SENTENCES = 60
#: Why a measure has no floor or no ceiling.
NO_BOUND = {
    "ceiling.bits_per_byte": "the creator's held-out text is what is read; nobody knows how few bits it could take",
    "canaries": "one text that comes out is too many; there is nothing to compare with",
    "limits": "the shipped sentences are written to be let through or stopped; there is nothing to compare with",
    "cost": "what a minute costs is no likeness",
}


def score_run(
    plan: EvaluationSpec, tools: Tools, rounds: QuestionSet, asked: Responses, scored: HeldOutNats
) -> dict[str, Any]:
    """The metrics of the run."""
    seed, nats = plan.decoding.seed, scored.nats
    sizes = [one.bytes for one in rounds.held_out]
    judge = _judge(plan, rounds, asked)
    styles = {level.name: _styles(judge, rounds, asked, level) for level in rounds.levels}
    facts = {level.name: _fact_scores(tools, rounds, asked, level) for level in rounds.levels}
    recited = Memorization(plan, rounds, asked, scored.tokens)
    recited_levels, (recited_floor, recited_ceiling) = recited.levels(), recited.bounds()
    fact_floor, fact_ceiling = _fact_bounds(tools, rounds, seed)
    strangers = [one.bytes for one in impostor_answers(plan, rounds.language)]
    return {
        "levels": [
            {
                "level": level.name,
                "bits_per_byte": _json(nll.bits_per_byte(nats[level.name], sizes, seed)),
                "style": _json(mean_interval(_told(styles[level.name]), seed)),
                "facts": _facts(rounds, facts[level.name], level, seed),
                "reciting": recited_levels[level.name],
                "sample": _sample(rounds.questions, asked.answers[level.name]),
            }
            for level in rounds.levels
        ],
        "differences": {
            f"{better}-{than}": {
                "bits_per_byte": _json(nll.bits_difference(nats[better], nats[than], sizes, seed)),
                "style": _json(_style_difference(styles[better], styles[than], seed)),
            }
            for better, than in differences(rounds.levels)
        },
        "floor": {
            "bits_per_byte": _json(nll.bits_per_byte(nats["floor"], strangers, seed)),
            "bits_difference": _json(nll.bits_difference(nats["floor"], nats["floor-L0"], strangers, seed)),
            "style": _json(mean_interval(judge.strangers(), seed)),
            "facts": fact_floor,
            "reciting": recited_floor,
        },
        "ceiling": {
            "style": _json(mean_interval(judge.score(_own_held_out(rounds)), seed)),
            "facts": fact_ceiling,
            "reciting": recited_ceiling,
        },
        "no_bound": NO_BOUND,
        "provoked": recited.provoked(),
        "verifier": {"auc": round(judge.auc, 4), **judge.counts},
        "canaries": _canaries(rounds, asked),
        "limits": measure_limits(tools.clear, _own_sentences(plan), asked.answers[rounds.top.name], seed),
        "cost": asked.cost,
        "sets": _sets(plan, rounds, sizes),
        "per_item": per_item(rounds, asked, nats, styles, facts),
        "heldout_sha256": plan.data.split.sha256,
        "seed": seed,
    }


def _sets(plan: EvaluationSpec, rounds: QuestionSet, sizes: Sequence[int]) -> dict[str, Any]:
    """What each figure was taken on."""
    return {
        "held_out": {
            "items": len({one.item_id for one in rounds.held_out}),
            "answers": len(sizes),
            "bytes": sum(sizes),
            "sha256": plan.data.split.sha256,
        },
        "questions": len(rounds.questions),
        "facts": len(rounds.facts(rounds.top)),
        "strangers": len(style.other_writers(rounds.language)),
        "provocations": len(rounds.provocations),
        "language": rounds.language,
    }


def _judge(plan: EvaluationSpec, rounds: QuestionSet, asked: Responses) -> style.AuthorshipVerifier:
    """Fitted on the training side, other writers and base answers to other questions."""
    learned = [p for p in plan.data.training_passages if is_own(p) and p.language == rounds.language]
    creator = style.cut([(p.text, p.item_id) for p in learned if p.id not in plan.data.split.dropped])
    base = [style.Piece(text, f"base:{number}") for number, text in enumerate(asked.base) if text.strip()]
    return style.AuthorshipVerifier(
        creator, [*style.other_writers(rounds.language), *base], plan.decoding.seed
    )


def _styles(
    judge: style.AuthorshipVerifier, rounds: QuestionSet, asked: Responses, level: Condition
) -> list[float | None]:
    """Of the level's own words."""
    told = rounds.own(asked.answers[level.name], level)
    scores = judge.score([text or "" for text in told])
    return [None if text is None else score for text, score in zip(told, scores, strict=True)]


def _style_difference(
    better: Sequence[float | None], than: Sequence[float | None], seed: int
) -> Interval | None:
    pairs = [(a, b) for a, b in zip(better, than, strict=True) if a is not None and b is not None]
    return mean_difference([a for a, _ in pairs], [b for _, b in pairs], seed)


def _told(scores: Sequence[float | None]) -> list[float]:
    return [score for score in scores if score is not None]


def _own_held_out(rounds: QuestionSet) -> list[str]:
    return [piece.text for piece in style.cut([(one.answer, "") for one in rounds.held_out])]


def _fact_scores(tools: Tools, rounds: QuestionSet, asked: Responses, level: Condition) -> list[FactScore]:
    scores = []
    for fact, answer in zip(rounds.facts(level), asked.facts[level.name], strict=True):
        if not level.sourced:
            scores.append(score_fact(fact, answer))
            continue
        looked = rounds.looked(fact.question, whole=True)
        passages = {one.passage.id: one.passage for one in looked.found}
        scores.append(score_fact(fact, answer, tools.cite(fact.question, answer, looked.found), passages))
    return scores


def _facts(
    rounds: QuestionSet, scores: Sequence[FactScore], level: Condition, seed: int
) -> dict[str, Any] | None:
    told = fact_statistics(scores, seed, sourced=level.sourced)
    if told is None or not level.sourced:
        return told and {**told, "opened": 0}
    opened = sum(bool(rounds.looked(f.question, whole=True).opening) for f in rounds.facts(level))
    return {**told, "opened": opened}


def _fact_bounds(tools: Tools, rounds: QuestionSet, seed: int) -> tuple[dict[str, Any] | None, ...]:
    """Floor: a stranger's paragraph as the answer. Ceiling: the creator's own sentence that holds the fact."""
    strangers = [piece.text for piece in style.other_writers(rounds.language)]

    def scored(answer: Callable[[int], str]) -> dict[str, Any] | None:
        scores = []
        for place, fact in enumerate(rounds.facts(rounds.top)):
            looked, said = rounds.looked(fact.question, whole=True), answer(place)
            passages = {one.passage.id: one.passage for one in looked.found}
            scores.append(score_fact(fact, said, tools.cite(fact.question, said, looked.found), passages))
        return fact_statistics(scores, seed, sourced=True)

    facts = rounds.facts(rounds.top)
    floor = scored(lambda at: strangers[at % len(strangers)]) if strangers else None
    return floor, scored(lambda at: facts[at].quote)


def _canaries(rounds: QuestionSet, asked: Responses) -> dict[str, Any]:
    """Probes that brought a canary out, and canaries in any other answer of the run."""
    leaks = [
        probe.question
        for probe, answer in zip(rounds.probes, asked.probes, strict=True)
        if leaked_canaries(rounds.canaries, answer, probe.question)
    ]
    told = [
        answer
        for by_level in (asked.answers, asked.facts, asked.provoked)
        for answers in by_level.values()
        for answer in answers
    ]
    elsewhere = sum(1 for answer in told if leaked_canaries(rounds.canaries, answer))
    return {
        "probes": len(rounds.probes),
        "leaks": len(leaks) + elsewhere,
        "canaries": len(rounds.canaries),
        "answers": len(told),
        "leaking_probes": leaks,
    }


def _own_sentences(plan: EvaluationSpec) -> list[str]:
    """Sentences the creator published, evenly over the library."""
    texts = [p.text for p in plan.data.training_passages if is_own(p)]
    found = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    step = max(1, len(found) // OWN_SENTENCES)
    return found[::step][:OWN_SENTENCES]


def _sample(questions: Sequence[str], answers: Sequence[str]) -> list[dict[str, str]]:
    step = max(1, len(questions) // SAMPLES)
    pairs = list(zip(questions, answers, strict=True))[::step][:SAMPLES]
    return [{"question": question, "answer": answer} for question, answer in pairs]


def _json(interval: Interval | None) -> dict[str, float | int] | None:
    return None if interval is None else interval.as_json()


Tokens = Callable[[str], int]


class Memorization:
    """Runs of training text in the answers of a run.

    Args:
        tokens: counts the base's tokens.
    """

    def __init__(self, plan: EvaluationSpec, rounds: QuestionSet, asked: Responses, tokens: Tokens) -> None:
        self._rounds, self._asked = rounds, asked
        self._tokens, self._seed = tokens, plan.decoding.seed
        self._learned = TrainingTextIndex(p.text for p in plan.data.training_passages if is_own(p))

    def levels(self) -> dict[str, dict[str, Any]]:
        """Of what each level answered fans' questions; quotes from shown sources do not count."""
        found = {}
        for level in self._rounds.levels:
            asked = [fact.question for fact in self._rounds.facts(level)]
            questions, name = self._rounds.questions, level.name
            told = [
                *((q, a, False) for q, a in zip(questions, self._asked.answers[name], strict=True)),
                *((q, a, True) for q, a in zip(asked, self._asked.facts[name], strict=True)),
            ]
            shown = [self._rounds.shown(q, level, whole=whole) for q, _, whole in told]
            runs = [self._learned.longest_run(a, s) for (_, a, _), s in zip(told, shown, strict=True)]
            quoted = [self._learned.longest_run(a).words for _, a, _ in told]
            found[name] = {
                **run_statistics(runs, self._tokens, self._seed),
                "quoted_longest_words": max(quoted, default=0),
            }
        return found

    def provoked(self) -> dict[str, Any]:
        """Of what the adapter went on with after the first words of training texts, beside the plain base."""
        return {
            name: run_statistics(
                [self._learned.longest_run(a) for a in self._asked.provoked[name]], self._tokens, self._seed
            )
            for name in (BASE.name, ADAPTED.name)
        }

    def bounds(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Floor: strangers' text. Ceiling: how much the creator's own held-out text repeats what was learned."""
        own = [one.answer for one in self._rounds.held_out]
        strangers = [piece.text for piece in style.other_writers(self._rounds.language)]
        return self._of(strangers), self._of(own)

    def _of(self, texts: list[str]) -> dict[str, Any]:
        return run_statistics([self._learned.longest_run(t) for t in texts], self._tokens, self._seed)


def per_item(
    rounds: QuestionSet,
    asked: Responses,
    nats: Mapping[str, Sequence[float]],
    styles: Mapping[str, Sequence[float | None]],
    facts: Mapping[str, Sequence[FactScore]],
) -> dict[str, Any]:
    """The stored shape: figures of every level by item, and the words of the lowest and highest level."""
    top = rounds.top.name
    return {
        "held_out": [
            {
                "key": one.key,
                "item": one.item_id,
                "bytes": one.bytes,
                "nats": {level.name: round(nats[level.name][at], 4) for level in rounds.levels},
            }
            for at, one in enumerate(rounds.held_out)
        ],
        "questions": [
            {
                "question": question,
                "shown": rounds.shown(question, rounds.top, whole=False),
                "answers": {name: asked.answers[name][at] for name in (BASE.name, top)},
                "style": {name: _rounded(scores[at]) for name, scores in styles.items()},
            }
            for at, question in enumerate(rounds.questions)
        ],
        "facts": [
            {"id": fact.id, "exact": s.exact, "fuzzy": s.fuzzy, "cited": s.cited, "right": s.right}
            for fact, s in zip(rounds.facts(rounds.top), facts[top], strict=True)
        ],
        "base_answers": asked.base,
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
