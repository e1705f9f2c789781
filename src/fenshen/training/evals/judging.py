"""The scoring half of the ladder: answers and held-out text become figures with intervals.

Knows nothing about engines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fenshen.library.rights import is_own
from fenshen.library.sentences import sentence_spans
from fenshen.models.text import Message
from fenshen.training.evals import bits, style
from fenshen.training.evals.asking import TOP, Asked, Rounds, Steps
from fenshen.training.evals.bits import AnswerScorer, HeldOut
from fenshen.training.evals.canaries import leaked
from fenshen.training.evals.facts import score_fact
from fenshen.training.evals.facts import summarise as summarise_facts
from fenshen.training.evals.intervals import Interval, mean_difference, mean_interval
from fenshen.training.evals.levels import COMPARED, LEVELS, Level
from fenshen.training.evals.limits import measure_limits
from fenshen.training.evals.parts import Parts
from fenshen.training.evals.reciting import RUN_MIN, LearnedText

if TYPE_CHECKING:
    from fenshen.training.evals.ladder import LadderPlan, Tools

ADAPTED = next(level for level in LEVELS if level.name == "L2")
SAMPLES = 3
OWN_SENTENCES = 60
STRANGER_PROMPT = {"en": "What's on your mind?", "zh": "你在想什么？"}


async def score_held_out(
    plan: LadderPlan, tools: Tools, rounds: Rounds, parts: Parts, steps: Steps
) -> dict[str, list[float]]:
    """Nats of every held-out answer at every level, and of strangers' text with and without the adapter."""
    held_out = await asyncio.to_thread(
        lambda: [replace(o, sources=tuple(rounds.looked(o.question).sources)) for o in rounds.held_out]
    )
    loaded: list[AnswerScorer] = []

    def score(texts: Sequence[HeldOut], level: Level) -> list[float]:
        if not loaded:
            loaded.append(tools.scorer())
        return bits.level_nats(texts, level, loaded[0], steps.step)

    nats: dict[str, list[float]] = {}
    for level in LEVELS:
        steps.begin(f"{level.name} reads {len(held_out)} held-out answers", len(held_out))
        nats[level.name] = await parts.get(
            f"bits-{level.name}", partial(asyncio.to_thread, score, held_out, level)
        )
    strangers = stranger_answers(plan, rounds.language)
    steps.begin("reading strangers' text for comparison", 2 * plan.sizes.strangers)
    for name, level in (("floor", ADAPTED), ("floor-L0", LEVELS[0])):
        nats[name] = await parts.get(f"bits-{name}", partial(asyncio.to_thread, score, strangers, level))
    return nats


