"""Questions whose answer stands in a given passage: what teaches a small model to use its sources.

For some passages the most telling words become the question's topic and the sentences around them the
answer. Pure. Knows nothing about prompts or search.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fenshen.library.language import count_han
from fenshen.library.passages import Passage
from fenshen.library.privacy.pseudonyms import shortened
from fenshen.library.privacy.readable import readable
from fenshen.library.prompt import Source
from fenshen.library.sentences import sentence_spans
from fenshen.trust.lexicon import common_words

ANSWER_CHARS_MAX = 220
#: Shorter answers say too little to be looked up (a Chinese character says as much as two Latin ones).
ANSWER_CHARS_MIN = 40
SOURCE_CHARS_MAX = 420
_DETERMINER = r"(?:the|an?|my|your|his|her|its|our|their|this|that|these|those|every|one|two)"
_AFTER = (
    r"(?:[,.;:!?]|$|\s+(?:is|are|was|were|has|had|and|or|but|of|in|on|at|to|for|with|from|by|that|which|who|will|"
    r"would|can|could|goes|does|did|when|where|if|so|as|than|then|because|until|while|into|out|up|down)\b)"
)
#: A noun, told by the determiner before it and by what follows: "the green tin,", "a music box that".
_NOUN = re.compile(rf"\b{_DETERMINER} ((?:[a-z]+ )?([a-z]{{4,}}))(?={_AFTER})", re.IGNORECASE)
#: Adjectives that say nothing about a thing out of its sentence.
_EMPTY = frozenset(
    {"own", "only", "same", "whole", "next", "first", "last", "second", "very", "little", "entire"}
)
#: Characters that no name of a thing has: a pair with one of them is cut out of a sentence, not a word.
_HAN_FUNCTION = frozenset(
    "我你您他她它们的了是在不也就都很有和与着过吗呢吧这那一二两三四五六七八九十个说把被给让到去来上下里么什怎为以又再还会要可没只从对能得地自己已却而且但因所如等人时候年月日天啊呀哦嗯多少些几"
)


@dataclass(frozen=True)
class Place:
    """Which passages are asked about: the one at `first`, and every so many after it."""

    every: int
    first: int = 0


@dataclass(frozen=True)
class Grounded:
    """A topic and the creator's sentences about it.

    Attributes:
        topic: as one asks about it.
        word: what the topic is told by.
        passage: holds them, at `index` of all passages.
        other: an unrelated passage of the same language, where there is one.
        number: counts the places that were looked at.
    """

    passage: Passage
    topic: str
    word: str
    answer: str
    other: Passage | None
    index: int
    number: int


def grounded_questions(passages: Sequence[Passage], place: Place) -> list[Grounded]:
    """One question for every passage at a place that has a telling word; the order of `passages` is kept."""
    counts = Counter(word for p in passages for word in set(_words(p.text)))
    found: list[Grounded] = []
    for number, index in enumerate(range(place.first, len(passages), place.every)):
        passage = passages[index]
        spot = _most_telling(passage.text, counts, len(passages))
        if spot is None:
            continue
        other = passages[(index + len(passages) // 2) % len(passages)]
        unrelated = other.item_id != passage.item_id and other.language == passage.language
        found.append(Grounded(passage, *spot, other if unrelated else None, index, number))
    return found


def source_of(passage: Passage, titles: Mapping[str, str]) -> Source:
    """The beginning of a passage as a note."""
    return Source(titles.get(passage.item_id, ""), readable(passage.text)[:SOURCE_CHARS_MAX])


def _words(text: str) -> list[str]:
    """Words of four letters and more; of Chinese every pair, for nothing says where words end."""
    lower = text.lower()
    return [*re.findall(r"[a-z]{4,}", lower), *(lower[at : at + 2] for at in _pairs(lower))]


def _pairs(text: str) -> list[int]:
    """Where two characters stand that may name a thing."""
    return [
        at
        for at in range(len(text) - 1)
        if _is_han(text[at]) and _is_han(text[at + 1]) and not _HAN_FUNCTION & {text[at], text[at + 1]}
    ]


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _things(sentence: str) -> Iterator[tuple[str, str]]:
    """Things a sentence names, as one asks about them, each with the word that tells it."""
    stop, weak = common_words()
    for match in _NOUN.finditer(sentence):
        word = match[2].lower()
        if word not in stop and word not in weak:
            first = match[1].split()[0].lower()
            yield f"the {word if first in _EMPTY | stop | weak else match[1].lower()}", word
    for at in _pairs(sentence):
        yield sentence[at : at + 2], sentence[at : at + 2]


def _most_telling(text: str, counts: Counter[str], total: int) -> tuple[str, str, str] | None:
    """The rarest thing that is also named elsewhere, its word, and the sentence that names it with the next."""
    text = shortened(text, SOURCE_CHARS_MAX)
    spans = [(a, b) for a, b in sentence_spans(text) if b - a <= ANSWER_CHARS_MAX]
    best: tuple[float, str, str, str] | None = None
    for index, (start, end) in enumerate(spans):
        if index + 1 < len(spans) and spans[index + 1][1] - start <= ANSWER_CHARS_MAX:
            end = spans[index + 1][1]
        answer = text[start:end].strip()
        if len(answer) + count_han(answer) < ANSWER_CHARS_MIN:
            continue
        for topic, word in _things(text[start : spans[index][1]]):
            often = counts[word]
            weight = math.log((1 + total) / max(1, often)) + 0.15 * min(len(topic), 12)
            if often >= 2 and (best is None or weight > best[0]):
                best = (weight, topic, word, answer)
    return None if best is None else best[1:]
