"""The preference dataset: what people think of answers, as training can use it. Pure.

pair     of two answers to one question, the one that is more like the creator
single   an answer that a fan found good or bad, with nothing to compare it with
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from fenshen.core.errors import BadInput
from fenshen.core.ids import digest_text
from fenshen.models.text import Message

#: choice: the creator, blind, between two answers · edit: what the creator would have said instead ·
#: retry: a fan liked one answer to a question and not the other.
PairSource = Literal["choice", "edit", "retry"]

#: So many pairs teach something; two thumbs count as one pair.
PAIRS_MIN = 12
#: Thumbs count only when there are some of both kinds: KTO weighs each kind against the other.
THUMBS_EACH_MIN = 4
#: From so many pairs on a fifth of the questions is kept apart, to see whether training helped.
HELD_OUT_FROM = 15
HELD_OUT_SHARE = 0.2


@dataclass(frozen=True)
class Pair:
    """Two answers to the same messages; `id` says what it was made of."""

    id: str
    source: PairSource
    messages: tuple[Message, ...]
    chosen: str
    rejected: str
    language: str

    @property
    def question(self) -> str:
        """What was asked last."""
        return self.messages[-1]["content"]


@dataclass(frozen=True)
class RatedAnswer:
    """One answer and whether a fan found it good."""

    id: str
    messages: tuple[Message, ...]
    answer: str
    is_good: bool
    language: str


@dataclass(frozen=True)
class PreferenceDataset:
    """Everything that may be used.

    Attributes:
        left_out: how many were not usable, by reason.
        fan_consents: ids of the fans' consents to learning that it rests on.
    """

    pairs: tuple[Pair, ...] = ()
    ratings: tuple[RatedAnswer, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    fan_consents: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Digest of all that is learned from."""
        rows = [asdict(pair) for pair in self.pairs] + [asdict(one) for one in self.ratings]
        return digest_text(*(repr(sorted(one.items())) for one in rows))

    @property
    def ids(self) -> list[str]:
        """What it was made of: comparisons and answers."""
        return [*(pair.id for pair in self.pairs), *(one.id for one in self.ratings)]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each source."""
        found = Counter[str](pair.source for pair in self.pairs)
        found.update("up" if one.is_good else "down" for one in self.ratings)
        return {name: found[name] for name in ("choice", "edit", "retry", "up", "down")}

    @property
    def usable_ratings(self) -> tuple[RatedAnswer, ...]:
        """Thumbs, when there are enough of both kinds."""
        good = sum(one.is_good for one in self.ratings)
        return self.ratings if min(good, len(self.ratings) - good) >= THUMBS_EACH_MIN else ()

    @property
    def pairs_missing(self) -> int:
        """How many more pairs are needed before training makes sense; 0 when there is enough."""
        return max(0, -(-(2 * PAIRS_MIN - 2 * len(self.pairs) - len(self.usable_ratings)) // 2))

    def in_languages(self, codes: Collection[str]) -> PreferenceDataset:
        """What is in one of these languages; the rest counts as left out."""
        pairs = tuple(pair for pair in self.pairs if pair.language in codes)
        ratings = tuple(one for one in self.ratings if one.language in codes)
        gone = len(self.pairs) - len(pairs) + len(self.ratings) - len(ratings)
        left_out = {**self.left_out, "language": self.left_out.get("language", 0) + gone}
        return replace(self, pairs=pairs, ratings=ratings, left_out={k: n for k, n in left_out.items() if n})

    def as_json(self) -> dict[str, Any]:
        """All of it as one document; answers given to fans are named, not shown: fans consented to learning alone."""
        pairs = [
            asdict(pair) if pair.source != "retry" else {"id": pair.id, "source": pair.source}
            for pair in self.pairs
        ]
        thumbs = [{"id": one.id, "source": "up" if one.is_good else "down"} for one in self.ratings]
        return {
            "sha256": self.sha256,
            "counts": self.counts,
            "left_out": dict(self.left_out),
            "pairs_missing": self.pairs_missing,
            "pairs": pairs,
            "thumbs": thumbs,
        }


def check_enough(dataset: PreferenceDataset, creator: str) -> None:
    """Refuse to train on next to nothing.

    Raises:
        BadInput: `too_few_preferences`; the message says how many more.
    """
    missing = dataset.pairs_missing
    if missing == 0:
        return
    idle = len(dataset.ratings) - len(dataset.usable_ratings)
    thumbs = (
        f"; its {idle} thumbs wait until {THUMBS_EACH_MIN} point up and {THUMBS_EACH_MIN} down"
        if idle
        else ""
    )
    raise BadInput(
        f"too little is known about which answers are like {creator!r}: {len(dataset.pairs)} pairs and "
        f"{len(dataset.usable_ratings)} thumbs that may be used{thumbs}. {missing} more pairs are needed "
        f"(or {2 * missing} more thumbs): compare answers in the studio under Versions",
        code="too_few_preferences",
        missing=missing,
    )


def split_pairs(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Pairs to learn from, and those of a fifth of the questions to judge by; none of few pairs."""
    if len(pairs) < HELD_OUT_FROM:
        return list(pairs), []
    questions = sorted({pair.question for pair in pairs}, key=digest_text)
    held = frozenset(questions[: round(len(questions) * HELD_OUT_SHARE)])
    learned = [pair for pair in pairs if pair.question not in held]
    return learned, [pair for pair in pairs if pair.question in held]