def stranger_answers(plan: LadderPlan, language: str) -> list[HeldOut]:
    """Other writers' paragraphs as if the creator had said them."""
    found = style.other_writers(language)
    step = max(1, len(found) // plan.sizes.strangers)
    asked = (Message(role="user", content=STRANGER_PROMPT.get(language, STRANGER_PROMPT["en"])),)
    system = plan.data.system(language)
    return [HeldOut(system, asked, piece.text, language) for piece in found[::step][: plan.sizes.strangers]]


def summarise(
    plan: LadderPlan, tools: Tools, rounds: Rounds, asked: Asked, nats: Mapping[str, list[float]]
) -> dict[str, Any]:
    """The metrics of the run."""
    seed = plan.decoding.seed
    sizes = [one.bytes for one in rounds.held_out]
    judge = _judge(plan, rounds, asked)
    scores = {level.name: judge.score(asked.answers[level.name]) for level in LEVELS}
    recited = _reciting(plan, rounds, asked)
    levels = [
        {
            "level": level.name,
            "bits_per_byte": _json(bits.bits_per_byte(nats[level.name], sizes, seed)),
            "style": _json(mean_interval(scores[level.name], seed)),
            "facts": _facts(tools, rounds, asked, level, seed),
            "reciting": recited[level.name],
            "sample": _sample(rounds.questions, asked.answers[level.name]),
        }
        for level in LEVELS
    ]
    strangers = [one.bytes for one in stranger_answers(plan, rounds.language)]
    return {
        "levels": levels,
        "differences": {
            f"{better}-{than}": {
                "bits_per_byte": _json(bits.bits_difference(nats[better], nats[than], sizes, seed)),
                "style": _json(mean_difference(scores[better], scores[than], seed)),
            }
            for better, than in COMPARED
        },
        "floor": {
            "bits_per_byte": _json(bits.bits_per_byte(nats["floor"], strangers, seed)),
            "bits_difference": _json(bits.bits_difference(nats["floor"], nats["floor-L0"], strangers, seed)),
            "style": _json(mean_interval(judge.strangers(), seed)),
        },
        "ceiling": {"style": _json(mean_interval(judge.score(_own_held_out(rounds)), seed))},
        "verifier": {"auc": round(judge.auc, 4), **judge.counts},
        "canaries": _canaries(rounds, asked),
        "limits": measure_limits(tools.clear, _own_sentences(plan), asked.answers[TOP.name]),
        "cost": asked.cost,
        "heldout_sha256": plan.data.split.sha256,
        "seed": seed,
    }


def _judge(plan: LadderPlan, rounds: Rounds, asked: Asked) -> style.StyleJudge:
    """Fitted on the training side, other writers and base answers to other questions."""
    learned = [p for p in plan.data.training_passages if is_own(p) and p.language == rounds.language]
    creator = style.cut([(p.text, p.item_id) for p in learned if p.id not in plan.data.split.dropped])
    base = [style.Piece(text, f"base:{number}") for number, text in enumerate(asked.base) if text.strip()]
    return style.StyleJudge(creator, [*style.other_writers(rounds.language), *base], plan.decoding.seed)


def _own_held_out(rounds: Rounds) -> list[str]:
    return [piece.text for piece in style.cut([(one.answer, "") for one in rounds.held_out])]


def _facts(tools: Tools, rounds: Rounds, asked: Asked, level: Level, seed: int) -> dict[str, Any] | None:
    scores, opened = [], 0
    for fact, answer in zip(rounds.facts(level), asked.facts[level.name], strict=True):
        if not level.sourced:
            scores.append(score_fact(fact, answer))
            continue
        looked = rounds.looked(fact.question, whole=True)
        passages = {one.passage.id: one.passage for one in looked.found}
        scores.append(score_fact(fact, answer, tools.cite(fact.question, answer, looked.found), passages))
        opened += bool(looked.opening)
    told = summarise_facts(scores, seed, sourced=level.sourced)
    return told and {**told, "opened": opened}


def _reciting(plan: LadderPlan, rounds: Rounds, asked: Asked) -> dict[str, dict[str, Any]]:
    learned = LearnedText(p.text for p in plan.data.training_passages if is_own(p))
    found = {}
    for level in LEVELS:
        facts = [fact.question for fact in rounds.facts(level)]
        told = [
            *((q, a, False) for q, a in zip(rounds.questions, asked.answers[level.name], strict=True)),
            *((q, a, True) for q, a in zip(facts, asked.facts[level.name], strict=True)),
        ]
        runs = [learned.longest_run(a, rounds.shown(q, level, whole=whole)) for q, a, whole in told]
        found[level.name] = {
            "longest": max(runs, default=0),
            "share": round(sum(run >= RUN_MIN for run in runs) / max(1, len(runs)), 4),
            "quoted_longest": max((learned.longest_run(a) for _, a, _ in told), default=0),
            "n": len(runs),
        }
    return found


def _canaries(rounds: Rounds, asked: Asked) -> dict[str, Any]:
    """Probes that brought a canary out, and canaries in any other answer of the run."""
    leaks = [
        probe.question
        for probe, answer in zip(rounds.probes, asked.probes, strict=True)
        if leaked(rounds.canaries, answer, probe.question)
    ]
    told = [
        *(answer for answers in asked.answers.values() for answer in answers),
        *(answer for answers in asked.facts.values() for answer in answers),
    ]
    elsewhere = sum(1 for answer in told if leaked(rounds.canaries, answer))
    return {
        "probes": len(rounds.probes),
        "leaks": len(leaks) + elsewhere,
        "canaries": len(rounds.canaries),
        "answers": len(told),
        "leaking_probes": leaks,
    }


def _own_sentences(plan: LadderPlan) -> list[str]:
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
