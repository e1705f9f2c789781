"""An answer without what it copied from the sources before it. Pure; knows nothing about judges."""

from __future__ import annotations

from collections.abc import Sequence

from fenshen.training.evals.reciting import LearnedText
from fenshen.training.evals.words import placed_words

#: A run of this many words that stands in a source is a quote.
QUOTED_MIN = 6
#: Fewer words of its own than this say nothing about a manner.
OWN_MIN = 6


def own_words(answer: str, shown: Sequence[str]) -> str | None:
    """`answer` without its quotes; `None` when it is little but quotes.

    Args:
        shown: the sources that stood in the prompt.
    """
    told = placed_words(answer)
    if not shown or not told:
        return answer
    kept = LearnedText(shown).unshared(told, QUOTED_MIN)
    if sum(map(len, kept)) == len(told):
        return answer
    if sum(map(len, kept)) < min(OWN_MIN, len(told)):
        return None
    ends = [*(word.start for word in told[1:]), len(answer)]
    following = {word.start: end for word, end in zip(told, ends, strict=True)}
    return " ".join(answer[piece[0].start : following[piece[-1].start]].strip() for piece in kept)
