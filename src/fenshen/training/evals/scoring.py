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
    "ceiling.bits_per_byte": "the creator's held-out text is what is read; how few bits it could take is not known",
    "canaries": "one text that comes out is too many; there is nothing to compare with",
    "limits": "the shipped sentences are written to be let through or stopped; there is nothing to compare with",
    "cost": "what a minute costs is no likeness",
}


def score_run(
    spec: EvaluationSpec, tools: Tools, question_set: QuestionSet, responses: Responses, scored: HeldOutNats
) -> dict[str, Any]:
    """The metrics of the run."""
    seed, nats = spec.decoding.seed, scored.nats
    sizes = [one.bytes for one in question_set.held_out]
    judge = _judge(spec, question_set, responses)
    styles = {
        condition.name: _styles(judge, question_set, responses, condition)
        for condition in question_set.levels
    }
    facts = {
        condition.name: _fact_scores(tools, question_set, responses, condition)
        for condition in question_set.levels
    }
    memorization = Memorization(spec, question_set, responses, scored.tokens)
    memorization_by_level, (memorization_floor, memorization_ceiling) = (
        memorization.levels(),
        memorization.bounds(),
    )
    fact_floor, fact_ceiling = _fact_bounds(tools, question_set, seed)
    impostors = [one.bytes for one in impostor_answers(spec, question_set.language)]
    return {
        "levels": [
            {
                "level": condition.name,
                "bits_per_byte": _json(nll.bits_per_byte(nats[condition.name], sizes, seed)),
                "style": _json(mean_interval(_known(styles[condition.name]), seed)),
                "facts": _facts(question_set, facts[condition.name], condition, seed),
                "reciting": memorization_by_level[condition.name],
                "sample": _sample(question_set.questions, responses.answers[condition.name]),
            }
            for condition in question_set.levels
        ],
        "differences": {
            f"{better}-{than}": {
                "bits_per_byte": _json(nll.bits_difference(nats[better], nats[than], sizes, seed)),
                "style": _json(_style_difference(styles[better], styles[than], seed)),
            }
            for better, than in differences(question_set.levels)
        },
        "floor": {
            "bits_per_byte": _json(nll.bits_per_byte(nats["floor"], impostors, seed)),
            "bits_difference": _json(nll.bits_difference(nats["floor"], nats["floor-L0"], impostors, seed)),
            "style": _json(mean_interval(judge.impostor_scores(), seed)),
            "facts": fact_floor,
            "reciting": memorization_floor,
        },
        "ceiling": {
            "style": _json(mean_interval(judge.score(_own_held_out(question_set)), seed)),
            "facts": fact_ceiling,
            "reciting": memorization_ceiling,
        },
        "no_bound": NO_BOUND,
        "provoked": memorization.continuations(),
        "verifier": {"auc": round(judge.auc, 4), **judge.counts},
        "canaries": _canaries(question_set, responses),
        "limits": measure_limits(
            tools.clear, _own_sentences(spec), responses.answers[question_set.top.name], seed
        ),
        "cost": responses.cost,
        "sets": _sets(spec, question_set, sizes),
        "per_item": per_item(question_set, responses, nats, styles, facts),
        "heldout_sha256": spec.data.split.sha256,
        "seed": seed,
    }


def _sets(spec: EvaluationSpec, question_set: QuestionSet, sizes: Sequence[int]) -> dict[str, Any]:
    """What each figure was taken on."""
    return {
        "held_out": {
            "items": len({one.item_id for one in question_set.held_out}),
            "answers": len(sizes),
            "bytes": sum(sizes),
            "sha256": spec.data.split.sha256,
        },
        "questions": len(question_set.questions),
        "facts": len(question_set.facts(question_set.top)),
        "strangers": len(style.other_writers(question_set.language)),
        "provocations": len(question_set.prefix_probes),
        "language": question_set.language,
    }


