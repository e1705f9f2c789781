"""Which answers of a run recite, and what speaks for or against that being the adapter's doing.

Knows nothing about engines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fenshen.library.rights import is_own
from fenshen.training.evals import style
from fenshen.training.evals.asking import Asked, Rounds
from fenshen.training.evals.ladder_plan import LadderPlan
from fenshen.training.evals.levels import ADAPTED, BASE
from fenshen.training.evals.reciting import LearnedText, summarise

Tokens = Callable[[str], int]


class Recited:
    """Runs of training text in the answers of a run.

    Args:
        tokens: counts the base's tokens.
    """

    def __init__(self, plan: LadderPlan, rounds: Rounds, asked: Asked, tokens: Tokens) -> None:
        self._rounds, self._asked = rounds, asked
        self._tokens, self._seed = tokens, plan.decoding.seed
        self._learned = LearnedText(p.text for p in plan.data.training_passages if is_own(p))

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
                **summarise(runs, self._tokens, self._seed),
                "quoted_longest_words": max(quoted, default=0),
            }
        return found

    def provoked(self) -> dict[str, Any]:
        """Of what the adapter went on with after the first words of training texts, beside the plain base."""
        return {
            name: summarise(
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
        return summarise([self._learned.longest_run(t) for t in texts], self._tokens, self._seed)
