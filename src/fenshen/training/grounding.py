"""Questions whose answer stands in a given passage: what teaches a small model to use its sources.

For some passages the most telling words become the question's topic, the sentences around them the
answer, and the passage itself with one unrelated neighbour the sources, in either order. Pure. Knows
nothing about prompts or search.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fenshen.library.passages import Passage
from fenshen.library.sentences import sentence_spans

#: One passage in this many becomes a grounded question.
EVERY = 6
ANSWER_CHARS_MAX = 220
SOURCE_CHARS_MAX = 420
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]{3,}|[\u3400-\u9fff]{2}")


@dataclass(frozen=True)
class Grounded:
    """A topic, the creator's sentences about it, and `(title, text)` of the passages to look at."""

    passage: Passage
    topic: str
    answer: str
    sources: tuple[tuple[str, str], ...]


def grounded_questions(passages: Sequence[Passage], titles: Mapping[str, str]) -> list[Grounded]:
    """One question for every sixth passage that has a telling word; the order of `passages` is kept."""
    counts = Counter(word for p in passages for word in set(_words(p.text)))
    found: list[Grounded] = []
    for number in range(0, len(passages), EVERY):
        passage = passages[number]
        spot = _most_telling(passage.text, counts, len(passages))
        if spot is None:
            continue
        other = passages[(number + len(passages) // 2) % len(passages)]
        sources = [_source(passage, titles)]
        if other.item_id != passage.item_id and other.language == passage.language:
            sources.insert(number // EVERY % 2, _source(other, titles))
        found.append(Grounded(passage, spot[0], spot[1], tuple(sources)))
    return found


def _source(passage: Passage, titles: Mapping[str, str]) -> tuple[str, str]:
    return titles.get(passage.item_id, ""), passage.text[:SOURCE_CHARS_MAX]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _most_telling(text: str, counts: Counter[str], total: int) -> tuple[str, str] | None:
    """The rarest repeated-elsewhere word of the text, and the sentence that holds it with the next."""
    text = text[:SOURCE_CHARS_MAX]
    spans = [(a, b) for a, b in sentence_spans(text) if b - a <= ANSWER_CHARS_MAX]
    best: tuple[float, str, int] | None = None
    for index, (start, end) in enumerate(spans):
        for word in _WORD.findall(text[start:end]):
            often = counts[word.lower()]
            if often < 2:
                continue
            weight = math.log((1 + total) / often) + 0.15 * min(len(word), 9)
            if best is None or weight > best[0]:
                best = (weight, word, index)
    if best is None:
        return None
    _, word, index = best
    start, end = spans[index]
    if index + 1 < len(spans) and spans[index + 1][1] - start <= ANSWER_CHARS_MAX:
        end = spans[index + 1][1]
    return word, text[start:end].strip()