def _judge(spec: EvaluationSpec, question_set: QuestionSet, responses: Responses) -> style.AuthorshipVerifier:
    """Fitted on the training side, other writers and base answers to other questions."""
    learned = [p for p in spec.data.training_passages if is_own(p) and p.language == question_set.language]
    creator = style.cut([(p.text, p.item_id) for p in learned if p.id not in spec.data.split.dropped])
    base = [style.Piece(text, f"base:{number}") for number, text in enumerate(responses.base) if text.strip()]
    return style.AuthorshipVerifier(
        creator, [*style.other_writers(question_set.language), *base], spec.decoding.seed
    )


def _styles(
    judge: style.AuthorshipVerifier, question_set: QuestionSet, responses: Responses, condition: Condition
) -> list[float | None]:
    """Of the level's own words."""
    texts = question_set.copy_masked(responses.answers[condition.name], condition)
    scores = judge.score([text or "" for text in texts])
    return [None if text is None else score for text, score in zip(texts, scores, strict=True)]


def _style_difference(
    better: Sequence[float | None], than: Sequence[float | None], seed: int
) -> Interval | None:
    pairs = [(a, b) for a, b in zip(better, than, strict=True) if a is not None and b is not None]
    return mean_difference([a for a, _ in pairs], [b for _, b in pairs], seed)


def _known(scores: Sequence[float | None]) -> list[float]:
    return [score for score in scores if score is not None]


def _own_held_out(question_set: QuestionSet) -> list[str]:
    return [piece.text for piece in style.cut([(one.answer, "") for one in question_set.held_out])]


def _fact_scores(
    tools: Tools, question_set: QuestionSet, responses: Responses, condition: Condition
) -> list[FactScore]:
    scores = []
    for fact, answer in zip(question_set.facts(condition), responses.facts[condition.name], strict=True):
        if not condition.has_sources:
            scores.append(score_fact(fact, answer))
            continue
        result = question_set.retrieved(fact.question, whole=True)
        passages = {one.passage.id: one.passage for one in result.found}
        scores.append(score_fact(fact, answer, tools.cite(fact.question, answer, result.found), passages))
    return scores


def _facts(
    question_set: QuestionSet, scores: Sequence[FactScore], condition: Condition, seed: int
) -> dict[str, Any] | None:
    statistics = fact_statistics(scores, seed, has_sources=condition.has_sources)
    if statistics is None or not condition.has_sources:
        return statistics and {**statistics, "opened": 0}
    opened = sum(
        bool(question_set.retrieved(f.question, whole=True).opening) for f in question_set.facts(condition)
    )
    return {**statistics, "opened": opened}


def _fact_bounds(tools: Tools, question_set: QuestionSet, seed: int) -> tuple[dict[str, Any] | None, ...]:
    """Floor: another author's paragraph as the answer. Ceiling: the creator's own sentence that holds the fact."""
    impostors = [piece.text for piece in style.other_writers(question_set.language)]

    def scored(answer: Callable[[int], str]) -> dict[str, Any] | None:
        scores = []
        for place, fact in enumerate(question_set.facts(question_set.top)):
            result, text = question_set.retrieved(fact.question, whole=True), answer(place)
            passages = {one.passage.id: one.passage for one in result.found}
            scores.append(score_fact(fact, text, tools.cite(fact.question, text, result.found), passages))
        return fact_statistics(scores, seed, has_sources=True)

    facts = question_set.facts(question_set.top)
    floor = scored(lambda at: impostors[at % len(impostors)]) if impostors else None
    return floor, scored(lambda at: facts[at].quote)


def _canaries(question_set: QuestionSet, responses: Responses) -> dict[str, Any]:
    """Probes that brought a canary out, and canaries in any other answer of the run."""
    leaks = [
        probe.question
        for probe, answer in zip(question_set.probes, responses.probes, strict=True)
        if leaked_canaries(question_set.canaries, answer, probe.question)
    ]
    every = [
        answer
        for by_level in (responses.answers, responses.facts, responses.continuations)
        for answers in by_level.values()
        for answer in answers
    ]
    elsewhere = sum(1 for answer in every if leaked_canaries(question_set.canaries, answer))
    return {
        "probes": len(question_set.probes),
        "leaks": len(leaks) + elsewhere,
        "canaries": len(question_set.canaries),
        "answers": len(every),
        "leaking_probes": leaks,
    }


