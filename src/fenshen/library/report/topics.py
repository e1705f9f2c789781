"""What a library is about: words that stand together in some items and not in others.

    a sample of each item's own words → words and Chinese character pairs → vectors → clusters → telling words

Clusters are made by spherical k-means on TF-IDF, telling words by class-based TF-IDF. Deterministic. Knows
nothing about the database.

Source: Grootendorst 2022, BERTopic (c-TF-IDF); Dhillon & Modha 2001 (spherical k-means).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fenshen.library.language import HAN

TOPICS_MAX = 8
WORDS_SHOWN = 5
#: A topic needs this many items; there are no more topics than items allow.
ITEMS_MIN = 3
_VOCABULARY_MAX = 2_000
_ROUNDS = 10
_TRIES = 8
#: A word in more items than this says nothing about any of them; one in fewer than two, nothing about a topic.
_SPREAD_MAX = 0.35
_SPREAD_MIN = 2

_WORD = re.compile(rf"[^\W\d_{HAN}]+(?:'[^\W\d_{HAN}]+)?")
_HAN_RUN = re.compile(f"[{HAN}]+")
_STOP_WORDS = """
    about after again all also always and another any anything are around away back because been before
    being but came can cannot come could did does doing done don't down each even ever every everything few
    first for from gave get gets getting give goes going got had has have her here him his how i'd i'll i'm
    i've into isn't it's its just keep know last let like little long look made make many may maybe might
    more most much must never new not nothing now off old once one only other our out over own people put
    really right said same say says see she should some somebody something still such take than that that's
    the their them then there there's these they thing things think this those though three through time too
    took two under until upon use used very want was way well went were what when where which while who why
    will with without won't would year years yes yet you you'll you're your yourself
"""
_STOP = frozenset(_STOP_WORDS.split())
_STOP_HAN = frozenset(
    "的了是我你他她它在不有就这那个们吗呢吧和也都说要会来去上下到很着过把被让给对从得地么什怎为里没还又再啊呀"
)


@dataclass(frozen=True)
class Topic:
    """Words that tell a part of the library from the rest, and how large the part is.

    Attributes:
        share: of the items looked at in its language.
    """

    words: tuple[str, ...]
    language: str
    share: float
    items: int


def find_topics(texts: Sequence[str], language: str, topics_max: int = TOPICS_MAX) -> tuple[Topic, ...]:
    """The topics of `texts`, one of each item, largest first; none where there is too little to tell."""
    terms = [Counter(_terms(text)) for text in texts]
    vocabulary = _vocabulary(terms)
    clusters = min(topics_max, len(texts) // 4, len(vocabulary) // 2)
    if clusters < 2:
        return ()
    counts = np.zeros((len(terms), len(vocabulary)), np.float32)  # (items, words)
    for at, found in enumerate(terms):
        for term, count in found.items():
            if (place := vocabulary.get(term)) is not None:
                counts[at, place] = count
    labels = _cluster(counts, clusters)
    return _named(counts, labels, list(vocabulary), language)


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text.lower().replace("’", "'"))
    found = [word for word in words if len(word) > 2 and "'" not in word and word not in _STOP]
    for run in _HAN_RUN.findall(text):
        pairs = (run[at : at + 2] for at in range(len(run) - 1))
        found += [pair for pair in pairs if not _STOP_HAN.intersection(pair)]
    return found


def _vocabulary(terms: Sequence[Counter[str]]) -> dict[str, int]:
    spread = Counter(term for found in terms for term in found)
    most = max(3.0, _SPREAD_MAX * len(terms))
    kept = [(count, term) for term, count in spread.items() if _SPREAD_MIN <= count <= most]
    kept.sort(key=lambda one: (-one[0], one[1]))
    return {term: place for place, (_, term) in enumerate(kept[:_VOCABULARY_MAX])}


def _cluster(counts: NDArray[np.float32], clusters: int) -> NDArray[np.intp]:
    """A cluster for each item, -1 where it has none of the words: the tightest of several tries."""
    weight = np.log(len(counts) / (counts > 0).sum(axis=0))
    vectors = np.log1p(counts) * weight
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(norms, norms, 1)
    chance = np.random.default_rng(0)
    tries = [_settle(vectors, chance.permutation(len(vectors))[:clusters]) for _ in range(_TRIES)]
    _, labels = max(tries, key=lambda one: one[0])
    labels[norms[:, 0] == 0] = -1
    return labels


def _settle(vectors: NDArray[np.float32], first: NDArray[np.intp]) -> tuple[float, NDArray[np.intp]]:
    """How alike items and the centre of their cluster are, and the clusters, from these items as centres on."""
    centres = vectors[first]
    labels = np.zeros(len(vectors), np.intp)
    for _ in range(_ROUNDS):
        labels = (vectors @ centres.T).argmax(axis=1)
        for cluster in range(len(centres)):
            mean = vectors[labels == cluster].sum(axis=0)
            if norm := np.linalg.norm(mean):
                centres[cluster] = mean / norm
    return float((vectors @ centres.T).max(axis=1).sum()), labels


def _named(
    counts: NDArray[np.float32], labels: NDArray[np.intp], words: list[str], language: str
) -> tuple[Topic, ...]:
    names = [label for label in sorted(set(labels.tolist())) if label >= 0]
    joined = np.stack([counts[labels == label].sum(axis=0) for label in names])  # (topics, words)
    total = joined.sum(axis=1, keepdims=True)
    frequency = joined / np.where(total, total, 1)
    telling = frequency * np.log1p(joined.sum() / len(names) / np.maximum(1, joined.sum(axis=0)))
    topics = []
    for row, label in enumerate(names):
        size = int((labels == label).sum())
        best = [words[at] for at in (-telling[row]).argsort(kind="stable")[:WORDS_SHOWN] if telling[row, at]]
        if size >= ITEMS_MIN and best:
            topics.append(Topic(tuple(best), language, round(size / len(labels), 3), size))
    return tuple(sorted(topics, key=lambda topic: -topic.items))
