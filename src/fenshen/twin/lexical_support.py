"""Lexical support: does a stretch of the library say what a sentence says? Weighted word overlap, both languages.

Content words are compared after light stemming; Chinese is compared by character pairs. Numbers and names weigh more,
because they are what a fan would check; the twin's own names are no content, because questions address it by them.
Pure; knows nothing about models or storage.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fenshen.library.sentences import sentence_spans

_TOKEN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+(?:['’][a-z]+)?", re.IGNORECASE)
_STOP_WORDS = """
a about after again all am an and any are as at be because been before being but by can could did didn't do
does doesn't doing don't down ever for from get go got had has have having he her here hers him his how i
i'm i've if in into is it it's its just like made make many me more most much my no not now of off on once
one only or other our out over own really said same say she should so some such tell than that that's the
their them then there these they thing this those through to too under until up very was we went were what
when where which while who whom why will with would you you've your yours
"""
_STOP = frozenset(_STOP_WORDS.split())
_STOP_HAN = frozenset("的了是在我你他她它们这那有和就不都也很吗呢吧啊呀么什怎为个一说要会到着过")
_NUMBER_WEIGHT = 2.0
_NAME_WEIGHT = 1.6
#: A citation points at a window of this many sentences.
WINDOW_SENTENCES = 2


@dataclass(frozen=True)
class Window:
    """A few consecutive sentences of a passage: `[start, end)` in its text."""

    start: int
    end: int
    text: str


def content_words(text: str, names: tuple[str, ...] = ()) -> Mapping[str, float]:
    """The words that carry meaning, each with its weight.

    Args:
        names: The twin's, whose words count for nothing.
    """
    words = _weights(text)
    if not names:
        return words
    ignored = _words_of(names)
    return {word: weight for word, weight in words.items() if word not in ignored}


@functools.lru_cache(maxsize=1024)
def _words_of(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for word in _weights(name))


@functools.lru_cache(maxsize=8192)
def _weights(text: str) -> Mapping[str, float]:
    """Kept, because the same passages answer often."""
    weights: dict[str, float] = {}
    for match in _TOKEN.finditer(text):
        token = match[0]
        if "\u4e00" <= token[0] <= "\u9fff":
            for pair in _pairs(token):
                weights[pair] = 1.0
            continue
        word = token.lower().replace("’", "'")
        if word in _STOP or (len(word) == 1 and not word.isdigit()):
            continue
        if any(c.isdigit() for c in word):
            weight = _NUMBER_WEIGHT
        else:
            weight = _NAME_WEIGHT if token[0].isupper() and match.start() > 0 else 1.0
        weights[_stem(word)] = max(weight, weights.get(_stem(word), 0.0))
    return weights


def coverage(wanted: Mapping[str, float], given: Mapping[str, float]) -> float:
    """Share of the weight of `wanted` that also occurs in `given`, 0 to 1."""
    total = sum(wanted.values())
    return sum(weight for word, weight in wanted.items() if word in given) / total if total else 0.0


def numbers(text: str) -> set[str]:
    """Every number written in digits."""
    return set(re.findall(r"\d+(?:[.,]\d+)?", text))


def windows(text: str, sentences: int = WINDOW_SENTENCES) -> Iterator[Window]:
    """Every run of `sentences` consecutive sentences (a shorter text gives one)."""
    spans = [(start, end) for start, end in sentence_spans(text) if text[start:end].strip()]
    for first in range(max(1, len(spans) - sentences + 1)):
        run = spans[first : first + sentences]
        if run:
            yield Window(run[0][0], run[-1][1], text[run[0][0] : run[-1][1]].strip())


def best_window(
    wanted: Mapping[str, float], text: str, sentences: int = WINDOW_SENTENCES
) -> tuple[Window, float] | None:
    """The window of `text` that covers most of `wanted`, and how much; the earliest wins a draw."""
    scored = ((window, coverage(wanted, content_words(window.text))) for window in windows(text, sentences))
    return max(scored, key=lambda pair: pair[1], default=None)


def _pairs(run: str) -> Iterator[str]:
    for left, right in itertools.pairwise(run):
        if left not in _STOP_HAN and right not in _STOP_HAN:
            yield left + right


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for suffix in ("ings", "ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)] + ("y" if suffix in ("ied", "ies") else "")
    return word