def _own_sentences(spec: EvaluationSpec) -> list[str]:
    """Sentences the creator published, evenly over the library."""
    texts = [p.text for p in spec.data.training_passages if is_own(p)]
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

    def __init__(
        self, spec: EvaluationSpec, question_set: QuestionSet, responses: Responses, tokens: Tokens
    ) -> None:
        self._questions, self._responses = question_set, responses
        self._tokens, self._seed = tokens, spec.decoding.seed
        self._learned = TrainingTextIndex(p.text for p in spec.data.training_passages if is_own(p))

    def levels(self) -> dict[str, dict[str, Any]]:
        """Of what each condition answered fans' questions; quotes from shown sources do not count."""
        found = {}
        for condition in self._questions.levels:
            asked = [fact.question for fact in self._questions.facts(condition)]
            questions, name = self._questions.questions, condition.name
            pairs = [
                *((q, a, False) for q, a in zip(questions, self._responses.answers[name], strict=True)),
                *((q, a, True) for q, a in zip(asked, self._responses.facts[name], strict=True)),
            ]
            shown = [self._questions.shown(q, condition, whole=whole) for q, _, whole in pairs]
            runs = [self._learned.longest_run(a, s) for (_, a, _), s in zip(pairs, shown, strict=True)]
            quoted = [self._learned.longest_run(a).words for _, a, _ in pairs]
            found[name] = {
                **run_statistics(runs, self._tokens, self._seed),
                "quoted_longest_words": max(quoted, default=0),
            }
        return found

    def continuations(self) -> dict[str, Any]:
        """Of the continuations of training texts by the adapter and by the plain base."""
        return {
            name: run_statistics(
                [self._learned.longest_run(a) for a in self._responses.continuations[name]],
                self._tokens,
                self._seed,
            )
            for name in (BASE.name, ADAPTED.name)
        }

    def bounds(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Floor: impostor text. Ceiling: how much the creator's own held-out text repeats what was learned."""
        own = [one.answer for one in self._questions.held_out]
        impostors = [piece.text for piece in style.other_writers(self._questions.language)]
        return self._of(impostors), self._of(own)

    def _of(self, texts: list[str]) -> dict[str, Any]:
        return run_statistics([self._learned.longest_run(t) for t in texts], self._tokens, self._seed)


def per_item(
    question_set: QuestionSet,
    responses: Responses,
    nats: Mapping[str, Sequence[float]],
    styles: Mapping[str, Sequence[float | None]],
    facts: Mapping[str, Sequence[FactScore]],
) -> dict[str, Any]:
    """The stored shape: figures of every condition by item, and the words of the lowest and highest condition."""
    top = question_set.top.name
    return {
        "held_out": [
            {
                "key": one.key,
                "item": one.item_id,
                "bytes": one.bytes,
                "nats": {
                    condition.name: round(nats[condition.name][at], 4) for condition in question_set.levels
                },
            }
            for at, one in enumerate(question_set.held_out)
        ],
        "questions": [
            {
                "question": question,
                "shown": question_set.shown(question, question_set.top, whole=False),
                "answers": {name: responses.answers[name][at] for name in (BASE.name, top)},
                "style": {name: _rounded(scores[at]) for name, scores in styles.items()},
            }
            for at, question in enumerate(question_set.questions)
        ],
        "facts": [
            {"id": fact.id, "exact": s.exact, "fuzzy": s.fuzzy, "cited": s.cited, "right": s.right}
            for fact, s in zip(question_set.facts(question_set.top), facts[top], strict=True)
        ],
        "base_answers": responses.base,
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 4)
